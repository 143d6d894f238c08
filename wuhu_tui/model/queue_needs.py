"""What of the merge queue needs the lead: what is held back with evidence, a queue that stands still."""

from __future__ import annotations

from datetime import datetime, timedelta

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.merge_queue import MergeQueue, QueuedMerge
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.queue_words import is_running, ready
from wuhu_tui.model.states import SessionState

STANDS_STILL = timedelta(seconds=60)
"""For how long nothing may begin while something is ready, until the queue counts as stuck."""


def held_with_evidence(entry: QueuedMerge | None) -> bool:
    """Whether something else than the lead keeps it back: the lead has to look why."""
    return entry is not None and entry.held_by not in ("", LEAD)


def stands_in_line(queue: MergeQueue, view: SessionView) -> bool:
    """Whether an approved session waits for its turn, and so for nothing of the lead."""
    entry = queue.entry(view.id)
    approved = view.state is SessionState.APPROVED
    return approved and entry is not None and not held_with_evidence(entry)


def held_back(queue: MergeQueue, view: SessionView) -> QueuedMerge | None:
    """The entry of an approved session that is held with evidence."""
    entry = queue.entry(view.id)
    return entry if view.state is SessionState.APPROVED and held_with_evidence(entry) else None


def was_rolled_back(view: SessionView) -> bool:
    """Whether exactly what is approved had landed, and was taken back because base was red with it."""
    merge, review = view.merge, view.review
    return (
        view.state in (SessionState.APPROVED, SessionState.IN_REVIEW)
        and merge is not None
        and merge.outcome is MergeOutcome.ROLLED_BACK
        and review is not None
        and review.head == merge.head
    )


def stuck_since(board: Board, now: datetime) -> datetime | None:
    """Since when nothing begins although something is ready; None: the queue does its work."""
    if not board.queue.entries or board.queue.paused_by:
        return None
    if any(map(is_running, board.sessions.values())):
        return None
    waiting = ready(board)
    if not waiting:
        return None
    since = max(min(entry.at for entry in waiting), board.queue.changed_at)
    return since if now - since >= STANDS_STILL else None
