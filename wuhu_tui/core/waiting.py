"""Joins as verbs: open, wait, cancel; and the conductor's part: wake those that are due."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta

from msgspec.structs import replace

from wuhu_tui.core.joins import cancelled
from wuhu_tui.core.joins_due import due_wakes
from wuhu_tui.core.project import Project
from wuhu_tui.hosts.pulse import hold_pulse
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import JournalError, NotFound, UsageError
from wuhu_tui.model.events import Event
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Wake, WakeReason
from wuhu_tui.model.project_events import JoinLeft, JoinOpened, JoinTaken, JoinWoken


async def open_join(
    project: Project,
    sessions: Sequence[str],
    *,
    mode: JoinMode,
    until: JoinUntil,
    timeout: timedelta | None,
    by: str,
    attended: bool = False,
) -> Join:
    """Persist a join.

    `attended`: this process waits for it. If it dies, whoever opens the same join next takes up
    that waiting where it was: what came meanwhile counts, also what woke it and nobody read.

    Raises:
        UsageError: nothing to wait for, or a time limit that is none.
        NotFound: one of the sessions does not exist.
    """
    names = tuple(dict.fromkeys(sessions))
    if not names:
        raise UsageError("a join needs sessions to wait for", remedy="name one or more")
    if timeout is not None and timeout <= timedelta():
        raise UsageError("a join's time limit must be longer than nothing", remedy="such as 10m")
    opened_at = project.clock()
    join = Join(
        id=project.new_id(),
        sessions=names,
        mode=mode,
        until=until,
        by=by,
        opened_at=opened_at,
        deadline=None if timeout is None else opened_at + timeout,
        seen={name: project.view(name).cursor.seq for name in names},
        attended=attended,
    )
    if not attended:
        await project.append(JoinOpened(join=join))
        return join
    await asyncio.to_thread(_attend, project, join.id)
    try:
        await project.decide(lambda board: _taking_up(project, board, join))
    except BaseException:
        _let_go(project, join.id)
        raise
    return project.board.joins.get(join.id, join)


def _attend(project: Project, join: str) -> None:
    """Hold the join's pulse until it is read, given up, or this process ends."""
    try:
        project.folder.joins.mkdir(exist_ok=True)
        project.attending[join] = hold_pulse(project.folder.join_pulse(join))
    except OSError as error:
        raise JournalError(
            f"a join's pulse cannot be made: {error.strerror or error}",
            where=str(project.folder.joins),
            remedy="check the disk and the folder's rights",
        ) from error


def _taking_up(project: Project, board: Board, join: Join) -> list[Event]:
    """The new join, with what one that was left behind had seen; that one is ended."""
    before = left_behind(project, board, join)
    if before is None:
        return [JoinOpened(join=join)]
    join = replace(join, opened_at=before.opened_at, seen={**join.seen, **before.seen})
    events: list[Event] = [] if before.left else [JoinLeft(join=before.id)]
    if before.is_open:
        events.append(JoinWoken(join=before.id, wake=cancelled(before, board)))
    return [*events, JoinOpened(join=join)]


def left_behind(project: Project, board: Board, join: Join) -> Join | None:
    """The newest join for the same whose waiter died without having read how it ended."""
    same = [
        other
        for other in board.joins.values()
        if (other.by, other.mode, other.until) == (join.by, join.mode, join.until)
        and set(other.sessions) == set(join.sessions)
    ]
    newest = same[-1] if same else None
    if newest is None or not newest.attended or newest.taken:
        return None
    if newest.wake is not None and newest.wake.reason is WakeReason.CANCELLED:
        return None
    late = newest.deadline is not None and newest.deadline <= join.opened_at
    gone = newest.left or project.waiters.over(newest.id)
    return newest if gone and not late else None


async def take_wake(project: Project, join: str) -> None:
    """Write that whoever waited has read the wake: it is told nobody again."""

    def decide(board: Board) -> list[Event]:
        found = board.joins.get(join)
        return [] if found is None or found.taken else [JoinTaken(join=join)]

    await project.decide(decide)
    _let_go(project, join)


def _let_go(project: Project, join: str) -> None:
    """Nobody needs the join's pulse any more."""
    pulse = project.attending.pop(join, -1)
    if pulse >= 0:
        project.folder.join_pulse(join).unlink(missing_ok=True)
        os.close(pulse)


def left_joins(project: Project) -> Iterator[str]:
    """The open joins whose waiter is gone and which nobody called so yet."""
    for join in project.board.joins.values():
        is_others = join.attended and not join.left and join.id not in project.attending
        if join.is_open and is_others and project.waiters.over(join.id):
            yield join.id


async def leave_join(project: Project, join: str) -> None:
    """Write that nobody waits for it any more; it goes on, for whoever opens the same again."""

    def decide(board: Board) -> list[Event]:
        found = board.joins.get(join)
        is_news = found is not None and found.is_open and not found.left
        return [JoinLeft(join=join)] if is_news else []

    await project.decide(decide)
    await asyncio.to_thread(project.folder.join_pulse(join).unlink, missing_ok=True)
    project.waiters.forget(join)


async def wait_join(project: Project, join: str) -> Wake:
    """Wait until the join wakes; the board knows what woke it when this returns.

    Raises:
        NotFound: there is no such join.
    """
    _join_of(project.board, join)
    found = await project.ledger.until(lambda: _join_of(project.board, join).wake, None)
    assert found is not None
    await project.catch_up()  # another process judged it, by a journal that may be read later here
    return found


async def cancel_join(project: Project, join: str) -> None:
    """End a join; one that woke already stays as it is.

    Raises:
        NotFound: there is no such join.
    """

    def decide(board: Board) -> list[Event]:
        found = _join_of(board, join)
        return [] if found.wake else [JoinWoken(join=join, wake=cancelled(found, board))]

    await project.journal.decide(decide)
    _let_go(project, join)


async def wake_joins(project: Project) -> None:
    """Write down every wake that is due; what the journal's end makes of it counts."""

    def decide(board: Board) -> list[Event]:
        due = due_wakes(board, project.clock())
        return [JoinWoken(join=name, wake=found) for name, found in due.items()]

    await project.journal.decide(decide)


def _join_of(board: Board, name: str) -> Join:
    join = board.joins.get(name)
    if join is None:
        raise NotFound(f"there is no join {name}", remedy="open one: wuhu join")
    return join
