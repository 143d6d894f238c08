"""`wuhu away`: what happened since the lead last looked, grouped by what it means."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, Part, say, say_columns, say_json
from wuhu_tui.cli.place import with_core
from wuhu_tui.cli.times import clock_words, span_words, time_of
from wuhu_tui.model.away import counts
from wuhu_tui.model.board import Board
from wuhu_tui.model.lookbacks import Away, AwayGroup, AwayLine

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor

Since = Annotated[
    str,
    typer.Option(
        "--since", metavar="TIME", help="2h, yesterday, 14:30, a date; else the last look."
    ),
]

_COLOURS = {
    AwayGroup.NEEDS_YOU: "yellow",
    AwayGroup.WENT_WRONG: "red",
    AwayGroup.LANDED: "green",
    AwayGroup.DONE: "green",
}


def away(since: Since = "", *, json: Json = False) -> None:
    """Tell what happened since you last looked at the dashboard: what needs you comes first.

    Alike things are one line. What was asked and answered meanwhile is told as that.
    """
    begin = time_of(since)

    async def work(core: CoreDoor) -> tuple[Away, Board]:
        return await core.away(since=begin), core.board

    found, board = with_core(work)
    if json:
        say_json(away_shape(found))
    else:
        _say_away(found, board)


def away_shape(found: Away) -> dict[str, Any]:
    """What `wuhu away --json` prints."""
    return {
        "since": found.since,
        "until": found.until,
        "counts": {group.value: number for group, number in counts(found).items()},
        "lines": [_line_shape(line) for line in found.lines],
    }


def _line_shape(line: AwayLine) -> dict[str, Any]:
    return {
        "group": line.group.value,
        "session": line.session,
        "text": line.text,
        "count": line.count,
        "open": line.open,
        "kind": line.kind.value if line.kind else "",
        "at": line.at,
        "journal": line.journal,
        "cursor": {"epoch": line.cursor.epoch, "seq": line.cursor.seq},
    }


def _say_away(found: Away, board: Board) -> None:
    if found.since == found.until:
        say("nothing tells when you last looked; say since when: wuhu away --since 1d")
        return
    length = span_words(found.until - found.since)
    say(Painted(f"since {clock_words(found.since, found.until)}, {length} ago", "bold"))
    if not found.lines:
        say("nothing happened")
    numbers = counts(found)
    for group, lines in groupby(found.lines, key=lambda line: line.group):
        say()
        title = f"{group.value.upper()} ({numbers[group]})"
        say(Painted(title, _COLOURS.get(group, "bold")))
        say_columns([_columns(line, board, found) for line in lines], indent="  ")


def _columns(line: AwayLine, board: Board, found: Away) -> list[Part]:
    view = board.session(line.session)
    name = view.spec.shown_name if view else line.session
    alike = line.count > 1 and line.group is not AwayGroup.WORKED
    times = f"{line.count}×" if alike else ""
    return [clock_words(line.at, found.until), Painted(name, "bold"), times, line.text]
