"""Events of the merge queue in plain words, a line each. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wuhu_tui.model import queue_events as queue


def _because(text: str, why: str) -> str:
    return f"{text}: {why}" if why else text


def _placed(event: queue.MergePlaced) -> str:
    where = f"ahead of {event.before}" if event.before else "behind all others"
    return f"{event.by} moved its merge {where}"


def _delayed(event: queue.MergeDelayed) -> str:
    return f"its merge waits: {event.reason}" if event.reason else "its merge waits no more"


QUEUE_WORDS: dict[type[Any], Callable[[Any], str]] = {
    queue.MergeQueued: lambda event: (
        f"{event.entry.by} put {event.entry.head[:8]} into the merge queue"
    ),
    queue.MergeDropped: lambda event: _because(
        f"{event.by} took it out of the merge queue", event.reason
    ),
    queue.MergeHeld: lambda event: _because(f"{event.by} holds its merge back", event.note),
    queue.MergeReleased: lambda event: f"{event.by} holds its merge back no more",
    queue.MergePlaced: _placed,
    queue.MergeDelayed: _delayed,
    queue.MergeLinked: lambda event: (
        f"its branch contains {', '.join(event.contains)}"
        if event.contains
        else "its branch contains no other queued work"
    ),
    queue.QueuePaused: lambda event: _because(f"{event.by} paused the merge queue", event.note),
    queue.QueueResumed: lambda event: f"{event.by} let the merge queue go on",
}
"""What happened, by event."""
