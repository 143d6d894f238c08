"""The timeline's rows, and the rows of the accounts; both are lists drawn line by line."""

from __future__ import annotations

from wuhu_tui.model.board import Board
from wuhu_tui.model.lookbacks import Accounting, Wait
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.timeline import (
    Columns,
    Cut,
    TimelineView,
    cut,
    timeline_entries,
    timeline_title,
)
from wuhu_tui.tui.presentation.timeline_accounts import account_entries, key_of, shown_waits
from wuhu_tui.tui.widgets.line_list import LineList


class TimelineList(LineList):
    """One row a session."""

    def __init__(self) -> None:
        super().__init__(empty="reading the journals…")
        self._view: TimelineView | None = None
        self._cut: tuple[object, Cut] = (None, {})

    def show(self, view: TimelineView | None) -> None:
        """Show this; None: it is still being read."""
        self._view = view
        if view is not None:
            self.empty = "no session was there"
        self.border_title = timeline_title(view)
        self.rebuild()

    @property
    def width(self) -> int:
        """Cells of a row."""
        return max(1, self.scrollable_content_region.width - 1)

    @property
    def bars(self) -> int:
        """Cells of a row's bars."""
        return Columns.of(self.width).bars

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        view = self._view
        if view is None:
            return ()
        of = (id(view.timeline), view.window.since, view.window.until, width)
        if self._cut[0] != of:
            self._cut = (of, cut(view, width))
        return timeline_entries(view, width, self._cut[1])


class AccountList(LineList):
    """Figures and plots, then the waits."""

    def __init__(self) -> None:
        super().__init__(empty="reading the journals…")
        self._found: Accounting | None = None
        self._board = Board()

    def show(self, found: Accounting | None, board: Board) -> None:
        """Show this; None: it is still being read."""
        self._found, self._board = found, board
        self.border_title = "Attention"
        self.rebuild()

    @property
    def wait(self) -> Wait | None:
        """The wait under the cursor."""
        waits = shown_waits(self._found) if self._found else ()
        return next((one for one in waits if key_of(one) == self.selected), None)

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return () if self._found is None else account_entries(self._found, self._board, width)
