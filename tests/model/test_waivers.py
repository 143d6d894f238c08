"""Work outside its scope: only the lead's own approval lets it pass, and the verdict names it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from wuhu_tui.model.review_policy import binding, left_to_lead, wanted_judge
from wuhu_tui.model.reviews import Judge, Review, ReviewPolicy, Verdict, VerdictKind
from wuhu_tui.model.waivers import (
    outside_scope,
    outside_words,
    unwaived,
    unwaived_words,
    waiver_of,
    with_waiver,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
INSIDE = Review(head="h1", merge_base="b")
OUTSIDE = replace(INSIDE, outside=("docs/a.md", "setup.py"))
APPROVED, CHANGES, BLOCKED = VerdictKind


def said(kind: VerdictKind = APPROVED, by: str = "lead", judge: Judge = Judge.LEAD) -> Verdict:
    return Verdict(kind=kind, head="h1", by=by, at=NOW, note="so", judge=judge, round=1)


def test_what_a_scope_does_not_mean_is_outside() -> None:
    paths = ("src/db.py", "docs/a.md", "src2/db.py")
    assert outside_scope(("src/",), paths) == ("docs/a.md", "src2/db.py")
    assert outside_scope(("src/", "docs/*.md"), paths) == ("src2/db.py",)
    assert outside_scope((), paths) == (), "without a scope everything is inside"


def test_the_leads_approval_names_what_it_lets_pass() -> None:
    assert with_waiver(said(), OUTSIDE).waived == OUTSIDE.outside
    assert with_waiver(said(), INSIDE).waived == ()
    assert with_waiver(said(CHANGES), OUTSIDE).waived == ()


@pytest.mark.parametrize("by", ["shop-reviewer-01", "core", "orchestrator", ""])
def test_nobody_else_lets_it_pass_whatever_their_verdict_claims(by: str) -> None:
    claimed = replace(said(by=by), waived=OUTSIDE.outside)
    assert with_waiver(claimed, OUTSIDE).waived == ()
    assert "docs/a.md, setup.py" in unwaived_words(with_waiver(claimed, OUTSIDE), OUTSIDE)
    assert unwaived_words(said(CHANGES, by), OUTSIDE) == "", "sending it back needs no leave"
    assert unwaived_words(said(by=by), INSIDE) == ""


def test_a_waiver_is_for_the_files_it_names() -> None:
    passed = with_waiver(said(), OUTSIDE)
    more = replace(OUTSIDE, outside=(*OUTSIDE.outside, "ci.yml"))
    assert unwaived(passed, more) == ("ci.yml",)
    assert waiver_of(replace(more, verdict=passed)) == ""
    assert waiver_of(replace(OUTSIDE, verdict=passed)) == "lead"
    assert waiver_of(replace(INSIDE, verdict=said())) == waiver_of(None) == ""


def test_words_say_who_let_it_pass() -> None:
    assert outside_words((), "lead") == ""
    assert outside_words(("a", "b"), "lead") == "a, b (let pass by lead)"
    assert outside_words(("a",), "") == "a (nobody let it pass)"


@pytest.mark.parametrize(
    ("policy", "judge"),
    [
        (ReviewPolicy.REVIEWER, Judge.REVIEWER),
        (ReviewPolicy.COUNCIL, Judge.PEER),
        (ReviewPolicy.COUNCIL, Judge.ARBITER),
    ],
)
def test_a_judges_approval_of_it_is_left_to_the_lead(policy: ReviewPolicy, judge: Judge) -> None:
    opinion = said(by="shop-reviewer-01", judge=judge)
    judged = replace(OUTSIDE, opinions=(opinion,))
    assert binding(policy, judged, 3) is None
    assert left_to_lead(policy, judged, 3) == opinion
    assert wanted_judge(policy, judged, 3) is None, "asking again changes nothing"
    inside = replace(judged, outside=())
    assert binding(policy, inside, 3) == opinion
    assert left_to_lead(policy, inside, 3) is None


def test_a_judge_may_send_it_back() -> None:
    opinion = said(CHANGES, "shop-reviewer-01", Judge.REVIEWER)
    judged = replace(OUTSIDE, opinions=(opinion,))
    assert binding(ReviewPolicy.REVIEWER, judged, 3) == opinion
    assert left_to_lead(ReviewPolicy.REVIEWER, judged, 3) is None
