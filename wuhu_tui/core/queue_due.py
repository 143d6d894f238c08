"""Whether the merge queue has to be worked now, and what tells one time from the next."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

from wuhu_tui.core.merge_lock import lock_path
from wuhu_tui.core.project import Project
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import Event
from wuhu_tui.model.project_events import SightingMade
from wuhu_tui.model.queue_health import standing_words
from wuhu_tui.model.queue_needs import stuck_since
from wuhu_tui.model.queue_order import in_order
from wuhu_tui.model.queue_words import is_running, standing_reason, void_reason
from wuhu_tui.model.sightings import Sighting, SightingKind

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


def stands_still(project: Project) -> bool:
    """Whether nothing lands although something is ready, and nobody was told yet."""
    board = project.board
    if not board.queue.entries or stuck_since(board, project.clock()) is None:
        return False
    return _name(board) not in board.sightings


async def tell_standing(project: Project) -> None:
    """Tell the lead once that the queue stands still, and why."""
    locked = await asyncio.to_thread(is_held, lock_path(project))

    def decide(board: Board) -> list[Event]:
        words = standing_words(board, project.clock(), conducted=True, locked=locked)
        if not words or _name(board) in board.sightings:
            return []
        return [SightingMade(sighting=_sighting(board, words))]

    await project.decide(decide)


def _sighting(board: Board, words: str) -> Sighting:
    mark = board.queue.changed_at.isoformat()
    return Sighting(session="", kind=SightingKind.QUEUE_STANDS, mark=mark, text=words)


def _name(board: Board) -> str:
    return _sighting(board, "").id
