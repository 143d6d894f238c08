"""The scrubber of a replay as rows: how much happened when, what is worth a jump, where one stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wuhu_tui.model.marks import Mark, MarkKind
from wuhu_tui.model.value import EPOCH_START
from wuhu_tui.tui.presentation.ages import span
from wuhu_tui.tui.presentation.marks import STYLES, SYMBOLS, shown_first
from wuhu_tui.tui.presentation.transcript_row import Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import crop, width_of
from wuhu_tui.tui.safe import safe_line

BLOCKS = "▁▂▃▄▅▆▇█"
QUIET = "·"
HERE = "▼"
HERE_BELOW = "┃"
"""Among the blocks, so that a mark above never hides where one stands."""
HELD = "H"
_SHORT = timedelta(minutes=10)
"""Shorter recordings have seconds at their ends."""
_TOLD = 24
"""Cells that what has just happened gets before numbers do."""
_LABELS_FROM = 44
"""Narrower than this there is no room for times beside the blocks."""


@dataclass(frozen=True)
class Place:
    """A mark on the scrubber: its column, its kind, and whether it is the selected session's."""

    column: int
    kind: MarkKind
    own: bool


@dataclass(frozen=True)
class Standing:
    """Where a replay stands and how it runs."""

    at: datetime = EPOCH_START
    index: int = 0
    last: int = 0
    playing: bool = False
    speed: float = 1.0
    idle_cap: float = 0.0
    read: float = 1.0
    held: datetime | None = None
    told: str = ""
    """What has just happened here, in one line."""
    kind: MarkKind | None = None


@dataclass(frozen=True)
class Axis:
    """The axis: `density` has one number a column; times are those of its two ends."""

    begin: datetime = EPOCH_START
    end: datetime = EPOCH_START
    density: tuple[int, ...] = ()
    marks: tuple[Place, ...] = ()
    here: int = 0
    held: int | None = None


def clock_words(at: datetime, *, beside: datetime | None = None) -> str:
    """A time of day; with its date where that is another than the one `beside` it."""
    local = at.astimezone()
    if beside is not None and beside.astimezone().date() != local.date():
        return f"{local:%Y-%m-%d %H:%M:%S}"
    return f"{local:%H:%M:%S}"


def margins(begin: datetime, end: datetime, width: int) -> tuple[str, str]:
    """What stands at the left and at the right of the blocks."""
    if width < _LABELS_FROM or begin == EPOCH_START:
        return "", ""
    form = _label_form(begin, end, roomy=width >= 2 * _LABELS_FROM)
    return f" {begin.astimezone():{form}} ", f" {end.astimezone():{form}} "


def _label_form(begin: datetime, end: datetime, *, roomy: bool) -> str:
    """As fine as tells the two ends apart, where there is room for that."""
    if not roomy:
        return "%H:%M"
    if begin.astimezone().date() != end.astimezone().date():
        return "%m-%d %H:%M"
    return "%H:%M:%S" if end - begin < _SHORT else "%H:%M"


def columns_in(begin: datetime, end: datetime, width: int) -> tuple[int, int]:
    """Where the blocks begin, and how many there are."""
    left, right = margins(begin, end, width)
    return len(left), max(1, width - len(left) - len(right))


def columns_by(begins: Sequence[int], indexes: Sequence[int]) -> list[int]:
    """In which column each index lies; an empty column begins where the next one does."""
    return [max(0, bisect_right(begins, index) - 1) for index in indexes]


def places(marks: Sequence[Mark], columns_of: Sequence[int], session: str) -> tuple[Place, ...]:
    """One mark a column: the selected session's before others', the pressing ones first."""
    shown: dict[int, Mark] = {}
    for mark, column in zip(marks, columns_of, strict=True):
        other = shown.get(column)
        if other is None or shown_first(mark, session) < shown_first(other, session):
            shown[column] = mark
    return tuple(
        Place(column, mark.kind, own=bool(session) and mark.session == session)
        for column, mark in sorted(shown.items())
    )


def scrubber_rows(axis: Axis, standing: Standing, width: int, height: int) -> list[Row]:
    """Marks, blocks and words; on a low terminal the marks stand among the blocks."""
    if not standing.last and standing.read >= 1:
        return [Row((("dim", crop(" nothing was recorded yet", width)),))]
    words = status_row(standing, axis.end, width)
    if height >= 3:
        return [_mark_row(axis, width), _block_row(axis, width), words]
    return [_block_row(axis, width, marked=True), words][-max(1, height) :]


def _mark_row(axis: Axis, width: int) -> Row:
    start, count = columns_in(axis.begin, axis.end, width)
    cells: list[Span] = [("text", " ")] * count
    for place in axis.marks:
        cells = _put(cells, place.column, _mark_span(place))
    if axis.held is not None:
        cells = _put(cells, axis.held, ("heading", HELD))
    if 0 <= axis.here < count:
        _, symbol = cells[axis.here]
        cells[axis.here] = ("marker", symbol) if symbol.strip() else ("heading", HERE)
    return Row((("text", " " * start), *_joined(cells)))


def _block_row(axis: Axis, width: int, *, marked: bool = False) -> Row:
    left, right = margins(axis.begin, axis.end, width)
    _, count = columns_in(axis.begin, axis.end, width)
    most = max(axis.density, default=0)
    cells = [_block(number, most) for number in axis.density[:count]]
    cells += [("dim", " ")] * (count - len(cells))
    cells = _put(cells, axis.here, ("heading", HERE_BELOW))
    for place in axis.marks if marked else ():
        style, symbol = _mark_span(place)
        cells = _put(
            cells, place.column, ("marker" if place.column == axis.here else style, symbol)
        )
    return Row((("dim", left), *_joined(cells), ("dim", right)))


def _block(number: int, most: int) -> Span:
    """Few and many are told apart on a scale of roots: one event is still seen beside a thousand."""
    if number <= 0:
        return ("dim", QUIET)
    height = (number / most) ** 0.5
    return ("tool", BLOCKS[min(len(BLOCKS) - 1, int(height * len(BLOCKS)))])


def _mark_span(place: Place) -> Span:
    style = STYLES[place.kind]
    return (f"mark_{style}" if place.own else f"mark_{style}_dim", SYMBOLS[place.kind])


def _put(cells: list[Span], column: int, span_: Span) -> list[Span]:
    if 0 <= column < len(cells):
        cells[column] = span_
    return cells


def _joined(cells: Sequence[Span]) -> list[Span]:
    """Neighbours of one style as one piece."""
    joined: list[Span] = []
    for style, text in cells:
        if joined and joined[-1][0] == style:
            joined[-1] = (style, joined[-1][1] + text)
        else:
            joined.append((style, text))
    return joined


def status_row(standing: Standing, end: datetime, width: int) -> Row:
    """How it runs, where it stands, what has just happened; what matters least goes first."""
    wanted = _TOLD if standing.kind is not None else 0
    for parts in _forms(standing, end):
        used = sum(width_of(text) for _, text in parts)
        if used + wanted <= width:
            return Row((*parts, *_told(standing, width - used)))
    return Row((*_forms(standing, end)[-1],))


def _forms(standing: Standing, end: datetime) -> list[tuple[Span, ...]]:
    run = _running(standing)
    when: Span = ("strong", f" {clock_words(standing.at, beside=end)} ")
    short: Span = ("strong", f" {clock_words(standing.at)} ")
    reading = _reading(standing)
    ends: Span = ("dim", f" {_before_end(standing, end)} ")
    held: Span = ("heading", f" {HELD} {clock_words(standing.held)} " if standing.held else "")
    count: Span = ("dim", f" event {standing.index:,} of {standing.last:,} ")
    cap: Span = (
        "dim",
        f" quiet ≤{standing.idle_cap:g}s " if standing.idle_cap else " quiet in full ",
    )
    return [
        (run, when, reading, ends, held, count, cap),
        (run, when, reading, ends, held, count),
        (run, when, reading, ends, held),
        (run, short, reading, held),
        (run, short, reading),
        (run, short),
    ]


def _running(standing: Standing) -> Span:
    speed = f"{standing.speed:g}×"
    if standing.playing:
        return ("mark_ok", f" ▶ PLAYING {speed} ")
    return ("mark_asking", f" ‖ PAUSED {speed} ")


def _reading(standing: Standing) -> Span:
    if standing.read >= 1:
        return ("dim", "")
    return ("asking", f" reading {int(standing.read * 100)} % ")


def _before_end(standing: Standing, end: datetime) -> str:
    if standing.index >= standing.last:
        return "the end"
    return f"{span(end - standing.at)} before the end"


def _told(standing: Standing, room: int) -> tuple[Span, ...]:
    if standing.kind is None or room < 8:
        return ()
    text = f" {SYMBOLS[standing.kind]} {standing.kind.value} · {safe_line(standing.told)}"
    return ((f"mark_{STYLES[standing.kind]}", crop(text, room)),)
