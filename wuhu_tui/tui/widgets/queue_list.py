"""The list of the queue screen."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.queue import Line
from wuhu_tui.tui.presentation.queue_rows import queue_rows
from wuhu_tui.tui.widgets.line_list import LineList


class MergeList(LineList):
    """Everything on its way to base; the cursor belongs to a session."""

    def __init__(self) -> None:
        super().__init__(empty="nothing is on its way")
        self._queue = Line()
        self._board = Board()
        self._now = EPOCH_START

    def show(self, queue: Line, board: Board, now: datetime) -> None:
        """Show this queue."""
        self._queue, self._board, self._now = queue, board, now
        count = len(board.queue.entries)
        self.border_title = Content(f"Merge queue ({count})" if count else "Merge queue")
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return queue_rows(self._queue, self._board, self._now, width)
