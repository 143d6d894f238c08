"""Arguments and options that several commands share."""

from __future__ import annotations

import sys
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


def text_of(argument: str) -> str:
    """The text itself, or what stdin holds for `-`.

    Raises:
        UsageError: there is no text.
    """
    text = sys.stdin.read() if argument == "-" else argument
    if not text.strip():
        raise UsageError("the text is empty", remedy='say it in quotes: "…", or - for stdin')
    return text
