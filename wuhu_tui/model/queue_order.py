"""The order in which queued merges land: what others need first, then their own order. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.states import SessionState

_GONE = frozenset({SessionState.MERGED, SessionState.ARCHIVED})


def in_order(board: Board) -> tuple[QueuedMerge, ...]:
    """All entries as they land: each after what it needs, else as they stand in the queue.

    Entries that need each other stay where they stand.
    """
    entries = {entry.session: entry for entry in board.queue.entries}
    below = {name: _below(board, entry, entries) for name, entry in entries.items()}
    placed: dict[str, QueuedMerge] = {}
    for name in entries:
        _place(name, below, entries, placed)
    return tuple(placed.values())


def _below(board: Board, entry: QueuedMerge, entries: dict[str, QueuedMerge]) -> tuple[str, ...]:
    """The queued sessions that an entry needs."""
    return tuple(name for name in _named(board, entry, entries) if name in entries)


def _place(
    first: str,
    below: dict[str, tuple[str, ...]],
    entries: dict[str, QueuedMerge],
    placed: dict[str, QueuedMerge],
) -> None:
    """Place what it needs, then itself; without recursion, for lines may be long."""
    above = {first: iter(below[first])}
    while above:
        name = next(reversed(above))
        lower = next((one for one in above[name] if one not in placed and one not in above), "")
        if lower:
            above[lower] = iter(below[lower])
        else:
            del above[name]
            placed.setdefault(name, entries[name])


def needed(board: Board, entry: QueuedMerge) -> tuple[str, ...]:
    """The sessions whose work must land before the entry's own and has not yet.

    What its branch contains of another session counts only while that is queued itself. A session
    that is unknown, or that the lead put away, keeps nobody waiting.
    """
    queued = {one.session for one in board.queue.entries} if entry.contains else ()
    return tuple(dict.fromkeys(_named(board, entry, queued)))


def _named(board: Board, entry: QueuedMerge, queued: Container[str]) -> Iterator[str]:
    view = board.session(entry.session)
    for name in view.spec.after if view else ():
        before = board.session(name)
        if before is not None and name != entry.session and not has_landed(before):
            yield name
    for name in entry.contains:
        if name != entry.session and name in queued:
            yield name


def has_landed(view: SessionView) -> bool:
    """Whether base has a session's work, or the lead put the session away."""
    merged = view.merge is not None and view.merge.outcome is MergeOutcome.MERGED
    return merged or view.state in _GONE


def place_of(board: Board, session: str) -> int:
    """The session's place in line, from 1 on; 0: it is not queued."""
    names = [entry.session for entry in in_order(board)]
    return names.index(session) + 1 if session in names else 0
