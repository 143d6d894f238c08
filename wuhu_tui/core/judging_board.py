"""Who judges what, and what a review needs of judges now, read off the board. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wuhu_tui.core.due import is_silent
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.core.reviews import missing_checks
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.judges import has_spoken, was_refused
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.review_policy import MOST_TRIES, wanted_judge
from wuhu_tui.model.reviews import Assignment, Judge, Review, ReviewPolicy, Verdict
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

_GONE = frozenset({SessionState.FAILED, SessionState.LOST, SessionState.ARCHIVED})
_CLOSED = frozenset({SessionState.MERGED, SessionState.ARCHIVED})


class Rules(Value, frozen=True):
    """What a project says about judging."""

    policy: ReviewPolicy
    rounds: int
    checks: tuple[ProjectCheck, ...] = ()
    nudges: bool = True


def is_current(assignment: Assignment, judged: SessionView | None) -> bool:
    """Whether exactly this commit still lies before its judges, in this round."""
    if judged is None or judged.review is None or judged.state in _CLOSED:
        return False
    review = judged.review
    return (review.head, review.round) == (assignment.head, assignment.round)


def judges_of(board: Board, judged: SessionView, judge: Judge) -> tuple[SessionView, ...]:
    """The sessions that were made for this part of the review as it is, the oldest first."""
    return tuple(
        view
        for view in board.sessions.values()
        if view.spec.judges is not None
        and view.spec.judges.session == judged.id
        and view.spec.judges.judge is judge
        and is_current(view.spec.judges, judged)
    )


def untaken(judge: SessionView, judged: SessionView | None) -> Verdict | None:
    """A judgement that is not in the review yet, neither as an opinion nor as a refused one."""
    said, review = judge.judgement, judged.review if judged else None
    if said is None or review is None:
        return None
    known = (*review.opinions, *(refused.verdict for refused in review.refused))
    return None if any(_is_same(said, one, judge.id) for one in known) else said


def _is_same(said: Verdict, known: Verdict, judge: str) -> bool:
    return known.by == judge and known.at == said.at


def is_over(judge: SessionView, review: Review, now: datetime, *, nudges: bool) -> bool:
    """Whether no verdict will come of it: silence is none."""
    if has_spoken(judge.id, review):
        return False
    if was_refused(judge.id, review) or judge.state in _GONE:
        return True
    return judge.judgement is None and (_gave_up(judge) or is_silent(judge, now, nudges=nudges))


def _gave_up(judge: SessionView) -> bool:
    """Whether it said that it cannot go on; whoever was stopped goes on once the lead says so."""
    report = judge.report
    ended = (ReportKind.BLOCKED, ReportKind.FAILED)
    return judge.state is SessionState.REPORTED and report is not None and report.kind in ended


def is_green(checks: Sequence[ProjectCheck], review: Review) -> bool:
    """Whether every check of the project passed on the commit; one that was not run is not green."""
    return not missing_checks(checks, review) and review.checks_green


def wanted(view: SessionView, rules: Rules) -> Judge | None:
    """In which part a session has to judge it now, by its policy and its checks."""
    review = view.review
    if review is None or view.state is not SessionState.IN_REVIEW:
        return None
    judge = wanted_judge(rules.policy, review, rules.rounds)
    return judge if judge is not None and is_green(rules.checks, review) else None


class Assigning(Value, frozen=True):
    """What is to be done for one part of a review."""

    judge: Judge
    tries: int
    """How many sessions were made for it."""
    exhausted: bool = False
    """Whether they are all over, and the lead has to judge."""


def assigning(board: Board, view: SessionView, rules: Rules, now: datetime) -> Assigning | None:
    """Whether a session is to be made or started as a judge of it now, or the lead is to be told."""
    judge = wanted(view, rules)
    if judge is None or view.review is None:
        return None
    made = judges_of(board, view, judge)
    living = [one for one in made if not is_over(one, view.review, now, nudges=rules.nudges)]
    if any(one.own is not None for one in living):
        return None
    exhausted = not living and len(made) >= MOST_TRIES
    return Assigning(judge=judge, tries=len(made), exhausted=exhausted)
