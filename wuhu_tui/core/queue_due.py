"""Whether the merge queue has to be worked now, and what tells one time from the next."""

from __future__ import annotations

from collections.abc import Hashable

from wuhu_tui.core.project import Project
from wuhu_tui.model.board import Board
from wuhu_tui.model.queue_order import in_order
from wuhu_tui.model.queue_words import is_running, standing_reason, void_reason

LOOK = 3
"""Seconds between looks whether what kept an entry back is gone."""


def waiting_to_land(board: Board) -> bool:
    """Whether anything in the queue may begin, or has to leave it."""
    for entry in in_order(board):
        if is_running(board.session(entry.session)):
            continue
        if void_reason(board, entry) or not standing_reason(board, entry):
            return True
    return False


def queue_occasion(project: Project) -> Hashable:
    """Changes with the queue, and with the time: what is looked at in the repository tells nobody."""
    entries = tuple((one.session, one.head, one.delay) for one in project.board.queue.entries)
    return entries, int(project.clock().timestamp() / LOOK)
