"""The radar's two lists: the matrix, and the pairs that collide."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.radar import (
    Cut,
    Radar,
    first_column,
    heading,
    matrix_entries,
    pair_entries,
)
from wuhu_tui.tui.widgets.line_list import LineList


class MatrixList(LineList):
    """Rows are sessions; the column under the cursor is an identity as well."""

    def __init__(self) -> None:
        super().__init__(empty="nothing is held against anything")
        self._radar = Radar(Board(), ())
        self._first = 0
        self.column = ""
        """The side the selected row is held against; empty: base."""

    def show(self, radar: Radar) -> None:
        """Show this radar; a column that left hands over to base."""
        self._radar = radar
        if self.column not in radar.columns:
            self.column = ""
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        self._first = first_column(self._radar, self.column, width, self._first)
        return matrix_entries(self._cut(width))

    def _cut(self, width: int) -> Cut:
        names = self._radar.names
        selected = self.selected if self.selected in names else "".join(names[:1])
        return Cut(self._radar, selected, self.column, self._first, width)

    def head(self) -> Content | None:
        """The columns' numbers for a row above the list; None while nothing is shown."""
        width = self.scrollable_content_region.width - 1
        if width <= 0 or not self._radar.names:
            return None
        return Content.assemble(" ", heading(self._cut(width)))

    def move_column(self, step: int) -> None:
        """Hold the row against the side next to this one."""
        columns = self._radar.columns
        place = columns.index(self.column) + step if self.column in columns else 0
        self.column = columns[max(0, min(len(columns) - 1, place))]
        self.rebuild()

    def select(self, key: str) -> None:
        """Put the cursor on a row; the brackets go along."""
        super().select(key)
        self.rebuild()


class PairList(LineList):
    """Each pair that collides, then the order to land in."""

    def __init__(self) -> None:
        super().__init__(empty="nobody collides")
        self._radar = Radar(Board(), ())
        self._now = EPOCH_START

    def show(self, radar: Radar, now: datetime) -> None:
        """Show these pairs."""
        self._radar, self._now = radar, now
        self.rebuild()

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return pair_entries(self._radar, self._now, width)
