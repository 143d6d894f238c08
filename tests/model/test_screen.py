"""A screen is what its changes add up to."""

from __future__ import annotations

from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.screen import MOST_COLUMNS, MOST_ROWS, Screen


def change(lines: dict[int, str], **more: object) -> ScreenChanged:
    return ScreenChanged(**{"columns": 20, "rows": 3, "lines": lines, **more})  # type: ignore[arg-type]


def test_changes_add_up() -> None:
    screen = Screen().changed(change({0: "a", 2: "c"}, whole=True))
    assert screen.lines == ("a", "", "c")
    screen = screen.changed(change({1: "b"}, cursor_row=1, cursor_column=1, cursor_shown=False))
    assert screen.lines == ("a", "b", "c")
    assert (screen.cursor_row, screen.cursor_column, screen.cursor_shown) == (1, 1, False)


def test_a_whole_change_forgets_what_was() -> None:
    screen = Screen().changed(change({0: "a"})).changed(change({1: "b"}, whole=True))
    assert screen.lines == ("", "b", "")


def test_another_size_cuts_and_fills() -> None:
    screen = Screen().changed(change({0: "a", 2: "c"})).changed(change({}, rows=2))
    assert screen.lines == ("a", "")
    assert screen.changed(change({}, rows=4)).lines == ("a", "", "", "")


def test_a_record_that_lies_is_kept_in_bounds() -> None:
    screen = Screen().changed(
        change(
            {-1: "x", 9**9: "y", 0: "a"}, columns=9**9, rows=9**9, cursor_row=-4, cursor_column=9**9
        )
    )
    assert (screen.columns, screen.rows, len(screen.lines)) == (MOST_COLUMNS, MOST_ROWS, MOST_ROWS)
    assert (screen.cursor_row, screen.cursor_column) == (0, MOST_COLUMNS - 1)
    assert set(screen.lines) == {"a", ""}
    assert Screen().changed(change({}, columns=0, rows=-3)).lines == ("",)
