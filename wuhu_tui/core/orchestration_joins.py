"""Joins of an orchestrator: asked for again, the same waiting goes on, and no wake is missed.

A join belongs to the project, not to the process that waits. Where that one dies, or its agent
gives the call up, the join stays: asking for the same again adopts it, or, if it woke meanwhile
and nobody has read that, gives its wake at once if what it tells is still so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from wuhu_tui.core.joins import outcome, words_for
from wuhu_tui.core.orchestration import Orchestrator
from wuhu_tui.core.project import Project
from wuhu_tui.core.waiting import cancel_join, open_join
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.joins import Join, JoinMode, JoinUntil, Wake, WakeReason
from wuhu_tui.model.states import SessionState

_GONE = frozenset({SessionState.ARCHIVED, SessionState.MERGED})


def joinable(board: Board, who: Orchestrator) -> tuple[str, ...]:
    """What it waits for unless it says otherwise: all of its own that may still come to something.

    Raises:
        UsageError: there is nothing.
    """
    names = tuple(view.id for view in who.own(board) if view.state not in _GONE)
    if not names:
        raise UsageError(
            "there is nothing of your own to wait for",
            remedy="instantiate and start a session first, or name the sessions",
        )
    return names


def adoptable(
    board: Board, who: Orchestrator, sessions: Sequence[str], mode: JoinMode, until: JoinUntil
) -> Join | None:
    """A join for exactly this that is open, or whose wake nobody has read."""
    same = [
        join
        for join in board.joins.values()
        if join.by == who.name
        and set(join.sessions) == set(sessions)
        and (join.mode, join.until) == (mode, until)
        and not join.taken
        and _still_tells(board, join)
    ]
    return same[-1] if same else None


def _still_tells(board: Board, join: Join) -> bool:
    """Whether it waits, or woke for something that is still so; the rest a new join tells."""
    view = board.session(join.wake.session) if join.wake else None
    if join.wake is None or view is None:
        return join.wake is None
    return _still_so(board, join, join.wake, view)


def _still_so(board: Board, join: Join, wake: Wake, view: SessionView) -> bool:
    match wake.reason:
        case WakeReason.QUESTION:
            still = any(asked.id == wake.about for asked in view.questions)
        case WakeReason.FAILED:
            still = outcome(join, view, board) is wake.outcomes.get(view.id)
        case WakeReason.REVIEW_READY:
            still = view.state is SessionState.IN_REVIEW
        case WakeReason.STEER | WakeReason.SYSTEM if view.id == join.by:
            still = any(word.id == wake.about for word in words_for(view, board))
        case WakeReason.SYSTEM:
            still = view.no_report
        case _:
            still = False
    return still


async def join_or_adopt(
    project: Project,
    who: Orchestrator,
    sessions: Sequence[str],
    *,
    mode: JoinMode,
    until: JoinUntil,
    timeout: timedelta | None,
) -> tuple[Join, bool]:
    """The join to wait for, and whether it was there before.

    Raises:
        UsageError: it would wait for itself, for nothing, or no time at all.
        NotFound: one of the sessions does not exist.
    """
    if who.name in sessions:
        raise UsageError("a session cannot wait for itself", remedy="name other sessions")
    await project.catch_up()
    found = adoptable(project.board, who, sessions, mode, until)
    if found is not None:
        return found, True
    opened = await open_join(
        project, sessions, mode=mode, until=until, timeout=timeout, by=who.name
    )
    return opened, False


async def leave_joins(project: Project, who: Orchestrator) -> None:
    """Its server ends: by the settings its open joins stay for the next one, or end with it."""
    if project.config.orchestrator.joins != "cancel":
        return
    for join in list(project.board.joins.values()):
        if join.by == who.name and join.wake is None:
            await cancel_join(project, join.id)
