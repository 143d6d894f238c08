"""A screen's rows as strips, and keys as a terminal sends them."""

from __future__ import annotations

import pytest
from rich.color import Color
from rich.style import Style

from wuhu_tui.model.screen import Screen
from wuhu_tui.tui.presentation.terminal import (
    ScreenRow,
    first_row,
    screen_rows,
    screen_strip,
    spans_of,
    style_of,
)
from wuhu_tui.tui.presentation.terminal_keys import pasted, sent_by

BASE = Style(color="white", bgcolor="black")


@pytest.mark.parametrize(
    ("codes", "style"),
    [
        ((1, 31), Style(bold=True, color=Color.from_ansi(1))),
        ((38, 5, 208, 48, 2, 1, 2, 3), Style(color=Color.from_ansi(208), bgcolor="#010203")),
        ((97, 104), Style(color=Color.from_ansi(15), bgcolor=Color.from_ansi(12))),
        ((1, 2, 3, 4, 7, 9), Style.parse("bold dim italic underline reverse strike")),
        ((1, 22, 31, 39, 41, 49), Style()),
        ((38,), Style()),
        ((38, 5), Style()),
        ((38, 2, 1), Style()),
        ((38, 5, 999), Style(color=Color.from_ansi(255))),
        ((8, 5, 53, 777), Style()),
    ],
)
def test_parameters_become_a_style(codes: tuple[int, ...], style: Style) -> None:
    assert style_of(codes) == style


def test_a_row_is_cut_into_its_styles() -> None:
    pieces = list(spans_of("a\x1b[0;1mb\x1b[31mc\x1b[0md"))
    assert [text for _, text in pieces] == ["a", "b", "c", "d"]
    assert [style.bold for style, _ in pieces] == [None, True, True, None]
    assert pieces[2][0].color == Color.from_ansi(1)


@pytest.mark.parametrize(
    ("row", "width", "text"),
    [
        (ScreenRow("ab"), 5, "ab   "),
        (ScreenRow("abcdef"), 3, "abc"),
        (ScreenRow("中文"), 3, "中 "),
        (ScreenRow("a", 3), 6, "a     "),
        (ScreenRow("a", 9), 4, "a   "),
        (ScreenRow("\x1b[31mab\x1b[0m", 1), 4, "ab  "),
    ],
)
def test_a_strip_is_as_wide_as_its_pane(row: ScreenRow, width: int, text: str) -> None:
    strip = screen_strip(row, width, BASE)
    assert strip.text == text
    assert strip.cell_length == width
    lit = [segment for segment in strip if segment.style and segment.style.reverse]
    assert len(lit) == (1 if 0 <= row.cursor < width else 0)


def test_the_cursor_turns_reversed_text_round() -> None:
    strip = screen_strip(ScreenRow("\x1b[7mabc\x1b[0m", 1), 3, BASE)
    assert [bool(segment.style and segment.style.reverse) for segment in strip] == [
        True,
        False,
        True,
    ]


def test_a_low_pane_shows_the_newest_rows() -> None:
    lines = ("a", "b", "c", "", "")
    screen = Screen(columns=5, rows=5, lines=lines, cursor_row=1, cursor_column=4)
    assert first_row(screen, 2) == 1
    assert screen_rows(screen, 2, cursor=True) == [ScreenRow("b", 4), ScreenRow("c")]
    assert screen_rows(screen, 9, cursor=False)[:2] == [ScreenRow("a"), ScreenRow("b")]
    assert len(screen_rows(screen, 9, cursor=False)) == 5


@pytest.mark.parametrize(
    ("key", "character", "sent"),
    [
        ("a", "a", "a"),
        ("A", "A", "A"),
        ("question_mark", "?", "?"),
        ("space", " ", " "),
        ("ä", "ä", "ä"),
        ("enter", "\r", "\r"),
        ("tab", "\t", "\t"),
        ("shift+tab", None, "\x1b[Z"),
        ("backspace", "\x7f", "\x7f"),
        ("escape", "\x1b", "\x1b"),
        ("ctrl+c", "\x03", "\x03"),
        ("ctrl+z", None, "\x1a"),
        ("ctrl+backslash", None, "\x1c"),
        ("ctrl+at", None, "\x00"),
        ("ctrl+@", "\x00", "\x00"),
        ("up", None, "\x1b[A"),
        ("ctrl+left", None, "\x1b[1;5D"),
        ("shift+alt+home", None, "\x1b[1;4H"),
        ("delete", None, "\x1b[3~"),
        ("ctrl+pagedown", None, "\x1b[6;5~"),
        ("f1", None, "\x1bOP"),
        ("shift+f3", None, "\x1b[1;2R"),
        ("f12", None, "\x1b[24~"),
        ("alt+x", "x", "\x1bx"),
        ("alt+backspace", None, "\x1b\x7f"),
        ("ctrl+alt+d", None, "\x1b\x04"),
        ("shift+enter", None, "\x1b\r"),
        ("caps_lock", None, ""),
        ("ctrl+ä", None, ""),
    ],
)
def test_keys_are_sent_as_a_terminal_does(key: str, character: str | None, sent: str) -> None:
    assert sent_by(key, character) == sent


def test_a_paste_is_marked_and_cannot_end_itself() -> None:
    assert pasted("a\nb\x1b[201~c") == "\x1b[200~a\rbc\x1b[201~"
