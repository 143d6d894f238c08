"""Rows of an agent's terminal screen as strips: colours survive, every other escape does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.color import Color, ColorParseError
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from wuhu_tui.model.safe import safe_text
from wuhu_tui.model.screen import Screen
from wuhu_tui.tui.presentation.transcript_wrap import width_of

_SGR = re.compile(r"\x1b\[([0-9;]{0,256})m")

NO_CURSOR = -1


class ScreenRow(NamedTuple):
    """One row of a screen, and the column its cursor is drawn in."""

    text: str
    cursor: int = NO_CURSOR


def screen_rows(screen: Screen, height: int, *, cursor: bool) -> list[ScreenRow]:
    """The rows of a screen that fit: its last written ones, with the cursor's among them."""
    top = first_row(screen, height)
    rows = [ScreenRow(text) for text in screen.lines[top : top + height]]
    at = screen.cursor_row - top
    if cursor and screen.cursor_shown and 0 <= at < len(rows):
        rows[at] = ScreenRow(rows[at].text, screen.cursor_column)
    return rows


def first_row(screen: Screen, height: int) -> int:
    """The screen's row that is shown at the top of a pane which may be lower than the screen."""
    written = [row for row, text in enumerate(screen.lines) if text]
    last = max(written[-1] if written else 0, screen.cursor_row if screen.cursor_shown else 0)
    return max(0, last + 1 - height)


def screen_strip(row: ScreenRow, width: int, base: Style) -> Strip:
    """A row as a strip of exactly `width` cells; plain text has the pane's own colours."""
    segments = [Segment(text, base + style) for style, text in spans_of(row.text)]
    used = sum(width_of(segment.text) for segment in segments)
    wanted = max(width, row.cursor + 1)
    if used < wanted:
        segments.append(Segment(" " * (wanted - used), base))
    strip = Strip(segments, max(used, wanted))
    if 0 <= row.cursor < width:
        strip = _with_cursor(strip, row.cursor)
    return strip.adjust_cell_length(width)


def spans_of(text: str) -> Iterator[tuple[Style, str]]:
    """A row's pieces, each of one style."""
    codes: tuple[int, ...] = ()
    parts = _SGR.split(text)
    for place, part in enumerate(parts):
        if place % 2:
            codes = _after(codes, part)
        elif shown := _shown(part):
            yield style_of(codes), shown


def _shown(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return safe_text(text).replace("\n", " ")


def _with_cursor(strip: Strip, column: int) -> Strip:
    lit = [
        Segment(segment.text, _turned(segment.style or Style()))
        for segment in strip.crop(column, column + 1)
    ]
    return Strip([*strip.crop(0, column), *lit, *strip.crop(column + 1)])


def _turned(style: Style) -> Style:
    return style + Style(reverse=not style.reverse)


def _after(codes: tuple[int, ...], written: str) -> tuple[int, ...]:
    """All that holds after one more sequence: a reset in it forgets what came before."""
    more = tuple(int(part or 0) for part in written.split(";") if len(part) <= 3)
    if not more or more[0] == 0:
        return more[1:]
    return (*codes, *more)[-64:]


_FLAGS = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 9: "strike"}
_ENDS = {
    22: ("bold", "dim"),
    23: ("italic",),
    24: ("underline",),
    27: ("reverse",),
    29: ("strike",),
}


@lru_cache(maxsize=4096)
def style_of(codes: tuple[int, ...]) -> Style:
    """The style of a list of SGR parameters; what is unknown counts for nothing."""
    flags: dict[str, bool] = {}
    colours: dict[str, Color | None] = {"color": None, "bgcolor": None}
    left = list(codes)
    while left:
        code = left.pop(0)
        if code == 0:
            flags, colours = {}, {"color": None, "bgcolor": None}
        elif code in _FLAGS:
            flags[_FLAGS[code]] = True
        elif code in _ENDS:
            flags.update(dict.fromkeys(_ENDS[code], False))
        else:
            _colour(code, left, colours)
    return Style(
        color=colours["color"],
        bgcolor=colours["bgcolor"],
        bold=flags.get("bold") or None,
        dim=flags.get("dim") or None,
        italic=flags.get("italic") or None,
        underline=flags.get("underline") or None,
        reverse=flags.get("reverse") or None,
        strike=flags.get("strike") or None,
    )


def _colour(code: int, left: list[int], colours: dict[str, Color | None]) -> None:
    """A colour parameter and what belongs to it."""
    name = "color" if code < 40 or 90 <= code < 100 else "bgcolor"
    if code in (38, 48):
        colours[name] = _extended(left) or colours[name]
    elif code in (39, 49):
        colours[name] = None
    elif 30 <= code <= 47:
        colours[name] = Color.from_ansi(code % 10)
    elif 90 <= code <= 107 and code % 10 < 8:
        colours[name] = Color.from_ansi(8 + code % 10)


def _extended(left: list[int]) -> Color | None:
    kind = left.pop(0) if left else 0
    count = {5: 1, 2: 3}.get(kind, 0)
    parts: Sequence[int] = [min(255, part) for part in left[:count]]
    del left[:count]
    if not count or len(parts) < count:
        return None
    try:
        return Color.from_ansi(parts[0]) if count == 1 else Color.from_rgb(*parts)
    except ColorParseError:
        return None
