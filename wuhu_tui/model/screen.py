"""An agent's terminal screen as it is now: what its changes add up to."""

from __future__ import annotations

from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.value import Value

MOST_COLUMNS, MOST_ROWS = 1000, 400
"""No screen is larger, whatever a record says."""


class Screen(Value, frozen=True):
    """Rows of text with SGR codes only, as many as there are, and where the cursor stands."""

    columns: int = 0
    rows: int = 0
    lines: tuple[str, ...] = ()
    cursor_row: int = 0
    cursor_column: int = 0
    cursor_shown: bool = True

    def changed(self, change: ScreenChanged) -> Screen:
        """The screen after a change."""
        columns = min(max(change.columns, 1), MOST_COLUMNS)
        rows = min(max(change.rows, 1), MOST_ROWS)
        kept = [] if change.whole else list(self.lines[:rows])
        lines = kept + [""] * (rows - len(kept))
        for row, text in change.lines.items():
            if 0 <= row < rows:
                lines[row] = text
        return Screen(
            columns=columns,
            rows=rows,
            lines=tuple(lines),
            cursor_row=min(max(change.cursor_row, 0), rows - 1),
            cursor_column=min(max(change.cursor_column, 0), columns - 1),
            cursor_shown=change.cursor_shown,
        )
