"""fold(board, record) -> board: the only way a board comes to be, live and in replay alike.

Pure and total: any record, in any order that keeps each journal's own order, gives a board.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from msgspec.structs import replace

from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board, SessionView, Standing
from wuhu_tui.model.events import Noted, UnknownEvent
from wuhu_tui.model.fold_judges import tell_judged, tell_newcomers
from wuhu_tui.model.fold_letters import LETTER_STEPS, carried, without_oldest_ended
from wuhu_tui.model.fold_merges import MERGE_STEPS
from wuhu_tui.model.fold_queue import QUEUE_STEPS, after_merge, without_session
from wuhu_tui.model.fold_remote import REMOTE_STEPS, publish_merges
from wuhu_tui.model.fold_reviews import REVIEW_STEPS
from wuhu_tui.model.fold_session import MAX_WARNINGS, fold_session
from wuhu_tui.model.fold_settling import SETTLING_STEPS
from wuhu_tui.model.jobs import JobOutcome
from wuhu_tui.model.records import Record
from wuhu_tui.model.remote_events import BasePushed
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

MAX_ALIKE = 50
"""How many sightings of one kind the board keeps of a session."""

MAX_KEPT = 200
"""How many of the newest jobs, joins and rescues the board keeps, beside all that go on."""

Some = TypeVar("Some")


def fold(board: Board, record: Record) -> Board:
    """The board after one more record."""
    return fold_all(board, (record,))


def fold_all(board: Board, records: Iterable[Record]) -> Board:
    """The board after many records; copies each great table once, not once a record."""
    sessions, letters = dict(board.sessions), board.letters
    known = len(sessions)
    for record in records:
        if isinstance(record.event, UnknownEvent):
            board = replace(board, unknown_events=board.unknown_events + 1)
        if record.session:
            view = sessions.get(record.session) or _unknown_session(record.session)
            sessions[record.session] = fold_session(view, record)
            tell_judged(sessions, record.session)
        else:
            letter_step = LETTER_STEPS.get(type(record.event))
            if letter_step is not None:
                letters = dict(letters) if letters is board.letters else letters
                letter_step(letters, record.event, record)
            board = _fold_project(board, sessions, record)
    if letters is not board.letters:
        letters = without_oldest_ended(letters)
    if len(sessions) > known:
        tell_newcomers(sessions, board.sessions)
    return replace(board, sessions=sessions, letters=letters)


def _unknown_session(name: str) -> SessionView:
    """A session whose instantiation has not been read yet."""
    return SessionView(spec=SessionSpec(id=name, project=""))


def _fold_project(board: Board, sessions: dict[str, SessionView], record: Record) -> Board:
    event = record.event
    board = replace(board, project=replace(board.project, cursor=record.cursor))
    if isinstance(event, project.LetterPosted):
        sender = sessions.get(event.letter.sender)
        if sender is not None and sender.spec.project:  # whatever of its own journal was read yet
            sessions[sender.id] = carried(sender, event.letter)
    if isinstance(event, project.SessionMoved) and event.after is SessionState.ARCHIVED:
        board = without_session(_without_sightings(board, event.session), event.session)
    if isinstance(event, project.MergeEnded):
        board = after_merge(board, event, sessions.get(event.session), record)
    if isinstance(event, BasePushed):
        publish_merges(sessions, event)
    project_step = _PROJECT_STEPS.get(type(event))
    if project_step:
        return project_step(board, event, record)
    session_step = _SESSION_STEPS.get(type(event))
    if session_step:
        if isinstance(event, project.SessionInstantiated):
            name, known = event.spec.id, _taken_if_unknown(sessions, event.spec.id)
        else:
            name, known = event.session, sessions.get(event.session)
        sessions[name] = session_step(known or _unknown_session(name), event, record)
        tell_judged(sessions, name)
    return board


def _taken_if_unknown(sessions: dict[str, SessionView], name: str) -> SessionView | None:
    """The session of that name; one read before its instantiation goes to its proper place."""
    known = sessions.get(name)
    if known and not known.spec.project:
        del sessions[name]
    return known


def _project_opened(board: Board, event: project.ProjectOpened, record: Record) -> Board:
    return replace(
        board,
        project=replace(
            board.project,
            name=event.project,
            root=event.root,
            base_branch=event.base_branch,
            goal=event.goal,
        ),
    )


def _conductor_took(board: Board, event: project.ConductorTook, record: Record) -> Board:
    taken = replace(
        board.project,
        conductor_pid=event.pid,
        conductor_host=event.host,
        conductor_by=event.by,
        conductor_wanted_by=0,
    )
    return replace(board, project=taken)


def _conductor_wanted(board: Board, event: project.ConductorWanted, record: Record) -> Board:
    return replace(board, project=replace(board.project, conductor_wanted_by=event.pid))


def _project_noted(board: Board, event: Noted, record: Record) -> Board:
    if event.level == "info":
        return board
    warnings = (*board.project.warnings, event.text)[-MAX_WARNINGS:]
    return replace(board, project=replace(board.project, warnings=warnings))


def _join_opened(board: Board, event: project.JoinOpened, record: Record) -> Board:
    waiting = [join.id for join in board.joins.values() if join.is_open]
    return replace(board, joins=_newest(board.joins, event.join.id, event.join, keep=waiting))


def _join_left(board: Board, event: project.JoinLeft, record: Record) -> Board:
    join = board.joins.get(event.join)
    if join is None:
        return board
    return replace(board, joins={**board.joins, join.id: replace(join, left=True)})


def _join_woken(board: Board, event: project.JoinWoken, record: Record) -> Board:
    join = board.joins.get(event.join)
    if join is None or join.wake is not None:
        return board
    return replace(board, joins={**board.joins, join.id: replace(join, wake=event.wake)})


def _join_taken(board: Board, event: project.JoinTaken, record: Record) -> Board:
    join = board.joins.get(event.join)
    if join is None:
        return board
    return replace(board, joins={**board.joins, join.id: replace(join, taken=True)})


def _job_begun(board: Board, event: project.JobBegun, record: Record) -> Board:
    running = [job.id for job in board.jobs.values() if job.outcome is JobOutcome.RUNNING]
    return replace(board, jobs=_newest(board.jobs, event.job.id, event.job, keep=running))


def _job_ended(board: Board, event: project.JobEnded, record: Record) -> Board:
    job = board.jobs.get(event.job)
    if job is None or job.outcome is not JobOutcome.RUNNING:
        return board
    ended = replace(
        job,
        outcome=event.outcome,
        exit_code=event.exit_code,
        output=event.output,
        detail=event.detail,
        ended_at=record.ts,
    )
    return replace(board, jobs={**board.jobs, job.id: ended})


def _rescued(board: Board, event: project.WorkRescued, record: Record) -> Board:
    rescue = event.rescue
    return replace(board, rescues=_newest(board.rescues, rescue.ref, rescue))


def _restored(board: Board, event: project.WorkRestored, record: Record) -> Board:
    rescue = board.rescues.get(event.ref)
    if rescue is None:
        return board
    brought_back = replace(rescue, restored_to=event.to)
    return replace(board, rescues={**board.rescues, event.ref: brought_back})


def _forgotten(board: Board, event: project.WorkForgotten, record: Record) -> Board:
    left = {ref: rescue for ref, rescue in board.rescues.items() if ref != event.ref}
    return replace(board, rescues=left)


def _sighted(board: Board, event: project.SightingMade, record: Record) -> Board:
    """Of one kind and session the newest stay."""
    sighting = event.sighting
    if sighting.id in board.sightings:
        return board
    kept = {**board.sightings, sighting.id: replace(sighting, at=record.ts)}
    alike = [name for name, old in kept.items() if old.is_like(sighting)]
    if len(alike) > MAX_ALIKE:
        del kept[alike[0]]
    return replace(board, sightings=kept)


def _without_sightings(board: Board, session: str) -> Board:
    kept = {name: old for name, old in board.sightings.items() if old.session != session}
    return board if len(kept) == len(board.sightings) else replace(board, sightings=kept)


def _newest(
    kept: dict[str, Some], name: str, thing: Some, *, keep: Collection[str] = ()
) -> dict[str, Some]:
    """With one more; the oldest goes if there are too many, unless it is to be kept."""
    grown = {**kept, name: thing}
    if len(grown) > MAX_KEPT:
        oldest = next((old for old in grown if old not in keep and old != name), None)
        if oldest is not None:
            del grown[oldest]
    return grown


_PROJECT_STEPS: dict[type[Any], Callable[[Board, Any, Record], Board]] = {
    project.JobBegun: _job_begun,
    project.JobEnded: _job_ended,
    project.WorkRescued: _rescued,
    project.WorkRestored: _restored,
    project.WorkForgotten: _forgotten,
    project.ConductorWanted: _conductor_wanted,
    project.SightingMade: _sighted,
    project.ProjectOpened: _project_opened,
    project.ConductorTook: _conductor_took,
    Noted: _project_noted,
    project.JoinOpened: _join_opened,
    project.JoinWoken: _join_woken,
    project.JoinLeft: _join_left,
    project.JoinTaken: _join_taken,
    **QUEUE_STEPS,
    **REMOTE_STEPS,
}


def _instantiated(
    view: SessionView, event: project.SessionInstantiated, record: Record
) -> SessionView:
    given = view.given
    if given.state is SessionState.INSTANTIATED:
        given = Standing(state=SessionState.INSTANTIATED, since=record.ts, cause="instantiated")
    last = max(view.last_event_at, record.ts)
    return replace(view, spec=event.spec, given=given, last_event_at=last)


def _moved(view: SessionView, event: project.SessionMoved, record: Record) -> SessionView:
    standing = Standing(
        state=event.after, since=record.ts, cause=event.cause, at=event.after_record
    )
    if event.after is SessionState.LOST:
        return replace(view, lost=standing)
    if event.after is SessionState.ARCHIVED:
        return replace(view, given=standing, archived_usage=event.usage)
    return replace(view, given=standing)


def _base_compared(view: SessionView, event: project.BaseCompared, record: Record) -> SessionView:
    freshness = event.freshness
    spec = view.spec
    if freshness.advanced:
        spec = replace(spec, base_commit=freshness.tip)
    return replace(view, freshness=freshness, spec=spec)


_SESSION_STEPS: dict[type[Any], Callable[[SessionView, Any, Record], SessionView]] = {
    project.SessionInstantiated: _instantiated,
    project.SessionMoved: _moved,
    project.BaseCompared: _base_compared,
    **REVIEW_STEPS,
    **MERGE_STEPS,
    **SETTLING_STEPS,
}
