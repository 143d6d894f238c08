"""How the project's journal tells the merge queue and collisions: their part of the fold. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import queue_events as queue
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collisions import collision_key
from wuhu_tui.model.merge_queue import DroppedMerge, MergeQueue, QueuedMerge
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.project_events import MergeEnded
from wuhu_tui.model.records import Record

Entries = tuple[QueuedMerge, ...]

CORE = "core"
"""Who holds an entry back that the core itself put back into the queue."""

MAX_DROPPED = 20
"""How many dropped entries are remembered."""


def _queued(board: Board, event: queue.MergeQueued, record: Record) -> Board:
    """Behind all that were approved before it; a session is queued once, with its newest commit."""
    entry = replace(event.entry, at=record.ts)
    others = tuple(one for one in board.queue.entries if one.session != event.session)
    place = next(
        (at for at, one in enumerate(others) if one.approved_at > entry.approved_at), len(others)
    )
    board = replace(board, queue=replace(board.queue, changed_at=record.ts))
    return _with(board, (*others[:place], entry, *others[place:]))


def _dropped(board: Board, event: queue.MergeDropped, record: Record) -> Board:
    gone = DroppedMerge(session=event.session, by=event.by, reason=event.reason, at=record.ts)
    board = replace(board, queue=replace(board.queue, changed_at=record.ts))
    kept = (*board.queue.dropped, gone)[-MAX_DROPPED:]
    board = replace(board, queue=replace(board.queue, dropped=kept))
    return without_merge(board, event.session)


def after_merge(board: Board, event: MergeEnded, view: SessionView | None, record: Record) -> Board:
    """Without the entry whose merge ended, unless it stays: to begin again, or held by the core."""
    board = replace(board, queue=replace(board.queue, changed_at=record.ts))
    if event.stays:
        delay = {"delay": event.detail, "delayed_at": record.ts}
        return _changed(board, event.session, **delay)
    if not event.held or view is None or view.merge is None:
        return without_merge(board, event.session)
    if board.queue.entry(event.session) is None:
        board = _with(board, (*board.queue.entries, _entry_again(view, view.merge, record)))
    return _changed(board, event.session, held_by=CORE, held_note=event.held, delay="")


def _entry_again(view: SessionView, merge: Merge, record: Record) -> QueuedMerge:
    verdict = view.review.verdict if view.review else None
    approved = verdict.at if verdict else record.ts
    return QueuedMerge(
        session=view.id, head=merge.head, by=merge.by, at=record.ts, approved_at=approved
    )


def _linked(board: Board, event: queue.MergeLinked, record: Record) -> Board:
    return _changed(board, event.session, contains=event.contains)


def without_merge(board: Board, session: str) -> Board:
    """Without the session's entry: its merge has ended."""
    left = tuple(one for one in board.queue.entries if one.session != session)
    return _with(board, left) if len(left) < len(board.queue.entries) else board


def _placed(board: Board, event: queue.MergePlaced, record: Record) -> Board:
    entry = board.queue.entry(event.session)
    if entry is None or event.before == event.session:
        return board
    others = [one for one in board.queue.entries if one.session != event.session]
    names = [one.session for one in others]
    others.insert(names.index(event.before) if event.before in names else len(others), entry)
    return _with(board, tuple(others))


def _held(board: Board, event: queue.MergeHeld, record: Record) -> Board:
    return _changed(board, event.session, held_by=event.by, held_note=event.note)


def _released(board: Board, event: queue.MergeReleased, record: Record) -> Board:
    board = replace(board, queue=replace(board.queue, changed_at=record.ts))
    return _changed(board, event.session, held_by="", held_note="")


def _delayed(board: Board, event: queue.MergeDelayed, record: Record) -> Board:
    return _changed(board, event.session, delay=event.reason, delayed_at=record.ts)


def _changed(board: Board, session: str, **changes: Any) -> Board:
    return _with(
        board,
        tuple(
            replace(one, **changes) if one.session == session else one
            for one in board.queue.entries
        ),
    )


def _with(board: Board, entries: Entries) -> Board:
    return replace(board, queue=replace(board.queue, entries=entries))


def _paused(board: Board, event: queue.QueuePaused, record: Record) -> Board:
    paused = replace(board.queue, paused_by=event.by, paused_note=event.note, paused_at=record.ts)
    return replace(board, queue=paused)


def _resumed(board: Board, event: queue.QueueResumed, record: Record) -> Board:
    going = MergeQueue(
        entries=board.queue.entries, changed_at=record.ts, dropped=board.queue.dropped
    )
    return replace(board, queue=going)


def _collision_found(board: Board, event: queue.CollisionFound, record: Record) -> Board:
    found = event.collision
    return replace(board, collisions={**board.collisions, found.key: replace(found, at=record.ts)})


def _collision_gone(board: Board, event: queue.CollisionGone, record: Record) -> Board:
    gone = collision_key(event.first, event.second)
    left = {key: one for key, one in board.collisions.items() if key != gone}
    return replace(board, collisions=left)


def _collision_told(board: Board, event: queue.CollisionTold, record: Record) -> Board:
    key = collision_key(event.first, event.second)
    known = board.collisions.get(key)
    if known is None:
        return board
    return replace(board, collisions={**board.collisions, key: replace(known, told_at=record.ts)})


def _radar_blinded(board: Board, event: queue.RadarBlinded, record: Record) -> Board:
    unseen = {name: why for name, why in board.unseen.items() if name != event.session}
    if event.reason:
        unseen[event.session] = event.reason
    return replace(board, unseen=unseen)


def without_session(board: Board, session: str) -> Board:
    """Without what an archived session had in the queue and collided with."""
    collisions = {
        key: one for key, one in board.collisions.items() if session not in (one.first, one.second)
    }
    unseen = {name: why for name, why in board.unseen.items() if name != session}
    return replace(without_merge(board, session), collisions=collisions, unseen=unseen)


QUEUE_STEPS: dict[type[Any], Callable[[Board, Any, Record], Board]] = {
    queue.MergeQueued: _queued,
    queue.MergeDropped: _dropped,
    queue.MergePlaced: _placed,
    queue.MergeHeld: _held,
    queue.MergeReleased: _released,
    queue.MergeDelayed: _delayed,
    queue.MergeLinked: _linked,
    queue.QueuePaused: _paused,
    queue.QueueResumed: _resumed,
    queue.CollisionFound: _collision_found,
    queue.CollisionGone: _collision_gone,
    queue.CollisionTold: _collision_told,
    queue.RadarBlinded: _radar_blinded,
}
"""What each event makes of the board."""
