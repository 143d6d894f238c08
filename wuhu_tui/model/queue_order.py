"""The order in which queued merges land: what others need first, then their own order. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.states import SessionState

_GONE = frozenset({SessionState.MERGED, SessionState.ARCHIVED})


def in_order(board: Board) -> tuple[QueuedMerge, ...]:
    """All entries as they land: each after what it needs, else as they stand in the queue.

    Entries that need each other stay where they stand.
    """
    placed: dict[str, QueuedMerge] = {}
    for entry in board.queue.entries:
        _place(board, entry, placed, ())
    return tuple(placed.values())


def _place(
    board: Board, entry: QueuedMerge, placed: dict[str, QueuedMerge], above: tuple[str, ...]
) -> None:
    if entry.session in placed or entry.session in above:
        return
    for name in needed(board, entry):
        below = board.queue.entry(name)
        if below is not None:
            _place(board, below, placed, (*above, entry.session))
    placed[entry.session] = entry


def needed(board: Board, entry: QueuedMerge) -> tuple[str, ...]:
    """The sessions whose work must land before the entry's own and has not yet.

    What its branch contains of another session counts only while that is queued itself. A session
    that is unknown, or that the lead put away, keeps nobody waiting.
    """
    return tuple(dict.fromkeys(_needed(board, entry)))


def _needed(board: Board, entry: QueuedMerge) -> Iterator[str]:
    view = board.session(entry.session)
    for name in view.spec.after if view else ():
        before = board.session(name)
        if before is not None and name != entry.session and not has_landed(before):
            yield name
    for name in entry.contains:
        if name != entry.session and board.queue.entry(name) is not None:
            yield name


def has_landed(view: SessionView) -> bool:
    """Whether base has a session's work, or the lead put the session away."""
    merged = view.merge is not None and view.merge.outcome is MergeOutcome.MERGED
    return merged or view.state in _GONE


def place_of(board: Board, session: str) -> int:
    """The session's place in line, from 1 on; 0: it is not queued."""
    names = [entry.session for entry in in_order(board)]
    return names.index(session) + 1 if session in names else 0
