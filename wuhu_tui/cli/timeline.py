"""`wuhu timeline`: sessions and their states in time, and who waited for whom."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, Part, say, say_columns, say_json
from wuhu_tui.cli.place import project_here
from wuhu_tui.cli.times import clock_words, span_words, time_of
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.lookbacks import Accounting, Timeline, TimelineRow, Wait, WaitSum
from wuhu_tui.model.quantities import counted, few
from wuhu_tui.model.timeline_cells import SYMBOLS, cells, sparkline, ticks, waited

if TYPE_CHECKING:
    from wuhu_tui.core.trail_reading import TrailReader

Since = Annotated[
    str,
    typer.Option(
        "--since", metavar="TIME", help="2h, yesterday, 14:30, a date; else the beginning."
    ),
]
Until = Annotated[
    str, typer.Option("--until", metavar="TIME", help="The same, a day to its end; else now.")
]
Account = Annotated[
    bool, typer.Option("--accounting", help="Who waited for whom, and what merged work cost.")
]

_NAME = 18
_WIDTH = 100
_MOST_WAITS = 10


def timeline(
    since: Since = "", until: Until = "", *, accounting: Account = False, json: Json = False
) -> None:
    """Show every session's states over time, archived ones too, and when you were there.

    `--accounting` tells who waited for whom how long, and what each merged change cost.
    """
    begin, end = time_of(since), time_of(until, ends=True)
    if begin is not None and end is not None and begin >= end:
        raise UsageError("that ends before it begins", remedy="--since comes before --until")
    if accounting:
        _account(begin, end, as_json=json)
        return
    from wuhu_tui.core import looking_back

    found = asyncio.run(looking_back.timeline(_Here(project_here()), since=begin, until=end))
    if json:
        say_json(timeline_shape(found))
    else:
        _say_timeline(found)


def _account(begin: datetime | None, end: datetime | None, *, as_json: bool) -> None:
    from wuhu_tui.core import looking_back

    here = _Here(project_here())
    found = asyncio.run(looking_back.accounting(here, since=begin, until=end))
    if as_json:
        say_json(accounting_shape(found))
    else:
        _say_accounting(found, asyncio.run(here.catch_up()))


class _Here:
    """The journals alone: no core is opened, which reads far more of them."""

    def __init__(self, folder: ProjectFolder) -> None:
        self.folder = folder
        self.trails: TrailReader | None = None

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time."""
        return now

    async def catch_up(self) -> Board:
        """The board as far as states and names go."""
        return self.trails.look(lambda trails: trails.board) if self.trails else Board()


def timeline_shape(found: Timeline) -> dict[str, Any]:
    """What `wuhu timeline --json` prints."""
    return {
        "since": found.since,
        "until": found.until,
        "sessions": [_row_shape(row) for row in found.rows],
        "present": [{"since": begin, "until": end} for begin, end in found.present],
    }


def _row_shape(row: TimelineRow) -> dict[str, Any]:
    bars = [
        {
            "state": bar.state.value,
            "since": bar.since,
            "until": bar.until,
            "waits_for_lead": bar.waits,
            "what": bar.what,
        }
        for bar in row.bars
    ]
    return {
        "session": row.session,
        "title": row.title,
        "cost": row.cost,
        "archived": row.archived,
        "waited_seconds": waited(row).total_seconds(),
        "bars": bars,
    }


def accounting_shape(found: Accounting) -> dict[str, Any]:
    """What `wuhu timeline --accounting --json` prints."""
    merged_cost = found.cost_merged / found.merged if found.merged else None
    return {
        "since": found.since,
        "until": found.until,
        "waited_for_lead_seconds": found.for_lead.total_seconds(),
        "waited_for_sessions_seconds": found.for_sessions.total_seconds(),
        "by_reason": [_sum_shape(one) for one in found.by_reason],
        "by_session": [_sum_shape(one) for one in found.by_session],
        "oldest": _wait_shape(found.oldest) if found.oldest else None,
        "answers": found.answers,
        "answer_half_seconds": _seconds(found.answer_half),
        "answer_most_seconds": _seconds(found.answer_most),
        "merged": found.merged,
        "cost": found.cost,
        "cost_known": found.cost_known,
        "unknown_costs": list(found.unknown_costs),
        "cost_merged": found.cost_merged,
        "cost_per_merged": merged_cost,
        "waits": [_wait_shape(wait) for wait in found.waits],
        "waited_in_seconds": [part.total_seconds() for part in found.waited_in],
        "cost_in": list(found.cost_in),
    }


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _sum_shape(one: WaitSum) -> dict[str, Any]:
    return {"name": one.name, "count": one.count, "seconds": one.length.total_seconds()}


def _wait_shape(wait: Wait) -> dict[str, Any]:
    return {
        "who": wait.who,
        "whom": wait.whom,
        "what": wait.what,
        "since": wait.since,
        "until": wait.until,
        "by": wait.by,
    }


# as text


def _say_timeline(found: Timeline) -> None:
    if not found.rows:
        say("no session was there")
        return
    width = max(20, min(_WIDTH, _columns() - _NAME - 24))
    say(Painted(" " * _NAME + _axis(found, width), "dim"))
    for row in found.rows:
        _say_row(row, found, width)
    there = _there(found, width)
    say(f"{'you were there':<{_NAME - 1}} ", Painted(there, "blue"))
    legend = "  ".join(f"{symbol} {shape.value}" for shape, symbol in SYMBOLS.items())
    say(Painted(legend, "dim"))


def _axis(found: Timeline, width: int) -> str:
    line = " " * width
    for tick in ticks(found.since.astimezone(), found.until.astimezone(), width):
        line = line[: tick.column] + tick.text + line[tick.column + len(tick.text) :]
    return line


def _say_row(row: TimelineRow, found: Timeline, width: int) -> None:
    from rich.cells import set_cell_size

    from wuhu_tui.model.safe import safe_line

    bar = "".join(
        SYMBOLS[cell.shape] if cell else " " for cell in cells(row, found.since, found.until, width)
    )
    name = set_cell_size(safe_line(row.title), _NAME - 1)
    cost = "cost unknown" if row.cost is None else f"${row.cost:.2f}"
    length = waited(row)
    told = f"  waited {span_words(length)}" if length else ""
    say(Painted(name, "bold"), f" {bar} {cost}{told}")


def _there(found: Timeline, width: int) -> str:
    length = found.until - found.since
    line = [" "] * width
    for begin, end in found.present:
        first = int((begin - found.since) / length * width)
        last = int((end - found.since) / length * width)
        line[first : last + 1] = "▔" * (min(width, last + 1) - first)
    return "".join(line)


def _columns() -> int:
    on_terminal = sys.stdout.isatty()
    return shutil.get_terminal_size().columns if on_terminal else _WIDTH + _NAME + 24


def _say_accounting(found: Accounting, board: Board) -> None:
    length = span_words(found.until - found.since)
    begin = clock_words(found.since, found.until)
    say(Painted(f"from {begin} to {clock_words(found.until, found.until)}, {length}", "bold"))
    say_columns(_facts(found, board))
    if found.by_reason:
        say()
        say(Painted("WAITED FOR YOU", "bold"))
        say_columns(_sum_rows(found.by_reason, board), indent="  ")
        say()
        say_columns(_sum_rows(found.by_session[:_MOST_WAITS], board), indent="  ")
    say()
    waits = [part.total_seconds() for part in found.waited_in]
    say("waits over time  ", Painted(sparkline(waits, len(waits)), "yellow"))
    say("cost over time   ", Painted(sparkline(found.cost_in, len(found.cost_in)), "green"))


def _facts(found: Accounting, board: Board) -> list[tuple[Part, ...]]:
    rows: list[tuple[Part, ...]] = [
        ("sessions waited for you", Painted(span_words(found.for_lead), "bold")),
        ("sessions waited for each other", Painted(span_words(found.for_sessions), "bold")),
        ("oldest unanswered", _oldest(found, board)),
        ("your answers", _answers(found)),
        ("merged changes", str(found.merged)),
        ("cost of a merged change", _per_merged(found)),
        ("cost of all", _cost(found, board)),
    ]
    return rows


def _oldest(found: Accounting, board: Board) -> str:
    if found.oldest is None:
        return "nothing"
    length = span_words(found.until - found.oldest.since)
    return f"{_name(found.oldest.who, board)}: {found.oldest.what}, {length}"


def _answers(found: Accounting) -> str:
    if found.answer_half is None or found.answer_most is None:
        return "none"
    half, most = span_words(found.answer_half), span_words(found.answer_most)
    return f"{found.answers}: half within {half}, nine of ten within {most}"


def _per_merged(found: Accounting) -> str:
    if not found.merged:
        return "nothing was merged"
    return f"${found.cost_merged / found.merged:.2f}" + ("" if found.cost_known else " or more")


def _cost(found: Accounting, board: Board) -> str:
    if found.cost_known:
        return f"${found.cost:.2f}"
    names = few([_name(name, board) for name in found.unknown_costs])
    return f"${found.cost:.2f} and what these do not tell: {names}"


def _sum_rows(sums: Sequence[WaitSum], board: Board) -> list[tuple[Part, ...]]:
    return [
        (
            Painted(_name(one.name, board), "bold"),
            span_words(one.length),
            counted(one.count, "wait"),
        )
        for one in sums
    ]


def _name(session: str, board: Board) -> str:
    view = board.session(session)
    return "you" if session == LEAD else view.spec.shown_name if view else session
