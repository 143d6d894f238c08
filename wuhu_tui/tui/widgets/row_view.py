"""Rows to read, with a cursor; only those in sight are painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events

from wuhu_tui.tui.presentation.transcript_row import Row
from wuhu_tui.tui.widgets.live_pane_rows import RowPainter

_MARGIN = 2
_WHEEL_ROWS = 3
CURSOR = "▌"


def with_cursor(row: Row, *, focus: bool = True) -> Row:
    """A row that the cursor is on: its first cell says so."""
    (first, text), *rest = row.spans or (("text", " "),)
    return Row((("cursor" if focus else "cursor_dim", CURSOR), (first, text[1:]), *rest), row.fill)


class RowView(RowPainter, can_focus=True, inherit_bindings=False):
    """Shows rows made elsewhere; moves through them."""

    DEFAULT_CSS = "RowView { width: 1fr; height: 1fr; }"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._rows: tuple[Row, ...] = ()
        self.top = 0
        self.cursor = 0

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.to_row(self.cursor)

    def move(self, rows: int) -> None:
        """Move the cursor."""
        self.to_row(self.cursor + rows)

    def to_row(self, row: int) -> None:
        """Put the cursor onto a row and bring it into sight."""
        last, room = len(self._rows) - 1, max(1, self.size.height)
        self.cursor = max(0, min(row, last))
        margin = min(_MARGIN, (room - 1) // 2)
        self.top = max(self.top, min(self.cursor + margin, last) - room + 1)
        self.top = max(0, min(self.top, self.cursor - margin))
        self.repaint()

    def scroll_pages(self, pages: int) -> None:
        """Move by pages."""
        self.move(pages * max(1, self.size.height - 1))

    def rows_now(self) -> Sequence[Row]:
        """The rows in sight."""
        shown = list(self._rows[self.top : self.top + self.size.height])
        place = self.cursor - self.top
        if 0 <= place < len(shown):
            shown[place] = with_cursor(shown[place])
        return shown

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves up."""
        event.stop()
        self.move(-_WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves down."""
        event.stop()
        self.move(_WHEEL_ROWS)
