"""What the command line prints: text or JSON on stdout, colours only on a terminal.

Every text passes the safe gate here, so whatever an agent wrote, a terminal only shows it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from wuhu_tui.model.safe import safe_line, safe_text
from wuhu_tui.model.value import EPOCH_START

_COLOURS = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}


class Painted(NamedTuple):
    """Text in a colour, where colours are shown."""

    text: str
    colour: str


Part = str | Painted


def say(*parts: Part) -> None:
    """Print the parts as one line, or as the lines they hold."""
    print("".join(_rendered(part, safe_text(_text(part))) for part in parts))


def say_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a value as JSON."""
    print(as_json(value, indent=indent))


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """A value as JSON in pure ASCII: a terminal obeys none of it, and every pipe can carry it."""
    text = json.dumps(msgspec.to_builtins(value), indent=indent)
    return text.replace("\x7f", "\\u007f")


def say_result(value: Any, *parts: Part, as_json: bool) -> None:
    """Print what a verb did: the value for scripts, or the text for people."""
    if as_json:
        say_json(value)
    else:
        say(*parts)


def hint(text: str) -> None:
    """Tell people something on stderr that is no part of the answer."""
    print(safe_text(text), file=sys.stderr)


def say_columns(rows: Sequence[Sequence[Part]], indent: str = "") -> None:
    """Print rows as aligned columns; on a terminal the last one is cut at its edge."""
    from rich.cells import cell_len

    if not rows:
        return
    cells = [[safe_line(_text(part)) for part in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    room = _width() - len(indent) - sum(width + 2 for width in widths[:-1])
    for row, texts in zip(rows, cells, strict=True):
        padded = [
            _rendered(part, text) + " " * (width - cell_len(text))
            for part, text, width in zip(row[:-1], texts[:-1], widths[:-1], strict=True)
        ]
        last = _rendered(row[-1], _cut(texts[-1], room))
        print((indent + "  ".join([*padded, last])).rstrip())


def on_terminal() -> bool:
    """Whether stdout is a terminal that shows colours."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def ago(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: 40s, 12m, 3h, 2d; empty for what never happened."""
    if since == EPOCH_START:
        return ""
    seconds = max(0, int((now - since).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _text(part: Part) -> str:
    return part if isinstance(part, str) else part.text


def _rendered(part: Part, text: str) -> str:
    if isinstance(part, str) or not text or not on_terminal():
        return text
    return f"\x1b[{_COLOURS[part.colour]}m{text}\x1b[0m"


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize


def _cut(text: str, room: int) -> str:
    from rich.cells import cell_len, set_cell_size

    room = max(room, 10)
    return text if cell_len(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"
