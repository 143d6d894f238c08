"""The base of dialogs that are read row by row."""

from __future__ import annotations

from wuhu_tui.tui.dialogs.base import Result, WuhuDialog
from wuhu_tui.tui.widgets.row_view import RowView


class ReadingDialog(WuhuDialog[Result]):
    """A dialog with one `RowView`, which its keys move."""

    def do_down(self) -> None:
        """Read on."""
        self.query_one(RowView).move(+1)

    def do_up(self) -> None:
        """Read back."""
        self.query_one(RowView).move(-1)

    def do_scroll_on(self) -> None:
        """A page on."""
        self.query_one(RowView).scroll_pages(+1)

    def do_scroll_back(self) -> None:
        """A page back."""
        self.query_one(RowView).scroll_pages(-1)
