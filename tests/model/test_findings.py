"""Findings and criteria as people write them, in the one vocabulary."""

from __future__ import annotations

import pytest

from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.findings import criterion_of, finding_of, names_place, severity_of
from wuhu_tui.model.reviews import Severity

CRITERIA = ("fast", "safe")


@pytest.mark.parametrize(
    ("said", "severity", "path", "line"),
    [
        ("must:src/a.py:40:loses money", "must", "src/a.py", 40),
        ("note: src/a.py:1: long name", "note", "src/a.py", 1),
        ("src/a.py:7:no severity said", "should", "src/a.py", 7),
        ("critical:a.py:3:an older word", "must", "a.py", 3),
        ("must:7:a file called must", "should", "must", 7),
    ],
)
def test_a_finding_as_it_is_written(said: str, severity: str, path: str, line: int) -> None:
    found = finding_of(said)
    assert (found.severity, found.path, found.line) == (severity, path, line)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("blocker", Severity.MUST),
        ("normal", Severity.SHOULD),
        ("low", Severity.NOTE),
        ("whatever", Severity.SHOULD),
        ("", Severity.SHOULD),
    ],
)
def test_older_words_keep_their_weight(word: str, severity: Severity) -> None:
    assert severity_of(word) is severity


@pytest.mark.parametrize(
    ("said", "met", "evidence"),
    [
        ("1 met src/a.py:40", True, ("src/a.py:40",)),
        ("2: met src/a.py:40-44, see tests/t.py:3", True, ("src/a.py:40-44", "tests/t.py:3")),
        ("1 unmet it takes 3 s", False, ("it takes 3 s",)),
        ("1 MET by the test", True, ("by the test",)),
        ("2 unmet", False, ()),
    ],
)
def test_a_criterion_as_it_is_answered(said: str, met: bool, evidence: tuple[str, ...]) -> None:
    answer = criterion_of(said, CRITERIA)
    assert (answer.met, answer.evidence) == (met, evidence)
    assert answer.text in CRITERIA


@pytest.mark.parametrize("said", ["met a:1", "0 met a:1", "3 met a:1", "1 maybe a:1", ""])
def test_what_answers_no_criterion(said: str) -> None:
    with pytest.raises(UsageError):
        criterion_of(said, CRITERIA)


def test_a_place_is_a_path_and_a_line() -> None:
    assert names_place(criterion_of("1 met a.py:3", CRITERIA))
    assert not names_place(criterion_of("1 met it is obvious", CRITERIA))
    assert not names_place(criterion_of("1 met a.py", CRITERIA))
