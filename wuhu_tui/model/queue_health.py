"""A merge queue that stands still although something is ready: that itself is a fault. Pure."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import Board
from wuhu_tui.model.quantities import span
from wuhu_tui.model.queue_needs import stuck_since
from wuhu_tui.model.queue_words import ready


def standing_words(board: Board, now: datetime, *, conducted: bool, locked: bool) -> str:
    """Why nothing lands although something is ready; empty: the queue does its work.

    `conducted`: somebody does the project's automation; `locked`: somebody changes base.
    """
    since = stuck_since(board, now)
    if since is None:
        return ""
    if locked:
        why = "a process keeps the merge lock and lands nothing"
    elif conducted:
        why = "who conducts does not work it"
    else:
        why = "nobody conducts"
    return f"the merge queue stands still for {span(now - since)} with {len(ready(board))} ready: {why}"
