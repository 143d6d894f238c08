"""The timeline in cells of a terminal: a symbol for what filled most of each, and a clock's ticks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from wuhu_tui.model.lookbacks import Bar, TimelineRow
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

_S = SessionState

WAITS_SHOW = 0.2
"""A wait for the lead is shown where it fills so much of a cell: it is what is looked for."""


class Shape(StrEnum):
    """What a cell says, beside its colour."""

    WORKS = "works"
    RESTS = "rests"
    ENDED = "ended"
    IN_LINE = "in line"
    ON_BASE = "on base"
    ASKS = "question"
    SILENT = "no report"
    REVIEW = "review"
    MERGE = "merge"
    FAULT = "fault"
    CONFLICT = "conflict"


SYMBOLS: dict[Shape, str] = {
    Shape.WORKS: "━",
    Shape.RESTS: "╌",
    Shape.ENDED: "□",
    Shape.IN_LINE: "⇢",
    Shape.ON_BASE: "·",
    Shape.ASKS: "?",
    Shape.SILENT: "!",
    Shape.REVIEW: "✓",
    Shape.MERGE: "⇡",
    Shape.FAULT: "✗",
    Shape.CONFLICT: "⚠",
}

WAITING: tuple[Shape, ...] = (
    Shape.ASKS,
    Shape.SILENT,
    Shape.REVIEW,
    Shape.MERGE,
    Shape.FAULT,
    Shape.CONFLICT,
)
"""Shapes that mean that the session waits for the lead."""

_WAITS = {
    "no report": Shape.SILENT,
    "report": Shape.REVIEW,
    "review": Shape.REVIEW,
    "merge": Shape.MERGE,
    "held merge": Shape.MERGE,
    "failure": Shape.FAULT,
    "lost": Shape.FAULT,
    "conflict": Shape.CONFLICT,
}

_STATES = {
    _S.STARTING: Shape.WORKS,
    _S.WORKING: Shape.WORKS,
    _S.CHANGES_REQUESTED: Shape.WORKS,
    _S.STOPPED: Shape.ENDED,
    _S.FAILED: Shape.ENDED,
    _S.LOST: Shape.ENDED,
    _S.ARCHIVED: Shape.ENDED,
    _S.APPROVED: Shape.IN_LINE,
    _S.MERGING: Shape.IN_LINE,
    _S.MERGED: Shape.ON_BASE,
}


class Cell(Value, frozen=True):
    """What filled a cell; `bar` is the one of it that is told."""

    shape: Shape
    bar: Bar


def shape_of(bar: Bar) -> Shape:
    """What a bar looks like."""
    if bar.waits:
        return _WAITS.get(bar.what, Shape.ASKS)
    return _STATES.get(bar.state, Shape.RESTS)


def cells(
    row: TimelineRow, since: datetime, until: datetime, width: int
) -> tuple[Cell | None, ...]:
    """A row as so many cells; None where the session was not there."""
    found: list[dict[Shape, tuple[float, Bar]]] = [{} for _ in range(width)]
    length = (until - since).total_seconds()
    if length <= 0 or not width:
        return (None,) * width
    for bar in row.bars:
        begin = (bar.since - since).total_seconds() / length * width
        end = (bar.until - since).total_seconds() / length * width
        _fill(found, bar, max(0.0, begin), min(float(width), end))
    return tuple(map(_chosen, found))


def _fill(
    found: Sequence[dict[Shape, tuple[float, Bar]]], bar: Bar, begin: float, end: float
) -> None:
    """Add a bar to the cells it touches; `begin` and `end` are in cells."""
    shape = shape_of(bar)
    for place in range(int(begin), min(len(found), int(end) + 1)):
        share = min(end, place + 1) - max(begin, place)
        if share > 0:
            known, longest = found[place].get(shape, (0.0, bar))
            before = longest.until - longest.since
            longest = bar if bar.until - bar.since > before else longest
            found[place][shape] = (known + share, longest)


def _chosen(shares: dict[Shape, tuple[float, Bar]]) -> Cell | None:
    """The longest; a wait for the lead before all else."""
    waits = [shape for shape in shares if shape in WAITING and shares[shape][0] >= WAITS_SHOW]
    shapes = waits or list(shares)
    if not shapes:
        return None
    shape = max(shapes, key=lambda one: shares[one][0])
    return Cell(shape=shape, bar=shares[shape][1])


def bar_at(row: TimelineRow, at: datetime) -> Bar | None:
    """The state it was in then."""
    return next((bar for bar in row.bars if bar.since <= at < bar.until), None)


def waited(row: TimelineRow) -> timedelta:
    """How long it waited for the lead, in sum."""
    return sum((bar.until - bar.since for bar in row.bars if bar.waits), timedelta())


_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(1, 5, 15, 60, 5 * 60, 15 * 60, 3600, 3 * 3600, 6 * 3600),
        *(12 * 3600, 86400, 2 * 86400, 7 * 86400, 30 * 86400, 365 * 86400),
    )
)


class Tick(Value, frozen=True):
    """A round time on the axis, and the cell it stands in."""

    column: int
    text: str


def ticks(since: datetime, until: datetime, width: int, *, room: int = 12) -> tuple[Tick, ...]:
    """Round times, as many as fit, in the zone of `since`."""
    length = until - since
    if length <= timedelta() or width < room:
        return ()
    least = length * room / width
    step = next((one for one in _STEPS if one >= least), _STEPS[-1])
    midnight = since.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + ((since - midnight) // step + 1) * step
    found: list[Tick] = []
    while at < until and len(found) < width:
        column = int((at - since) / length * width)
        text = tick_words(at, step)
        if column + len(text) <= width:
            found.append(Tick(column=column, text=text))
        at += step
    return tuple(found)


def tick_words(at: datetime, step: timedelta) -> str:
    """A time as exact as the step needs; midnight is its day."""
    if step >= timedelta(days=1) or (at.hour, at.minute, at.second) == (0, 0, 0):
        return at.strftime("%a %d %b")
    return at.strftime("%H:%M:%S" if step < timedelta(minutes=1) else "%H:%M")


BLOCKS = " ▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """Values as blocks in so many cells; what is not nothing is never shown as nothing."""
    if not values or width <= 0:
        return ""
    parts = sampled_peaks(values, width)
    most = max(parts)
    if most <= 0:
        return " " * width
    top = len(BLOCKS) - 1
    return "".join(BLOCKS[max(1, round(part / most * top)) if part > 0 else 0] for part in parts)


def sampled_peaks(values: Sequence[float], width: int) -> list[float]:
    """The values in so many cells."""
    return [_part(values, place, width) for place in range(width)] if values else []


def _part(values: Sequence[float], place: int, width: int) -> float:
    """The greatest of the values that fall into one cell, so that no peak is lost."""
    begin = place * len(values) // width
    end = max(begin + 1, (place + 1) * len(values) // width)
    return max(values[begin:end])
