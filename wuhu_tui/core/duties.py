"""What the conductor does by itself: which duties are due now, and how each is done."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from wuhu_tui.core.budgets import (
    hold_command,
    project_limit,
    release_command,
    to_hold,
    to_release,
)
from wuhu_tui.core.due import nudge_due, reminder, review_due, review_outdated, suspects
from wuhu_tui.core.errands import NotYet, Work
from wuhu_tui.core.fixing_duties import fixing_duties
from wuhu_tui.core.jobs_end import conclude
from wuhu_tui.core.judging import send_changes_again, unsent_changes
from wuhu_tui.core.judging_duties import judging_duties
from wuhu_tui.core.ladder_climb import letter_duties
from wuhu_tui.core.merge_lock import is_interrupted
from wuhu_tui.core.merges import resume_merges
from wuhu_tui.core.project import Project
from wuhu_tui.core.queue_due import queue_occasion, stands_still, tell_standing, waiting_to_land
from wuhu_tui.core.queue_work import work_queue
from wuhu_tui.core.reports_back import report_back_duties
from wuhu_tui.core.reviews import (
    check_review,
    missing_checks,
    open_review,
    refresh_conflicts,
    refresh_review,
)
from wuhu_tui.core.scribe import base_of
from wuhu_tui.core.undo import is_half_undone
from wuhu_tui.core.waiting import leave_join, left_joins, wake_joins
from wuhu_tui.model.ages import has_passed
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.commands import AnyCommand, SystemNote
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.messages import nudge_id
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.reviews import Review, Verdict
from wuhu_tui.model.states import SessionState, transition

QUEUE = "queue"
"""The duty that lands what is approved; it lasts as long as the checks do."""

SETTLE = timedelta(seconds=5)
"""How long a verdict may be on its way to its session before the core sends it again."""

_BEFORE_THE_LEAD = frozenset({SessionState.IN_REVIEW, SessionState.APPROVED, SessionState.CONFLICT})

_DIED = "its runner died without a word"


@dataclass(frozen=True)
class Duty:
    """One thing to do: `occasion` tells one time from the next, `work` does it.

    `replaces`: a new occasion makes the work on an older one worthless; it is ended.
    """

    name: str
    occasion: Hashable
    work: Work
    replaces: bool = False


def duties(project: Project) -> Iterator[Duty]:
    """Everything that is due by the board as it is now."""
    board = project.board
    for name in suspects(board, project.ledger.alive):
        yield _judge_lost(project, board.sessions[name])
    for view in board.sessions.values():
        if view.spec.project:
            yield from _of_session(project, view)
    yield from _of_budget(project, board)
    for job in board.jobs.values():
        if job.is_running and project.jobs.over(job.id):
            yield _conclude(project, job.id)
    told = (*report_back_duties(project), *letter_duties(project))
    for name, occasion, work in (*told, *judging_duties(project), *fixing_duties(project)):
        yield Duty(name, occasion, work)
    for name in left_joins(project):
        yield _leave(project, name)
    waking = frozenset(project.due_joins.look(board, project.clock()))
    if waking:
        yield Duty("joins", waking, lambda: wake_joins(project))
    unfinished = frozenset(view.id for view in board.sessions.values() if _is_unfinished(view))
    if unfinished:
        yield Duty("merges", unfinished, lambda: _resume_merges(project))

    if waiting_to_land(board):
        yield Duty(QUEUE, queue_occasion(project), lambda: _work_queue(project))
    if stands_still(project):
        stuck = board.queue.changed_at
        yield Duty("queue stands", stuck, lambda: tell_standing(project))


async def _work_queue(project: Project) -> None:
    if not await work_queue(project):
        raise NotYet  # another process works it


def _conclude(project: Project, job: str) -> Duty:
    return Duty(f"job {job}", job, lambda: conclude(project, job))


def _leave(project: Project, join: str) -> Duty:
    return Duty(f"left {join}", join, lambda: leave_join(project, join))


def _of_budget(project: Project, board: Board) -> Iterator[Duty]:
    limit = project_limit(project.config.budget.project, board)
    for view in to_hold(board, limit):
        command = hold_command(board, view.id, limit, project.clock())
        yield Duty(f"hold {view.id}", command.id, _telling(project, view.id, command))
    for view, question in to_release(board, limit):
        released = release_command(question, project.clock())
        yield Duty(f"release {view.id}", released.id, _telling(project, view.id, released))


def _telling(project: Project, session: str, command: AnyCommand) -> Work:
    return lambda: project.host.send(session, command)


def _of_session(project: Project, view: SessionView) -> Iterator[Duty]:
    if view.state is SessionState.ARCHIVED:
        return
    if view.is_lost:
        yield Duty(f"sweep {view.id}", view.lost, lambda: _sweep(project, view.id))
    yield from _of_review(project, view, view.review)
    if project.config.policies.nudge and nudge_due(view, project.board, project.clock()):
        occasion = (view.cursor.epoch, view.turn)
        yield Duty(f"nudge {view.id}", occasion, lambda: _nudge(project, view))
    verdict = unsent_changes(project, view)
    if verdict is not None and has_passed(SETTLE, since=view.since, now=project.clock()):
        yield Duty(f"changes {view.id}", verdict.at, _sending(project, view.id, verdict))


def _of_review(project: Project, view: SessionView, review: Review | None) -> Iterator[Duty]:
    if review_due(view):
        yield Duty(f"review {view.id}", (view.head, view.turn), lambda: _open(project, view))
    if review is None:
        return
    if review_outdated(view):
        occasion = (view.head, review.head)
        yield Duty(f"new commits {view.id}", occasion, lambda: _refresh(project, view))
    in_review = view.state is SessionState.IN_REVIEW
    if in_review and missing_checks(project.checks, review):
        seen = (review.head, review.opened_at, tuple(project.checks))
        yield Duty(f"checks {view.id}", seen, lambda: _check(project, view.id), replaces=True)


async def _open(project: Project, view: SessionView) -> None:
    try:
        await open_review(project, view)
    except NotPossible as error:
        raise NotYet from error  # it went on meanwhile; its state tells when to try again


async def _check(project: Project, session: str) -> None:
    """Run a review's checks when it is its turn, if it still lies before the lead then."""
    async with project.checking:
        view = project.view(session)
        if view.state is not SessionState.IN_REVIEW:
            raise NotYet
        await check_review(project, view)


async def _refresh(project: Project, view: SessionView) -> None:
    try:
        await refresh_review(project, view)
    except NotPossible as error:
        raise NotYet from error


def _sending(project: Project, session: str, verdict: Verdict) -> Work:
    return lambda: send_changes_again(project, session, verdict)


def _is_unfinished(view: SessionView) -> bool:
    return is_interrupted(view) or is_half_undone(view)


def branch_duties(project: Project, tips: Mapping[str, str]) -> Iterator[Duty]:
    """What only the branches tell: commits that no runner saw, and a base that moved."""
    for view in project.board.sessions.values():
        if view.review is not None and view.state in _BEFORE_THE_LEAD:
            yield from _of_branches(project, view, view.review, tips)


def _of_branches(
    project: Project, view: SessionView, review: Review, tips: Mapping[str, str]
) -> Iterator[Duty]:
    tip = tips.get(view.spec.branch, review.head)
    if tip != review.head and not review_outdated(view):
        yield Duty(f"new commits {view.id}", (tip, review.head), lambda: _refresh(project, view))
    base = tips.get(base_of(project, view))
    wanted = project.config.policies.predict_conflicts
    if base and wanted and view.state is not SessionState.CONFLICT:
        occasion = (review.head, base)
        yield Duty(f"conflicts {view.id}", occasion, lambda: refresh_conflicts(project, view))


def _judge_lost(project: Project, view: SessionView) -> Duty:
    return Duty(f"lost {view.id}", view.cursor, lambda: _move_lost(project, view.id))


async def _move_lost(project: Project, session: str) -> None:
    """Call a session lost if its lock is free and its journal, read after that, has no end.

    The lock is looked at again at last: a new life may have begun meanwhile, and may die as soon.
    """
    if await project.alive(session):
        raise NotYet
    await project.catch_up()
    if await project.alive(session):
        raise NotYet
    await project.journal.decide(lambda board: _lost(board, session))


def _lost(board: Board, session: str) -> list[Event]:
    view = board.session(session)
    if view is None or view.own is None or not view.runner_expected:
        return []
    before = view.own.state
    transition(before, SessionState.LOST, _DIED)
    return [
        SessionMoved(
            session=session,
            before=before,
            after=SessionState.LOST,
            cause=_DIED,
            after_record=view.cursor,
        )
    ]


async def _sweep(project: Project, session: str) -> None:
    """End what the dead life left; a life that began meanwhile keeps its own."""
    try:
        left = await project.host.sweep(session)
    except NotPossible:
        return
    if left:
        numbers = ", ".join(map(str, left))
        text = f"processes of {session} would not end: {numbers}"
        await project.append(Noted(text=text, level="warning"))


async def _nudge(project: Project, view: SessionView) -> None:
    name = nudge_id(view.id, view.cursor.epoch, view.turn)
    note = SystemNote(id=name, by="core", at=project.clock(), text=reminder(view))
    await project.host.send(view.id, note)


async def _resume_merges(project: Project) -> None:
    await resume_merges(project)
    board = await project.catch_up()
    if any(_is_unfinished(view) for view in board.sessions.values()):
        raise NotYet
