"""The merge queue: approved work in the order in which it lands, and what keeps it waiting."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.value import EPOCH_START, Value


class QueuedMerge(Value, frozen=True):
    """One session's approved commit on its way to base; it leaves the queue when its merge ends."""

    session: str
    head: str
    by: str
    """Who wants it merged."""
    at: datetime = EPOCH_START
    approved_at: datetime = EPOCH_START
    held_by: str = ""
    """Who keeps it back; empty: nobody."""
    held_note: str = ""
    delay: str = ""
    """Why it could not begin when it was its turn, as last found by looking; empty: it could."""
    delayed_at: datetime = EPOCH_START
    contains: tuple[str, ...] = ()
    """Sessions whose queued commit is part of its own branch: they land before it."""


class DroppedMerge(Value, frozen=True):
    """An entry that left the queue without a merge, and why."""

    session: str
    by: str
    reason: str = ""
    at: datetime = EPOCH_START


class MergeQueue(Value, frozen=True):
    """All that is to land, in the order in which it was put: by approval, then by hand."""

    entries: tuple[QueuedMerge, ...] = ()
    paused_by: str = ""
    """Who stopped the queue; empty: it runs."""
    paused_note: str = ""
    paused_at: datetime = EPOCH_START
    changed_at: datetime = EPOCH_START
    """When something of it happened last."""
    dropped: tuple[DroppedMerge, ...] = ()
    """What left it without a merge; the newest, oldest first."""

    def entry(self, session: str) -> QueuedMerge | None:
        """The session's entry, if it is queued."""
        return next((entry for entry in self.entries if entry.session == session), None)
