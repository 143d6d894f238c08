"""Whether the queue still wants a merge that came from it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.merges import Merge

T = TypeVar("T")

LOOK = 0.5
"""Seconds between looks whether a running merge was taken out of the queue."""


class KeptBack(NotPossible):
    """The queue does not let a merge begin at this moment; it stays where it is."""


def check_may_begin(board: Board, view: SessionView, merge: Merge) -> None:
    """Pass only if the queue lets this merge begin at this moment.

    Raises:
        KeptBack: somebody took it out, holds it or paused the queue meanwhile.
    """
    entry = board.queue.entry(view.id)
    if entry is None or entry.head != merge.head:
        raise KeptBack("it is not queued any more", where=view.id, remedy="queue it again")
    if entry.held_by or board.queue.paused_by:
        by = entry.held_by or board.queue.paused_by
        raise KeptBack(f"{by} keeps it back", where=view.id, remedy="release it")


def dropped_word(board: Board, session: str, merge: Merge) -> str:
    """Who took the running merge out of the queue, and why; empty: nobody did."""
    if not merge.queued or board.queue.entry(session) is not None:
        return ""
    gone = next((one for one in reversed(board.queue.dropped) if one.session == session), None)
    if gone is None:
        return "it was taken out of the queue"
    why = f": {gone.reason}" if gone.reason else ""
    return f"{gone.by} took it out of the queue{why}"


async def while_wanted(scribes: Sequence[Scribe], work: Awaitable[T]) -> T | None:
    """What the work comes to; None if one of these merges was taken out of the queue meanwhile."""
    running = asyncio.ensure_future(work)
    try:
        while not running.done():
            await asyncio.wait([running], timeout=LOOK)
            if not running.done() and any(_dropped(scribe) for scribe in scribes):
                return None
        return running.result()
    finally:
        if not running.done():
            running.cancel()
            await asyncio.wait([running])


def _dropped(scribe: Scribe) -> str:
    return dropped_word(scribe.port.board, scribe.view.id, scribe.merge)
