"""The list of what happened while the lead was away."""

from __future__ import annotations

from wuhu_tui.model.board import Board
from wuhu_tui.model.lookbacks import Away, AwayLine
from wuhu_tui.tui.presentation.away import away_entries, away_title, key_of
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.widgets.line_list import LineList


class AwayList(LineList):
    """One entry a line, under the heading of what it means."""

    def __init__(self) -> None:
        super().__init__(empty="looking back…")
        self._found: Away | None = None
        self._board = Board()

    def show(self, found: Away | None, board: Board, earlier: str = "") -> None:
        """Show what was found; None: it is still looked for. `earlier` is the key to look back."""
        self._found, self._board = found, board
        if found is not None:
            known = found.since < found.until
            self.empty = "nothing happened" if known else f"{earlier} looks a day back"
        self.border_title = away_title(found)
        self.rebuild()

    @property
    def line(self) -> AwayLine | None:
        """The line under the cursor."""
        lines = self._found.lines if self._found else ()
        return next((one for one in lines if key_of(one) == self.selected), None)

    def build(self, width: int) -> tuple[Entry, ...]:
        """All rows for this width."""
        return () if self._found is None else away_entries(self._found, self._board, width)
