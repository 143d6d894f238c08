"""The base of screens that are one list."""

from __future__ import annotations

from wuhu_tui.tui.screens.base import WuhuScreen
from wuhu_tui.tui.widgets.line_list import LineList


class ListScreen(WuhuScreen):
    """A screen whose keys move the cursor of its `list`."""

    @property
    def list(self) -> LineList:
        """The list that is moved."""
        return self.query_one(LineList)

    def do_down(self) -> None:
        """Next row."""
        self.list.move(+1)

    def do_up(self) -> None:
        """Row before."""
        self.list.move(-1)

    def do_first(self) -> None:
        """First row, and everything above."""
        self.list.move_to_end(last=False)

    def do_last(self) -> None:
        """Last row."""
        self.list.move_to_end(last=True)
