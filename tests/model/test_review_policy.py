"""What follows from opinions: nothing approves but an approval of exactly the commit, and all ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.model.judged_work import Judged
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.review_policy import (
    MOST_ROUNDS,
    binding,
    policy_of,
    round_after,
    said_so_far,
    wanted_judge,
    why_it_does_not_count,
    why_no_approval,
)
from wuhu_tui.model.reviews import Finding, Judge, Review, ReviewPolicy, Verdict, VerdictKind

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REVIEW = Review(head="h1", merge_base="b")
APPROVED, CHANGES, BLOCKED = VerdictKind
HUMAN, REVIEWER, COUNCIL = ReviewPolicy


def said(
    kind: VerdictKind, judge: Judge = Judge.REVIEWER, head: str = "h1", number: int = 1
) -> Verdict:
    return Verdict(
        kind=kind, head=head, by=f"{judge}-{number}", at=NOW, note="so", judge=judge, round=number
    )


def test_a_session_may_have_a_policy_of_its_own() -> None:
    assert policy_of("", COUNCIL) is COUNCIL
    assert policy_of("human", COUNCIL) is HUMAN
    assert policy_of("no such", REVIEWER) is REVIEWER


@pytest.mark.parametrize("kind", VerdictKind)
def test_under_the_lead_opinions_are_evidence(kind: VerdictKind) -> None:
    judged = replace(REVIEW, opinions=(said(kind), said(kind, Judge.ARBITER)))
    assert binding(HUMAN, judged, 3) is None
    assert wanted_judge(HUMAN, judged, 3) is None


@pytest.mark.parametrize("kind", VerdictKind)
def test_a_reviewers_word_binds(kind: VerdictKind) -> None:
    assert wanted_judge(REVIEWER, REVIEW, 3) is Judge.REVIEWER
    judged = replace(REVIEW, opinions=(said(kind),))
    assert binding(REVIEWER, judged, 3) == said(kind)
    assert wanted_judge(REVIEWER, judged, 3) is None


def test_a_councils_peer_binds_while_there_are_rounds() -> None:
    assert wanted_judge(COUNCIL, REVIEW, 3) is Judge.PEER
    third = replace(REVIEW, round=3, opinions=(said(CHANGES, Judge.PEER, number=3),))
    assert binding(COUNCIL, third, 3) == third.opinions[0]
    fourth = replace(REVIEW, round=4)
    assert wanted_judge(COUNCIL, fourth, 3) is Judge.ARBITER
    late = replace(fourth, opinions=(said(APPROVED, Judge.PEER, number=4),))
    assert binding(COUNCIL, late, 3) is None
    bound = replace(late, opinions=(*late.opinions, said(CHANGES, Judge.ARBITER, number=4)))
    assert binding(COUNCIL, bound, 3) == bound.opinions[-1]


def test_a_peer_that_could_not_judge_calls_the_arbiter() -> None:
    judged = replace(REVIEW, opinions=(said(BLOCKED, Judge.PEER),))
    assert binding(COUNCIL, judged, 3) is None
    assert wanted_judge(COUNCIL, judged, 3) is Judge.ARBITER


def test_a_verdict_that_stands_ends_every_course() -> None:
    lead = Verdict(kind=BLOCKED, head="h1", by="lead", at=NOW)
    judged = replace(REVIEW, opinions=(said(APPROVED),), verdict=lead)
    for policy in ReviewPolicy:
        assert binding(policy, judged, 3) is None
        assert wanted_judge(policy, judged, 3) is None


@pytest.mark.parametrize("stale", [said(APPROVED, head="h0"), said(APPROVED, number=2)])
def test_another_commit_or_round_is_no_opinion_on_this_one(stale: Verdict) -> None:
    assert binding(REVIEWER, replace(REVIEW, opinions=(stale,)), 3) is None


def test_what_the_lead_found_wanting_nobody_else_approves() -> None:
    lead = Verdict(kind=CHANGES, head="h1", by="lead", at=NOW)
    again = replace(REVIEW, earlier=(lead,), opinions=(said(APPROVED),))
    assert binding(REVIEWER, again, 3) is None
    assert wanted_judge(COUNCIL, again, 3) is None
    assert binding(REVIEWER, replace(again, head="h2"), 3) is None
    assert wanted_judge(REVIEWER, replace(again, head="h2"), 3) is Judge.REVIEWER


def test_rounds_count_what_sessions_sent_back() -> None:
    assert round_after(replace(REVIEW, verdict=said(CHANGES))) == 2
    assert round_after(replace(REVIEW, verdict=said(APPROVED))) == 1
    lead = Verdict(kind=CHANGES, head="h1", by="lead", at=NOW)
    assert round_after(replace(REVIEW, verdict=lead)) == 1
    assert round_after(REVIEW) == 1


def test_what_was_said_is_kept_once_and_not_for_ever() -> None:
    opinion = said(CHANGES)
    bound = replace(opinion, at=NOW.replace(hour=1))
    review = replace(REVIEW, opinions=(opinion,), verdict=bound)
    assert said_so_far(review) == (opinion,)
    many = tuple(said(CHANGES, head=f"h{number}") for number in range(30))
    assert said_so_far(replace(REVIEW, earlier=many))[-1] == many[-1]
    assert len(said_so_far(replace(REVIEW, earlier=many))) < 10


MET = Criterion(text="fast", met=True, evidence=("a.py:3",))


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (said(APPROVED), "criterion 1 is not answered"),
        (replace(said(APPROVED), criteria=(replace(MET, met=False),)), "is not met"),
        (replace(said(APPROVED), criteria=(replace(MET, evidence=("yes",)),)), "path:line"),
        (replace(said(CHANGES), note=" "), "says nothing"),
        (replace(said(APPROVED), criteria=(MET,)), ""),
        (said(CHANGES), ""),
        (said(BLOCKED), ""),
    ],
)
def test_a_sessions_approval_answers_every_criterion(verdict: Verdict, why: str) -> None:
    found = why_it_does_not_count(verdict, ("fast",))
    assert (why in found) if why else found == ""


@pytest.mark.parametrize("severity", ["must", "high", "critical", "blocker", "HIGH"])
def test_no_approval_carries_what_must_be_mended(severity: str) -> None:
    grave = Finding(path="a.py", line=3, text="wrong", severity=severity)
    assert "cannot carry" in why_no_approval(replace(said(APPROVED), findings=(grave,)))


@pytest.mark.parametrize(
    ("note", "deferred"),
    [
        ("Good; fix the name after merge.", True),
        ("Approved. Please address the race in a follow-up PR", True),
        ("The rest can be cleaned up once it is merged", True),
        ("Post-merge: add a test", True),
        ("Nothing to fix after the merge.", False),
        ("Green after merging main into it.", False),
        ("All of it is right.", False),
    ],
)
def test_fix_after_merge_is_no_approval(note: str, deferred: bool) -> None:
    assert bool(why_no_approval(replace(said(APPROVED), note=note))) is deferred


MOVES = some.lists(
    some.tuples(
        some.sampled_from(["opinion", "commit", "bind", "lead"]),
        some.sampled_from(list(VerdictKind)),
        some.sampled_from([Judge.REVIEWER, Judge.PEER, Judge.ARBITER]),
        some.integers(0, 3),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(some.sampled_from(list(ReviewPolicy)), some.integers(1, 3), MOVES)
def test_nothing_is_approved_but_by_an_approval_of_exactly_that_commit(
    policy: ReviewPolicy, rounds: int, moves: list[tuple[str, VerdictKind, Judge, int]]
) -> None:
    work = Judged(policy, rounds)
    for move, kind, judge, back in moves:
        work.move(move, kind, judge, back)
        work.check()


@settings(max_examples=60, deadline=None)
@given(some.sampled_from([REVIEWER, COUNCIL]), some.integers(1, 3), some.data())
def test_judges_that_are_asked_come_to_an_end(
    policy: ReviewPolicy, rounds: int, data: some.DataObject
) -> None:
    work = Judged(policy, rounds)
    for _ in range(4 * MOST_ROUNDS):
        judge = wanted_judge(policy, work.review, rounds)
        if judge is None:
            break
        kind = data.draw(some.sampled_from(list(VerdictKind)))
        work.move("opinion", kind, judge, 0)
        work.move("bind", kind, judge, 0)
        if work.review.verdict and work.review.verdict.kind is CHANGES:
            work.move("commit", kind, judge, 0)
        work.check()
    assert wanted_judge(policy, work.review, rounds) is None
    assert work.sent_back[Judge.PEER] <= rounds
