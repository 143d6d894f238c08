"""What the conductor owes reviews and their judges, by the board as it is now."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from wuhu_tui.core.errands import NotYet, Work
from wuhu_tui.core.judges import assign_reviewer, end_judge
from wuhu_tui.core.judging_board import (
    Assigning,
    Rules,
    assigning,
    is_current,
    is_green,
    untaken,
)
from wuhu_tui.core.lives import hibernate
from wuhu_tui.core.opinions import (
    bind_verdict,
    moot,
    rules_of,
    take_back,
    take_opinion,
    tell_lead,
    tell_unwaived,
)
from wuhu_tui.core.project import Project
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import Conflict, NotPossible
from wuhu_tui.model.events import Noted
from wuhu_tui.model.judges import is_done
from wuhu_tui.model.review_policy import MOST_ROUNDS, binding, left_to_lead
from wuhu_tui.model.reviews import Assignment, Review, ReviewPolicy, VerdictKind
from wuhu_tui.model.states import SessionState

Due = Iterator[tuple[str, Hashable, Work]]
"""Name, occasion and work of each thing to do."""

_RESTS = frozenset({SessionState.IDLE, SessionState.REPORTED})


def judging_duties(project: Project) -> Due:
    """Everything that is due about judging."""
    for view in project.board.sessions.values():
        if not view.spec.project or view.state is SessionState.ARCHIVED:
            continue
        if view.spec.judges is not None:
            yield from _of_judge(project, view, view.spec.judges)
        elif view.review is not None and view.state is SessionState.IN_REVIEW:
            yield from _of_review(project, view, view.review)
    for letter in moot(project.board):
        yield f"take back {letter.id}", letter.state, _taking_back(project, letter.id)


def _taking_back(project: Project, letter: str) -> Work:
    return lambda: take_back(project, letter)


def _of_judge(project: Project, view: SessionView, assignment: Assignment) -> Due:
    judged = project.board.session(assignment.session)
    if not is_current(assignment, judged):
        yield f"end {view.id}", view.state, lambda: _end(project, view.id)
        return
    said = untaken(view, judged)
    if said is not None:
        yield f"opinion {view.id}", said.at, lambda: take_opinion(project, view.id)
    elif judged and judged.review and view.state in _RESTS and is_done(view.id, judged.review):
        yield f"rest {view.id}", view.cursor, lambda: _rest(project, view.id)


async def _end(project: Project, session: str) -> None:
    try:
        await end_judge(project, session)
    except NotPossible as error:
        raise NotYet from error  # something of it still runs: it is looked at again


async def _rest(project: Project, session: str) -> None:
    try:
        await hibernate(project, session, by="core")
    except NotPossible:
        return  # it went on, or is gone already


def _of_review(project: Project, view: SessionView, review: Review) -> Due:
    rules = rules_of(project, view)
    said = binding(rules.policy, review, rules.rounds)
    if said is not None and _may_bind(project, review, said.kind):
        given = (review.head, review.round, said.by, said.at)
        yield f"verdict {view.id}", given, lambda: bind_verdict(project, view.id)
        return
    left = left_to_lead(rules.policy, review, rules.rounds)
    if left is not None:
        told = (review.head, review.round, left.by)
        yield f"scope {view.id}", told, lambda: tell_unwaived(project, view.id, left)
    elif _goes_on_for_ever(review, rules.policy):
        yield f"rounds {view.id}", review.round, lambda: tell_lead(project, view.id, None)
    else:
        yield from _of_judges(project, view, review, rules)


def _of_judges(project: Project, view: SessionView, review: Review, rules: Rules) -> Due:
    wish = assigning(project.board, view, rules, project.clock())
    if wish is None:
        return
    occasion = (review.head, review.round, wish)
    if wish.exhausted:
        yield f"no verdict {view.id}", occasion, lambda: tell_lead(project, view.id, wish.judge)
    else:
        yield f"reviewer {view.id}", occasion, lambda: _assign(project, view.id, wish)


def _goes_on_for_ever(review: Review, policy: ReviewPolicy) -> bool:
    judged_by_sessions = policy is not ReviewPolicy.HUMAN and review.verdict is None
    return judged_by_sessions and review.round > MOST_ROUNDS


def _may_bind(project: Project, review: Review, kind: VerdictKind) -> bool:
    """An approval waits for its checks, and never comes if one is red."""
    return kind is not VerdictKind.APPROVED or is_green(project.checks, review)


async def _assign(project: Project, session: str, wish: Assigning) -> None:
    try:
        spec = await assign_reviewer(project, session, judge=wish.judge, agent="", by="core")
    except Conflict as error:
        raise NotYet from error  # a newer commit is on its way
    if wish.tries:
        text = f"no verdict came of the {wish.judge.value} of {session}; {spec.id} judges it now"
        await project.append(Noted(text=text, level="warning"))
