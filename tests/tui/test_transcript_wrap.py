"""Wrapping in cells: nothing too wide, nothing lost, finished rows final."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from wuhu_tui.tui.presentation.transcript_wrap import (
    CHUNK,
    clip,
    crop,
    crop_start,
    paragraphs,
    wrap,
)
from wuhu_tui.tui.safe import safe_text

LINES = st.text(
    alphabet=st.one_of(st.sampled_from("ab cd-ö日本語한\u0301😀 "), st.characters()), max_size=300
).map(lambda text: safe_text(text).replace("\n", " "))
WIDTHS = st.integers(min_value=2, max_value=60)


@pytest.mark.parametrize(
    ("line", "width", "rows"),
    [
        ("short", 10, ["short"]),
        ("", 10, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab cdefghij", 5, ["ab", "cdefg", "hij"]),
        ("- a bullet goes on", 12, ["- a bullet", "  goes on"]),
        ("  indented text", 11, ["  indented", "  text"]),
        ("日本語のテキスト", 7, ["日本語", "のテキ", "スト"]),
        ("a 日本語 b", 6, ["a", "日本語", "b"]),
    ],
)
def test_rows(line: str, width: int, rows: list[str]) -> None:
    assert wrap(line, width) == rows


@given(LINES, WIDTHS)
def test_no_row_is_too_wide(line: str, width: int) -> None:
    assert all(cell_len(row) <= width for row in wrap(line, width))
    assert cell_len(crop(line, width)) <= width
    assert cell_len(crop_start(line, width)) <= width
    assert cell_len(clip(line, 3, width)) <= width


@given(LINES, WIDTHS)
def test_nothing_but_spaces_is_lost(line: str, width: int) -> None:
    assert "".join(wrap(line, width)).replace(" ", "") == line.replace(" ", "")


@given(LINES, LINES, WIDTHS)
def test_only_the_last_row_changes_while_a_line_grows(line: str, more: str, width: int) -> None:
    assert wrap(line + more, width)[: len(wrap(line, width)) - 1] == wrap(line, width)[:-1]


@pytest.mark.parametrize("text", ["a" * 10**6, "ab " * 333_333, " " * 10**6, "語" * 300_000])
def test_a_megabyte_takes_no_time(text: str) -> None:
    began = time.process_time()
    for line, _, _ in paragraphs(text, 0):
        wrap(line, 80)
    crop(text, 80)
    clip(text, 500, 80)
    assert time.process_time() - began < 3


def test_a_mountain_of_marks_is_broken_up() -> None:
    rows = wrap("a" + "\u0301" * 10_000, 10)
    assert max(len(row) for row in rows) <= 80


def test_paragraphs_end_at_line_ends_or_after_a_chunk() -> None:
    text = "one\n" + "x" * (CHUNK + 5)
    assert [(line[:3], end, final) for line, end, final in paragraphs(text, 0)] == [
        ("one", 4, True),
        ("xxx", 4 + CHUNK, True),
        ("xxx", len(text), False),
    ]


def test_cutting() -> None:
    assert crop("a long line", 6) == "a lon…"
    assert crop_start("src/shop/routes.py", 10) == "…routes.py"
    assert clip("0123456789", 3, 4) == "345›"
    assert clip("0123456789", 3, 7) == "3456789"
    assert clip("short", 9, 4) == ""
