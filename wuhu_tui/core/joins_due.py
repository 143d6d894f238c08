"""Which joins wake now: judged once for each board, so that waiting costs next to nothing. No I/O."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.core.joins import wake
from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import Wake


def due_wakes(board: Board, now: datetime) -> dict[str, Wake]:
    """The joins that wake now, and why."""
    waiting = ((join, wake(join, board, now)) for join in board.joins.values())
    return {join.id: found for join, found in waiting if found is not None}


class DueJoins:
    """Remembers the board it judged: until that changes, only a deadline can wake a join."""

    def __init__(self) -> None:
        self._board: Board | None = None
        self._until: datetime | None = None

    def look(self, board: Board, now: datetime) -> dict[str, Wake]:
        """The joins that wake now, and why; those that woke are told again until it is written."""
        if board is self._board and (self._until is None or now < self._until):
            return {}
        found = due_wakes(board, now)
        waiting = (join.deadline for join in board.joins.values() if join.is_open)
        self._until = min((deadline for deadline in waiting if deadline), default=None)
        self._board = None if found else board
        return found
