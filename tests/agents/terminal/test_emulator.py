"""What a program writes becomes text with colours, and nothing else, whatever it writes."""

from __future__ import annotations

import random
import re

import pytest

from wuhu_tui.agents.terminal_emulator import LONGEST_SEQUENCE, Emulator

SGR = re.compile(r"\x1b\[[0-9;]*m")


class Told(Emulator):
    """An emulator that keeps its replies."""

    def __init__(self, columns: int = 20, rows: int = 4) -> None:
        self.replies = b""
        super().__init__(columns, rows, self._hear)

    def _hear(self, data: bytes) -> None:
        self.replies += data


def test_first_change_is_the_whole_screen_and_the_next_what_differs() -> None:
    screen = Told()
    screen.feed(b"one\r\n\x1b[1;31mtwo\x1b[0m")
    first = screen.change()
    assert first is not None
    assert first.whole
    assert first.lines == {0: "one", 1: "\x1b[0;1;31mtwo\x1b[0m"}
    assert (first.cursor_row, first.cursor_column, first.cursor_shown) == (1, 3, True)
    assert screen.change() is None
    screen.feed(b"\x1b[?25l\x1b[1;1HO")
    second = screen.change()
    assert second is not None
    assert not second.whole
    assert second.lines == {0: "One"}
    assert not second.cursor_shown


def test_a_row_that_was_emptied_is_told_as_empty() -> None:
    screen = Told()
    screen.feed(b"one\r\ntwo")
    screen.change()
    screen.feed(b"\x1b[2K")
    change = screen.change()
    assert change is not None
    assert change.lines == {1: ""}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"\x1b[38;5;9mx", "\x1b[0;91mx\x1b[0m"),
        (b"\x1b[38;5;200;48;2;1;2;3mx", "\x1b[0;38;5;200;48;2;1;2;3mx\x1b[0m"),
        (b"\x1b[38:2::1:2:3mx", "\x1b[0;38;2;1;2;3mx\x1b[0m"),
        (b"\x1b[4:3;7;9mx", "\x1b[0;4;7;9mx\x1b[0m"),
        (b"\x1b[5;8mhidden", "hidden"),
        (b"\x1b]8;;https://example.org\x07link\x1b]8;;\x07", "link"),
        (b"\x1b[41m  \x1b[0m  ", "\x1b[0;41m  \x1b[0m"),
        ("中x".encode(), "中x"),
        ("a\u202eb\u200bc".encode(), "a b c"),
    ],
)
def test_a_row_keeps_its_colours_and_nothing_else(written: bytes, told: str) -> None:
    screen = Told()
    screen.feed(written)
    change = screen.change()
    assert change is not None
    assert change.lines[0] == told


def test_queries_are_answered() -> None:
    screen = Told()
    screen.feed(b"ab\x1b[6n\x1b[c\x1b[>q")
    assert screen.replies.startswith(b"\x1b[1;3R\x1b[?62;")
    assert b"bittty" in screen.replies


def test_lines_that_scroll_off_are_kept_and_wrapped_ones_are_one() -> None:
    screen = Told()
    screen.feed(b"x" * 30 + b"\r\n" + b"".join(b"%d\r\n" % n for n in range(5)))
    assert screen.take_scrolled() == "x" * 30 + "\n0\n1\n"
    assert screen.take_scrolled() == ""
    assert screen.rest() == "2\n3\n4"


def test_the_other_screen_scrolls_nothing_into_the_record_and_hides_the_main_one() -> None:
    screen = Told()
    screen.feed(b"main\x1b[?1049h" + b"other\r\n" * 9)
    assert screen.take_scrolled() == ""
    assert "other" in screen.lines()
    screen.feed(b"\x1b[?1049l")
    assert screen.lines()[0] == "main"


def test_a_lower_screen_keeps_the_line_that_is_written_on() -> None:
    screen = Told(20, 6)
    screen.feed(b"a\r\nb\r\nc\r\nd\r\nprompt> ")
    screen.change()
    screen.resize(20, 3)
    change = screen.change()
    assert change is not None
    assert change.whole
    assert change.lines == {0: "c", 1: "d", 2: "prompt>"}
    assert (change.cursor_row, change.cursor_column) == (2, 8)
    assert screen.take_scrolled() == "a\nb\n"


def test_a_program_cannot_resize_the_screen() -> None:
    screen = Told()
    screen.feed(b"\x1b[8;900;900t\x1b[?40h\x1b[?3h\x1b[132$|x")
    assert (screen.columns, screen.rows, len(screen.lines())) == (20, 4, 4)


def test_a_sequence_that_does_not_end_costs_the_screen_and_no_more() -> None:
    screen = Told()
    screen.feed(b"\x1b]52;c;" + b"A" * (LONGEST_SEQUENCE + 5000))
    assert "does not end" in screen.trouble
    screen.feed(b"\r\nhere again")
    assert "here again" in screen.lines()


def test_an_emulator_that_breaks_is_begun_anew() -> None:
    screen = Told()
    screen.feed(b"\x1b[" + b"9" * 100_000 + b"m")
    assert screen.trouble.startswith("ValueError")
    screen.feed(b"here again")
    assert "here again" in screen.lines()


def test_a_flood_is_bounded_and_says_what_it_lost() -> None:
    screen = Told(200, 4)
    screen.feed((b"y" * 199 + b"\r\n") * 6000)
    text = screen.take_scrolled()
    assert text.startswith("… ")
    assert "came too fast" in text
    assert len(text) < 1_100_000


def test_whatever_comes_only_colours_leave_the_screen() -> None:
    chance = random.Random(7)
    parts = [b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b", b"\x9b", b"\xff", b"\xf0\x9f", b"\x07"]
    parts += [bytes([byte]) for byte in b"mhlrsuqxptABJKLMPSTX@?$*;:0198'\"\n# "]
    parts += ["中".encode(), b"\x1b[?1049h", b"\x1b(0", b"\x1b#6", b"52;c;", b"2;title"]
    screen = Told()
    for _ in range(20):
        screen.feed(b"".join(chance.choice(parts) for _ in range(500)))
        screen.resize(chance.randint(1, 90), chance.randint(1, 30))
        change = screen.change()
        assert change is not None
        assert all(SGR.sub("", line).isprintable() for line in change.lines.values())
        assert all(0 <= row < screen.rows for row in change.lines)
        assert 0 <= change.cursor_column < screen.columns
        assert 0 <= change.cursor_row < screen.rows
