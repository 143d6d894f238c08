"""Rows of a terminal's cells as text with SGR codes only: no other escape can leave a screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from bittty.style import Color, Style  # type: ignore[import-untyped]

from wuhu_tui.model.safe import safe_text

Cell = tuple[Style, str]

PLAIN = Style()
RESET = "\x1b[0m"
_TAIL = ""
"""What stands in the second cell of a wide character."""


def plain_row(cells: Sequence[Cell]) -> str:
    """The words in a row, without the blanks at its end."""
    return _clean([character for _, character in cells]).rstrip(" ")


def styled_row(cells: Sequence[Cell]) -> str:
    """A row with its colours; ends in the plain style, without plain blanks at its end."""
    pieces: list[str] = []
    styled = False
    for codes, run in groupby(cells, key=_codes_of):
        text = _clean([character for _, character in run])
        if codes or styled:
            pieces.append(f"\x1b[0{codes}m")
        pieces.append(text)
        styled = bool(codes)
    if styled:
        pieces.append(RESET)
    elif pieces:
        pieces[-1] = pieces[-1].rstrip(" ")
        if len(pieces) > 1 and not pieces[-1]:
            pieces.pop()
    return "".join(pieces)


def _clean(characters: Sequence[str]) -> str:
    """One column or two for each character, whatever a program wrote into its cell."""
    text = "".join(characters)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == _TAIL else _visible(character)
        for character in characters
    )


def _visible(character: str) -> str:
    return safe_text(character).replace("\n", " ") or " "


def _codes_of(cell: Cell) -> str:
    return _codes(cell[0])


@lru_cache(maxsize=4096)
def _codes(style: Style) -> str:
    """A style's parameters, each after a semicolon; hidden and blinking text is shown plainly."""
    if style == PLAIN:
        return ""
    flags = (
        ("1", style.bold),
        ("2", style.dim),
        ("3", style.italic),
        ("4", style.underline),
        ("7", style.reverse),
        ("9", style.strike),
    )
    codes = [code for code, is_set in flags if is_set]
    codes += _colour(style.fg, "38", 30, 90)
    codes += _colour(style.bg, "48", 40, 100)
    return "".join(f";{code}" for code in codes)


def _colour(colour: Color | None, extended: str, base: int, bright: int) -> list[str]:
    value = colour.value if colour else None
    if isinstance(value, tuple):
        red, green, blue = (min(255, max(0, part)) for part in value)
        return [f"{extended};2;{red};{green};{blue}"]
    if not isinstance(value, int) or not 0 <= value <= 255:
        return []
    if value < 8:
        return [str(base + value)]
    return [str(bright + value - 8)] if value < 16 else [f"{extended};5;{value}"]
