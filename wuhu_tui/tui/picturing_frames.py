"""What stands on a screen as cells, and the few bytes that turn one screen into the next.

Cells hold no control bytes, whatever an agent wrote: only this module's own reach a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style

Cell = tuple[str, str]
"""A character with what combines with it, and how it looks; the right half of a wide one is empty."""

Row = tuple[Cell, ...]
Frame = tuple[Row, ...]

OPENING = "\x1b[?25l\x1b[?7l\x1b[0m\x1b[2J\x1b[H"
"""No cursor, no wrapping, an empty screen."""

CLOSING = "\x1b[0m\x1b[?7h\x1b[?25h"

BRIDGE = 6
"""So many cells that stayed are cheaper to write again than to step over."""

_BLANK: Cell = (" ", "0")
_ODD = "\ufffd"


def frame_of(lines: Iterable[Iterable[Segment]], columns: int) -> Frame:
    """A screen's lines as cells."""
    return tuple(_row(line, columns) for line in lines)


def _row(line: Iterable[Segment], columns: int) -> Row:
    cells: list[Cell] = []
    for text, style, control in line:
        if control:
            continue
        look = _look(style) if style else "0"
        for sign in text:
            _put(cells, sign, look)
    cells += [_BLANK] * (columns - len(cells))
    return _without_halves(cells[:columns])


def _put(cells: list[Cell], sign: str, look: str) -> None:
    if _is_control(sign):
        cells.append((_ODD, look))
        return
    width = get_character_cell_size(sign)
    if width == 0:
        if cells and cells[-1][0]:
            cells[-1] = (cells[-1][0] + sign, cells[-1][1])
        return
    cells.append((sign, look))
    if width == 2:
        cells.append(("", look))


def _is_control(sign: str) -> bool:
    number = ord(sign)
    return number < 0x20 or 0x7F <= number <= 0x9F or 0xD800 <= number <= 0xDFFF


def _without_halves(cells: list[Cell]) -> Row:
    """A wide character that the edge cuts off is a blank."""
    if cells and cells[-1][0] and get_character_cell_size(cells[-1][0][0]) == 2:
        cells[-1] = (" ", cells[-1][1])
    return tuple(cells)


@lru_cache(maxsize=4096)
def _look(style: Style) -> str:
    """How it looks, as the numbers of one SGR sequence."""
    flags = (
        (style.bold, "1"),
        (style.dim, "2"),
        (style.italic, "3"),
        (style.underline, "4"),
        (style.reverse, "7"),
        (style.strike, "9"),
    )
    codes = ["0", *(code for on, code in flags if on)]
    if style.color is not None:
        codes += style.color.get_ansi_codes(foreground=True)
    if style.bgcolor is not None:
        codes += style.bgcolor.get_ansi_codes(foreground=False)
    return ";".join(codes)


def whole(frame: Frame) -> str:
    """What shows this frame on a fresh terminal."""
    return OPENING + "".join(_written(row, number, 0, len(row)) for number, row in enumerate(frame))


def update(before: Frame, after: Frame) -> str:
    """What turns one frame into the other of the same size; empty: nothing changed."""
    return "".join(
        _written(row, number, start, stop)
        for number, (old, row) in enumerate(zip(before, after, strict=True))
        if old != row
        for start, stop in _spans(old, row)
    )


def _spans(old: Row, new: Row) -> Iterator[tuple[int, int]]:
    """Where a row differs; whole characters only, and short bridges are crossed."""
    found: list[list[int]] = []
    for place, (one, other) in enumerate(zip_longest(old, new)):
        if one == other:
            continue
        start = _head(new, _head(old, place))
        if found and start - found[-1][1] <= BRIDGE:
            found[-1][1] = place + 1
        else:
            found.append([start, place + 1])
    yield from ((start, _tail(new, stop)) for start, stop in found)


def _head(row: Sequence[Cell], place: int) -> int:
    return place - 1 if place and not row[place][0] else place


def _tail(row: Sequence[Cell], stop: int) -> int:
    return stop + 1 if stop < len(row) and not row[stop][0] else stop


def _written(row: Row, number: int, start: int, stop: int) -> str:
    parts = [f"\x1b[{number + 1};{start + 1}H"]
    look = ""
    for sign, looks in row[start:stop]:
        if not sign:
            continue
        if looks != look:
            parts.append(f"\x1b[{looks}m")
            look = looks
        parts.append(sign)
    return "".join(parts)
