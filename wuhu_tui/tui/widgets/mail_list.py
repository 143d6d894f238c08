"""The list of the messages view."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import Board
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.attention import Alive
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.mail import Post
from wuhu_tui.tui.presentation.mail_rows import MailRows, Page
from wuhu_tui.tui.widgets.line_list import LineList


class MailList(LineList):
    """Every message on its way; the cursor belongs to a message, whatever moves around it."""

    _alive: Alive = staticmethod(lambda session: True)

    def __init__(self) -> None:
        super().__init__(empty="no message waits, and none was sent")
        self._post = Post()
        self._board = Board()
        self._now = EPOCH_START
        self._mail_rows = MailRows()

    def show(self, post: Post, board: Board, alive: Alive, now: datetime) -> None:
        """Show these messages."""
        self._post, self._board, self._alive, self._now = post, board, alive, now
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        page = Page(self._board, self._alive, self._now, width)
        return self._mail_rows.entries(self._post, page)
