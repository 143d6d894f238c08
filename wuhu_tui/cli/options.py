"""Arguments and options that several commands share."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import Annotated

import typer

from wuhu_tui.model.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Session = Annotated[str, typer.Argument(metavar="SESSION", help="Id, title, or the start of one.")]
Sessions = Annotated[
    list[str], typer.Argument(metavar="SESSION", help="Ids, titles, or the start of one.")
]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="The text; - reads it from stdin.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so, for the record.")]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 3650 * 86400


def text_of(argument: str) -> str:
    """The text itself, or what stdin holds for `-`.

    Raises:
        UsageError: there is no text.
    """
    text = sys.stdin.read() if argument == "-" else argument
    if not text.strip():
        raise UsageError("the text is empty", remedy='say it in quotes: "…", or - for stdin')
    return text


def duration_of(text: str) -> timedelta | None:
    """`90s`, `10m`, `1h`, `2d`, plain seconds; `none` for no limit.

    Raises:
        UsageError: it is none of these.
    """
    if text == "none":
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if match is None:
        raise UsageError(f'"{text}" is not a duration', remedy="write 90s, 10m, 1h, 2d or none")
    seconds = float(match[1]) * _UNITS[match[2] or "s"]
    if seconds > _LONGEST:
        raise UsageError(f'"{text}" is too long', remedy="say none for no limit")
    return timedelta(seconds=seconds)
