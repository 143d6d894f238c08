"""Merging for somebody who waits: queued, worked here if nobody else does, until its end."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.core.queue import queue_merge, release_merge
from wuhu_tui.core.queue_work import CORE, work_queue
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import Conflict
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.queue_words import (
    is_running,
    keeps_others,
    passes_by_itself,
    waiting_reason,
)

LOOK = 1.0
"""Seconds between looks whether the queue has to be worked here."""


async def merge(project: Project, session: str, *, by: str) -> Merge:
    """Queue an approved session and wait until its merge has ended; works the queue meanwhile.

    Raises:
        NotPossible: it is not approved, or a check is not green.
        Conflict: it is merged already, it is not the newest commit, or it was taken out.
    """
    entry = await _queued(project, session, by)
    while (merge := end_of(project.board, entry)) is None:
        await _work_until_end(project, entry)
    return merge


async def merge_unless_kept(project: Project, session: str, *, by: str) -> Merge | str:
    """The same, but why it waits as soon as it waits for somebody; it stays in the queue then."""
    entry = await _queued(project, session, by)
    while (merge := end_of(project.board, entry)) is None:
        if reason := kept_by(project.board, entry):
            return reason
        await _work_until_end(project, entry)
    return merge


async def _queued(project: Project, session: str, by: str) -> QueuedMerge:
    entry = await queue_merge(project, project.view(session), by=by)
    if entry.held_by == CORE and by == LEAD:
        await release_merge(project, session, by=by)
    return entry


async def _work_until_end(project: Project, entry: QueuedMerge) -> None:
    """Work the queue if nobody else does, and look again in a moment."""

    def ended() -> Merge | None:
        return end_of(project.board, entry)

    await work_queue(project, enough=lambda: ended() is not None)
    await project.ledger.until(ended, LOOK)


def kept_by(board: Board, entry: QueuedMerge) -> str:
    """What a queued merge waits for that does not come by itself; empty: nothing."""
    now = board.queue.entry(entry.session)
    if now is None or any(map(keeps_others, board.sessions.values())):
        return ""
    reason = waiting_reason(board, now)
    return "" if reason == now.delay and passes_by_itself(reason) else reason


def end_of(board: Board, entry: QueuedMerge) -> Merge | None:
    """How the merge of a queued commit ended; None while it waits or runs.

    Raises:
        Conflict: it was taken out of the queue.
    """
    view, now = board.session(entry.session), board.queue.entry(entry.session)
    merge = view.merge if view else None
    if is_running(view):
        return None
    ours = merge is not None and merge.queued and merge.at >= entry.at
    if merge is not None and ours and (now is None or _goes_back(merge, now)):
        return merge
    if now is not None:
        return None
    gone = next(
        (one for one in reversed(board.queue.dropped) if one.session == entry.session), None
    )
    raise Conflict(
        f"{gone.by} took it out of the merge queue" + (f": {gone.reason}" if gone.reason else "")
        if gone
        else "it left the merge queue",
        where=entry.session,
        remedy="look at it again, then merge it again",
    )


def _goes_back(merge: Merge, entry: QueuedMerge) -> bool:
    """Whether it landed, was rolled back, and waits for the lead's word."""
    return merge.outcome is MergeOutcome.ROLLED_BACK and entry.held_by == CORE
