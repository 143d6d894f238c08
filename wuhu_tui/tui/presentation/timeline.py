"""The timeline as rows: names, bars of symbols, what each session waited and cost; one cursor in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from textual.content import Content

from wuhu_tui.model.lookbacks import Timeline, TimelineRow
from wuhu_tui.model.timeline_cells import (
    SYMBOLS,
    WAITING,
    Cell,
    Shape,
    bar_at,
    cells,
    ticks,
    waited,
)
from wuhu_tui.tui.presentation.ages import span
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import MUTED, line, row, spread
from wuhu_tui.tui.presentation.usage import money

COLOURS: dict[Shape, str] = {
    Shape.WORKS: "$state-working",
    Shape.RESTS: "$state-idle",
    Shape.ENDED: "$state-idle",
    Shape.IN_LINE: "$state-ready",
    Shape.ON_BASE: "$state-merged",
    Shape.ASKS: "bold $state-asking",
    Shape.SILENT: "bold $state-asking",
    Shape.REVIEW: "bold $state-review",
    Shape.MERGE: "bold $state-ready",
    Shape.FAULT: "bold $state-failed",
    Shape.CONFLICT: "bold $state-failed",
}

LEGEND: dict[Shape, str] = {
    Shape.WORKS: "works",
    Shape.RESTS: "rests",
    Shape.IN_LINE: "in line",
    Shape.ON_BASE: "on base",
    Shape.ENDED: "ended",
    Shape.ASKS: "asks you",
    Shape.SILENT: "no report",
    Shape.REVIEW: "review",
    Shape.MERGE: "to merge",
    Shape.FAULT: "fault",
    Shape.CONFLICT: "conflict",
}

PRESENT = "▔"
_CURSOR = "reverse"
_WIDE = 100
_SHORTEST = timedelta(seconds=30)


@dataclass(frozen=True)
class Window:
    """The part of the time that is shown, and where the cursor is in it."""

    since: datetime
    until: datetime
    at: datetime

    @property
    def length(self) -> timedelta:
        """How much time is shown."""
        return self.until - self.since

    def column(self, width: int) -> int:
        """The cursor's cell."""
        share = (self.at - self.since) / self.length if self.length else 0.0
        return max(0, min(width - 1, int(share * width)))

    def moved(self, cells_: int, width: int, whole: Timeline) -> Window:
        """The cursor so many cells on; the window follows it."""
        return self.to(self.at + self.length / max(1, width) * cells_, whole)

    def to(self, at: datetime, whole: Timeline) -> Window:
        """The cursor at a time; the window follows it, and stays within the whole."""
        at = max(whole.since, min(at, whole.until))
        since = self.since
        if not self.since <= at <= self.until:
            since = at - self.length / 2
        return _within(since, self.length, at, whole)

    def zoomed(self, factor: float, whole: Timeline) -> Window:
        """So much more or less time around the cursor."""
        length = max(_SHORTEST, min(self.length * factor, whole.until - whole.since))
        share = (self.at - self.since) / self.length if self.length else 0.5
        return _within(self.at - length * share, length, self.at, whole)

    def scrolled(self, share: float, whole: Timeline) -> Window:
        """The window so much of itself further; the cursor stays in its cell."""
        step = self.length * share
        moved = _within(self.since + step, self.length, self.at, whole)
        return replace(moved, at=self.at + (moved.since - self.since))


def _within(since: datetime, length: timedelta, at: datetime, whole: Timeline) -> Window:
    length = min(length, whole.until - whole.since)
    since = max(whole.since, min(since, whole.until - length))
    return Window(since=since, until=since + length, at=at)


def whole_window(timeline: Timeline) -> Window:
    """All of the time, the cursor at its end."""
    return Window(since=timeline.since, until=timeline.until, at=timeline.until)


@dataclass(frozen=True)
class Columns:
    """How wide each part of a row is."""

    name: int
    bars: int
    told: int

    @classmethod
    def of(cls, width: int) -> Columns:
        """For a width: names and figures give way to the bars."""
        name, told = (20, 16) if width >= _WIDE else (13, 9)
        return cls(name=name, bars=max(1, width - name - told - 3), told=told)


@dataclass(frozen=True)
class TimelineView:
    """What is shown of a timeline."""

    timeline: Timeline
    window: Window
    selected: str = ""

    def row(self, session: str) -> TimelineRow | None:
        """A session's row."""
        return next((one for one in self.timeline.rows if one.session == session), None)


def axis(view: TimelineView, width: int) -> Content:
    """Round times above the bars."""
    columns = Columns.of(width)
    here, there = view.window.since.astimezone(), view.window.until.astimezone()
    text = " " * columns.bars
    for tick in ticks(here, there, columns.bars):
        text = text[: tick.column] + tick.text + text[tick.column + len(tick.text) :]
    shown = Content.styled(span(view.window.length), "bold")
    return row(width, Content.assemble(" ", row(columns.name, shown), " ", (text, MUTED)))


Cut = dict[str, tuple[Cell | None, ...]]
"""Each session's cells of one window."""


def cut(view: TimelineView, width: int) -> Cut:
    """All rows as cells of the window; a cursor that moves changes none of them."""
    window, bars = view.window, Columns.of(width).bars
    return {one.session: cells(one, window.since, window.until, bars) for one in view.timeline.rows}


def timeline_entries(view: TimelineView, width: int, found: Cut) -> tuple[Entry, ...]:
    """One entry a session, the oldest first."""
    columns = Columns.of(width)
    return tuple(
        Entry(one.session, (_session_row(one, found[one.session], view, columns, width),))
        for one in view.timeline.rows
    )


def _session_row(
    one: TimelineRow,
    found: tuple[Cell | None, ...],
    view: TimelineView,
    columns: Columns,
    width: int,
) -> Content:
    name = Content.styled(line(one.title), "bold" if not one.archived else MUTED)
    bars = bar_content(found, view.window.column(columns.bars))
    told = Content.styled(_told(one, columns.told).rjust(columns.told), MUTED)
    left = Content.assemble(" ", row(columns.name, name), " ", bars)
    return row(width, left, told)


def _told(one: TimelineRow, room: int) -> str:
    """What it waited for the lead, and what it cost."""
    cost = "cost ?" if one.cost is None else money(one.cost)
    length = waited(one)
    both = f"{span(length)} {cost}" if length else cost
    return both if len(both) <= room else cost


def bar_content(found: tuple[Cell | None, ...], cursor: int) -> Content:
    """Cells as symbols; what is alike and beside each other is one piece."""
    parts: list[tuple[str, str]] = []
    for place, cell in enumerate(found):
        symbol = SYMBOLS[cell.shape] if cell else " "
        style = COLOURS[cell.shape] if cell else ""
        if place == cursor:
            style = f"{style} {_CURSOR}".strip()
        if parts and parts[-1][1] == style:
            parts[-1] = (parts[-1][0] + symbol, style)
        else:
            parts.append((symbol, style))
    return Content.assemble(*parts)


def presence_row(view: TimelineView, width: int) -> Content:
    """When the lead was at a dashboard."""
    columns, window = Columns.of(width), view.window
    text = [" "] * columns.bars
    for begin, end in view.timeline.present:
        if begin < window.until and end > window.since and window.length:
            first = int((begin - window.since) / window.length * columns.bars)
            last = int((end - window.since) / window.length * columns.bars)
            for place in range(max(0, first), min(columns.bars, last + 1)):
                text[place] = PRESENT
    name = "you were there" if columns.name >= 14 else "you"
    shown = row(columns.name, Content.styled(name, "bold $accent"))
    return row(width, Content.assemble(" ", shown, " ", ("".join(text), "$accent")))


def legend(width: int) -> Content:
    """What the symbols mean; those that wait for the lead stand first."""
    shapes = [shape for shape in LEGEND if shape not in WAITING]
    parts = [_told_shape(shape) for shape in (*WAITING, *shapes)]
    return row(width, Content.assemble(" ", spread(width - 2, parts)))


def _told_shape(shape: Shape) -> Content:
    return Content.assemble((SYMBOLS[shape], COLOURS[shape]), (f" {LEGEND[shape]}", MUTED))


def cursor_words(view: TimelineView, width: int) -> Content:
    """What stands under the cursor, in words."""
    one, at = view.row(view.selected), view.window.at
    wide = width >= _WIDE
    when = at.astimezone().strftime("%a %d %b %H:%M:%S" if wide else "%a %H:%M")
    if one is None:
        return row(width, Content(f" {when}"))
    bar = bar_at(one, min(at, view.timeline.until - timedelta(microseconds=1)))
    if bar is None:
        said = Content.styled("was not there", MUTED)
    else:
        length = span(bar.until - bar.since)
        said = Content(f"{bar.state.value.replace('_', ' ')} for {length}")
        if bar.waits:
            said = Content.assemble(said, (f", waits for you: {bar.what}", "bold $state-asking"))
    left = Content.assemble(f" {when}  ", (line(one.title), "bold"), "  ", said)
    sums = f"waited {span(waited(one))} in all " if wide and waited(one) else ""
    return row(width, left, Content.styled(sums, MUTED))


def next_wait(one: TimelineRow, at: datetime, step: int) -> datetime | None:
    """Where the session's next stretch of waiting for the lead begins, or the one before."""
    begins = [bar.since for bar in one.bars if bar.waits]
    if step > 0:
        return next((begin for begin in begins if begin > at), None)
    return next((begin for begin in reversed(begins) if begin < at), None)


def timeline_title(view: TimelineView | None) -> str:
    """The heading."""
    if view is None:
        return "Timeline"
    window = view.window
    begin = window.since.astimezone().strftime("%a %d %b %H:%M")
    return f"Timeline · {span(window.length)} from {begin}"
