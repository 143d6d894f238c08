"""What lies beside a diff: criteria with their places, and the scope by the real diff."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.evidence import (
    Evidence,
    Place,
    criteria_evidence,
    evidence_of,
    named_paths,
    places_in,
    scope_report,
    with_places_found,
)
from wuhu_tui.model.reports import Criterion, Report, ReportKind, Usage
from wuhu_tui.model.reviews import (
    Check,
    CheckState,
    Finding,
    Judge,
    RefusedVerdict,
    Review,
    Verdict,
    VerdictKind,
)
from wuhu_tui.model.sessions import SessionSpec

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SESSION = "shop-impl-01"


def met(text: str, *evidence: str, yes: bool = True) -> Criterion:
    return Criterion(text=text, met=yes, evidence=evidence)


def verdict(by: str, *criteria: Criterion, finding: str = "") -> Verdict:
    findings = (Finding(path="a.py", line=3, text=finding),) if finding else ()
    return Verdict(
        kind=VerdictKind.APPROVED,
        head="h",
        by=by,
        at=NOW,
        judge=Judge.REVIEWER,
        criteria=criteria,
        findings=findings,
    )


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("src/db.py:12", [("src/db.py", 12)]),
        ("src/db.py:12-40", [("src/db.py", 12)]),
        ("a file.txt:3", [("a file.txt", 3)]),
        (
            "see `src/db.py:12` and tests/test_db.py:7.",
            [("src/db.py", 12), ("tests/test_db.py", 7)],
        ),
        ("(src/db.py:12:5)", [("src/db.py", 12)]),
        ("all tests pass", []),
        ("at 12:30", []),
        ("src/db.py:0", []),
    ],
)
def test_places_in_words(text: str, places: list[tuple[str, int]]) -> None:
    assert [(place.path, place.line) for place in places_in(text)] == places


def test_each_criterion_with_everybody_s_answers() -> None:
    found = criteria_evidence(
        ["The basket adds up.", "It is quick"],
        [
            (SESSION, [met("the basket  adds up", "src/db.py:1")]),
            ("judge", [met("- The basket adds up", yes=False), met("It is safe", "x.py:2")]),
        ],
    )
    assert [(one.text, one.asked, [a.by for a in one.answers]) for one in found] == [
        ("The basket adds up.", True, [SESSION, "judge"]),
        ("It is quick", True, []),
        ("It is safe", False, ["judge"]),
    ]
    assert [one.is_proven for one in found] == [False, False, True]


def test_a_criterion_is_proven_by_a_place_that_is_there() -> None:
    (bare,) = criteria_evidence(["a"], [(SESSION, [met("a")])])
    (placed,) = criteria_evidence(["a"], [(SESSION, [met("a", "x.py:2")])])
    assert (bare.is_proven, placed.is_proven) == (False, True)
    found = Evidence(session=SESSION, head="h", merge_base="b", criteria=(placed,))
    assert named_paths(found) == ("x.py",)
    for lengths, there in (({"x.py": 2}, True), ({"x.py": 1}, False), ({"x.py": None}, False)):
        (looked,) = with_places_found(found, lengths).criteria
        assert looked.answers[0].places == (Place(path="x.py", line=2, found=there),)
        assert looked.is_proven is there
    assert with_places_found(found, {}) == found


def test_the_scope_by_what_was_really_changed() -> None:
    found = scope_report(["src/", "docs/*.md", "tests/"], ["src/a.py", "setup.py", "tests/b/c.py"])
    assert found.inside == ("src/a.py", "tests/b/c.py")
    assert found.outside == ("setup.py",)
    assert found.untouched == ("docs/*.md",)


def test_without_a_scope_everything_is_inside() -> None:
    found = scope_report([], ["a"])
    assert (found.inside, found.outside, found.untouched) == (("a",), (), ())


def test_what_the_board_tells() -> None:
    binding = verdict("lead", finding="off by one")
    review = Review(
        head="h",
        merge_base="b",
        checks=(Check(name="tests", state=CheckState.FAILED, output="1 failed"),),
        opinions=(verdict("judge", met("a", "x.py:2"), finding="slow"), binding),
        verdict=binding,
        refused=(RefusedVerdict(verdict=verdict("late"), reason="it wrote"),),
        uncommitted=("left.txt",),
        earlier=(verdict("before"),),
    )
    report = Report(kind=ReportKind.DONE, summary="done", head="h", criteria=(met("a", "x.py:1"),))
    view = SessionView(
        spec=SessionSpec(id=SESSION, project="shop", acceptance=("a",), scope=("src/",)),
        review=review,
        report=report,
    )
    found = evidence_of(view, ["src/x.py", "y.py"], usage=Usage(cost=1.5))
    assert (found.head, found.merge_base, found.report_is_of_head) == ("h", "b", True)
    assert found.checks[0].output == "1 failed"
    assert [answer.by for answer in found.criteria[0].answers] == [SESSION, "judge"]
    assert [(one.by, one.finding.text) for one in found.findings] == [
        ("judge", "slow"),
        ("lead", "off by one"),
    ]
    assert found.earlier == review.earlier != ()
    assert (found.scope.outside, found.uncommitted, found.usage.cost) == (
        ("y.py",),
        ("left.txt",),
        1.5,
    )
    assert found.refused == review.refused
    older = evidence_of(replace(view, report=replace(report, head="g")), [], usage=Usage())
    assert not older.report_is_of_head
