"""How the merge queue is told: what comes in, waits and leaves, by whom and why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from wuhu_tui.model import queue_events as queue
from wuhu_tui.model.board import Board
from wuhu_tui.model.entry_makers import CORE, ContextEntry, Place, sighting_entry
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.project_events import MergeEnded
from wuhu_tui.model.queue_words import passes_by_itself, ready
from wuhu_tui.model.sightings import Sighting

DELAYED = "merge_delayed"
STANDS = "queue_stands"


def _queued(place: Place, event: queue.MergeQueued) -> ContextEntry:
    text = f"{event.entry.head[:8]} is to be merged when it is its turn"
    return _told(place, "merge_queued", event.session, text, event.entry.by)


def _dropped(place: Place, event: queue.MergeDropped) -> ContextEntry:
    why = f": {event.reason}" if event.reason else ""
    text = f"taken out of the merge queue{why}"
    return _told(place, "merge_dropped", event.session, text, event.by)


def _released(place: Place, event: queue.MergeReleased) -> ContextEntry:
    return _told(place, "merge_released", event.session, "held back no more", event.by)


def _placed(place: Place, event: queue.MergePlaced) -> ContextEntry:
    where = f"ahead of {event.before}" if event.before else "behind all others"
    return _told(place, "merge_placed", event.session, f"moved {where}", event.by)


def _paused(place: Place, event: queue.QueuePaused) -> ContextEntry:
    note = f": {event.note}" if event.note else ""
    return place.entry("queue_paused", place.spot, f"no merge begins{note}", actor=event.by)


def _resumed(place: Place, event: queue.QueueResumed) -> ContextEntry:
    return place.entry("queue_resumed", place.spot, "merges begin again", actor=event.by)


def _told(place: Place, kind: str, session: str, text: str, by: str) -> ContextEntry:
    return place.of(session).entry(kind, place.spot, text, actor=by)


def _delayed(place: Place, event: queue.MergeDelayed) -> ContextEntry | None:
    if not event.reason:
        return None
    return _delay(place.of(event.session), event.reason, place.ts)


def delay_of_merge(place: Place, event: MergeEnded) -> ContextEntry:
    """A merge that could not land now, and begins again."""
    return _delay(place.of(event.session), event.detail, place.ts)


def _delay(place: Place, reason: str, at: datetime) -> ContextEntry:
    text = f"its merge waits: {reason}"
    needed = not passes_by_itself(reason)
    mark = at.isoformat()
    return place.entry(DELAYED, mark, text, actor=CORE, needed=needed, ts=at)


def queue_needs(place: Place) -> Iterator[ContextEntry]:
    """What of the queue needs the lead now."""
    for entry in place.board.queue.entries:
        if needs_delayed(place.board, entry):
            yield _delay(place.of(entry.session), entry.delay, entry.delayed_at)
    for sighting in standing_sightings(place.board):
        yield sighting_entry(place, sighting, sighting.at)


def standing_sightings(board: Board) -> Iterator[Sighting]:
    """That the queue stands still, as the core found it and as it still is."""
    place = Place(board=board, session="", cursor=board.project.cursor)
    for sighting in board.sightings.values():
        told = sighting_entry(place, sighting, sighting.at)
        if told.kind == STANDS and not queue_entry_is_over(board, told):
            yield sighting


def needs_delayed(board: Board, entry: QueuedMerge) -> bool:
    """Whether it could not begin for a reason that does not pass by itself."""
    kept = entry.held_by or board.queue.paused_by
    return bool(entry.delay) and not kept and not passes_by_itself(entry.delay)


def queue_entry_is_over(board: Board, entry: ContextEntry) -> bool:
    """Whether what was told of the queue is so no more."""
    if entry.kind == STANDS:
        return not ready(board) or not entry.id.endswith(board.queue.changed_at.isoformat())
    queued = board.queue.entry(entry.session_name)
    if queued is None or not queued.delay:
        return True
    return not entry.id.endswith(queued.delayed_at.isoformat())


QUEUE_TELLERS: dict[type[Any], Callable[[Place, Any], ContextEntry | None]] = {
    queue.MergeQueued: _queued,
    queue.MergeDropped: _dropped,
    queue.MergeReleased: _released,
    queue.MergePlaced: _placed,
    queue.MergeDelayed: _delayed,
    queue.QueuePaused: _paused,
    queue.QueueResumed: _resumed,
}
"""What each event is worth telling."""
