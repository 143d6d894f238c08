"""`wuhu judge`, `wuhu reply` and answered criteria, as an agent says them inside its session."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.session.stage import make_session
from wuhu_tui.cli.main import run
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import AnyCommand, MakeJudgement, MakeReport, ReplyToComment
from wuhu_tui.model.errors import NotPossible, UsageError
from wuhu_tui.model.reviews import Assignment, Judge, VerdictKind
from wuhu_tui.session.mailbox import Mailbox

HEAD = "a" * 40
CRITERIA = ("login takes 0.3 s", "no plain passwords")
MET = ("-c", "1 met src/login.py:12", "-c", "2 met src/login.py:40-44, tests/t.py:3")


def _session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judges: Assignment | None
) -> SessionFolder:
    folder, _ = make_session(tmp_path, judges=judges, acceptance=CRITERIA)
    monkeypatch.setenv("WUHU_SESSION_FOLDER", str(folder.path))
    return folder


@pytest.fixture
def reviewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SessionFolder:
    judges = Assignment(session="shop-impl-02", head=HEAD, base="b" * 40, judge=Judge.PEER)
    return _session(tmp_path, monkeypatch, judges)


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SessionFolder:
    return _session(tmp_path, monkeypatch, None)


def _said(folder: SessionFolder) -> list[AnyCommand]:
    return [command for command, _ in Mailbox(folder.mailbox).take_all()]


def test_an_approval_answers_every_criterion(
    reviewer: SessionFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["judge", "approved", "--head", HEAD[:8], "--note", "all of it is right", *MET]
    assert run([*words, "--finding", "note:src/login.py:3: a long name"]) == 0
    (said,) = _said(reviewer)
    assert isinstance(said, MakeJudgement)
    assert (said.kind, said.head, said.note) == (VerdictKind.APPROVED, HEAD, "all of it is right")
    assert [(one.text, one.met, one.evidence) for one in said.criteria] == [
        (CRITERIA[0], True, ("src/login.py:12",)),
        (CRITERIA[1], True, ("src/login.py:40-44", "tests/t.py:3")),
    ]
    (finding,) = said.findings
    assert (finding.severity, finding.path, finding.line) == ("note", "src/login.py", 3)
    assert capsys.readouterr().out == f"judged {HEAD[:12]}: approved\n"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("approved", "--head", HEAD), "criterion 1 is not answered"),
        (("approved", "--head", HEAD, "-c", "1 met a:1", "-c", "2 unmet a:3"), "2 is not met"),
        (("approved", "--head", HEAD, "-c", "1 met I looked", "-c", "2 met a:1"), "path:line"),
        (("approved", "--head", HEAD, *MET, "-f", "must:a.py:3:loses money"), "a must finding"),
        (("approved", "--head", HEAD, *MET, "-n", "Good; fix the name after merge."), "fix after"),
        (("approved", "--head", "c" * 40, *MET), "not the commit you were given"),
        (("approved", *MET), "names its commit"),
        (("changes_requested", "--head", HEAD), "says nothing"),
        (("blocked", "--head", HEAD, "-n", "x" * 9_000), "too long"),
        (("blocked", "--head", HEAD, *("-f", "a.py:1:x") * 201), "than anybody reads"),
        (("blocked", "--head", HEAD), "says nothing"),
        (("fine", "--head", HEAD), "not a verdict"),
        (("approved", "--head", HEAD, "-c", "3 met a:1"), "no criterion 3"),
        (("approved", "--head", HEAD, "-c", "one met a:1"), "does not answer"),
        (("changes_requested", "--head", HEAD, "-f", "it is bad"), "not a finding"),
    ],
)
def test_what_is_no_verdict_is_refused_at_once(
    reviewer: SessionFolder,
    words: tuple[str, ...],
    why: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["judge", *words]) == UsageError.exit_code
    told = capsys.readouterr().err
    assert why in told
    assert "what to do: " in told
    assert _said(reviewer) == []


def test_changes_may_be_asked_for_without_answering_criteria(reviewer: SessionFolder) -> None:
    words = ["judge", "changes-requested", "--head", HEAD, "--json"]
    assert run([*words, "-f", "must:src/a.py:40:the hash is SHA-1: weak", "--id", "j1"]) == 0
    (said,) = _said(reviewer)
    assert isinstance(said, MakeJudgement)
    assert (said.kind, said.id) == (VerdictKind.CHANGES_REQUESTED, "j1")
    assert said.findings[0].text == "the hash is SHA-1: weak"


def test_a_report_is_no_verdict(
    reviewer: SessionFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "done", "approved, all is well"]) == UsageError.exit_code
    assert f"--head {HEAD}" in capsys.readouterr().err
    assert run(["report", "blocked", "the tests need a database"]) == 0
    assert len(_said(reviewer)) == 1


def test_who_has_nothing_to_judge_cannot(
    worker: SessionFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["judge", "approved", "--head", HEAD, *MET]) == NotPossible.exit_code
    assert "not made to judge" in capsys.readouterr().err
    assert _said(worker) == []


def test_a_worker_answers_its_criteria_with_its_report(worker: SessionFolder) -> None:
    assert run(["report", "done", "-s", "all works", *MET]) == 0
    (report,) = _said(worker)
    assert isinstance(report, MakeReport)
    assert [one.evidence[0] for one in report.criteria] == ["src/login.py:12", "src/login.py:40-44"]


def test_a_reply_names_its_comment(
    worker: SessionFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reply", "c7", "renamed", "it", "--json"]) == 0
    (said,) = _said(worker)
    assert isinstance(said, ReplyToComment)
    assert (said.comment, said.text) == ("c7", "renamed it")
    assert json.loads(capsys.readouterr().out)["comment"] == "c7"
    assert run(["reply", "c7", " "]) == UsageError.exit_code


def test_it_loads_next_to_nothing() -> None:
    code = (
        "import sys; from wuhu_tui.cli.inside import inside; inside('judge'); "
        "print([name for name in ('typer', 'pydantic', 'textual', 'mcp') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=20
    )
    assert told.stdout == "[]\n"
