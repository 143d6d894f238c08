"""Joins as verbs: open, wait, cancel; and the conductor's part: wake those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from wuhu_tui.core.joins import cancelled, wake
from wuhu_tui.core.project import Project
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotFound, UsageError
from wuhu_tui.model.events import Event
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Wake
from wuhu_tui.model.project_events import JoinOpened, JoinWoken


async def open_join(
    project: Project,
    sessions: Sequence[str],
    *,
    mode: JoinMode,
    until: JoinUntil,
    timeout: timedelta | None,
    by: str,
) -> Join:
    """Persist a join.

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
    )
    await project.append(JoinOpened(join=join))
    return join


async def wait_join(project: Project, join: str) -> Wake:
    """Wait until the join wakes.

    Raises:
        NotFound: there is no such join.
    """
    _join_of(project.board, join)
    found = await project.ledger.until(lambda: _join_of(project.board, join).wake, None)
    assert found is not None
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


def due_wakes(board: Board, now: datetime) -> dict[str, Wake]:
    """The joins that wake now, and why."""
    waiting = ((join, wake(join, board, now)) for join in board.joins.values())
    return {join.id: found for join, found in waiting if found is not None}


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
