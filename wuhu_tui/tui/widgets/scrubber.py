"""The scrubber: where a replay stands, and what happened when; a click or a drag goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from textual import events

from wuhu_tui.model.marks import Mark
from wuhu_tui.tui.presentation.scrubber import (
    Axis,
    Place,
    Standing,
    columns_by,
    columns_in,
    places,
    scrubber_rows,
)
from wuhu_tui.tui.presentation.transcript_row import Row
from wuhu_tui.tui.replaying import Replaying
from wuhu_tui.tui.widgets.live_pane_rows import RowPainter

REFRESH = 1.0
"""Seconds for which the axis may lag behind a recording that still grows."""

EXACTLY = 2_000
"""Marks whose columns are asked for one by one; more are sorted into the columns' beginnings."""

HIGH = 20
"""From this many rows of the terminal on there is a row for the marks alone."""


class Scrubber(RowPainter, inherit_bindings=False):
    """Three rows at the foot of every screen of a replay; two where the terminal is low."""

    DEFAULT_CSS = "Scrubber { dock: bottom; height: 3; } Scrubber.-low { height: 2; }"

    def __init__(self, replaying: Replaying, *, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._replaying = replaying
        self._clock = clock
        self._session = ""
        self._of: tuple[object, ...] = ()
        self._made_at = float("-inf")
        self._axis = Axis()
        self._dragged = False

    def show(self, session: str) -> None:
        """Show where the replay stands; the marks of `session` are the bright ones."""
        self.set_class(self.screen.size.height < HIGH, "-low")
        self._session = session
        self.repaint()

    def rows_now(self) -> Sequence[Row]:
        """The rows for this size."""
        width, height = self.size
        self._look(width)
        return scrubber_rows(self._axis, self._standing(), width, height)

    # the axis

    def _look(self, width: int) -> None:
        door = self._replaying.door
        of = (width, door.idle_cap, self._session, door.last.index, door.read)
        calm = of[:3] == self._of[:3] and self._clock() < self._made_at + REFRESH
        if of != self._of and not calm:
            self._of, self._made_at = of, self._clock()
            self._axis = self._made(width)
        count, held = max(1, len(self._axis.density)), self._replaying.held
        self._axis = replace(
            self._axis,
            here=door.column_of(self._replaying.moment, count),
            held=door.column_of(held, count) if held else None,
        )

    def _made(self, width: int) -> Axis:
        door = self._replaying.door
        begin, end = door.moment_in(0, 1).at, door.last.at
        _, count = columns_in(begin, end, width)
        return Axis(begin, end, tuple(door.density(count)), self._places(count))

    def _places(self, count: int) -> tuple[Place, ...]:
        door = self._replaying.door
        marks = door.marks()
        if len(marks) <= EXACTLY:
            columns = [door.column_of(mark.moment, count) for mark in marks]
        else:
            begins = [door.moment_in(column, count).index for column in range(count)]
            columns = columns_by(begins, [mark.moment.index for mark in marks])
        return places(marks, columns, self._session)

    def _standing(self) -> Standing:
        replaying, door = self._replaying, self._replaying.door
        mark = replaying.mark_here()
        moment = replaying.moment
        return Standing(
            at=moment.at,
            index=moment.index,
            last=door.last.index,
            playing=door.playing,
            speed=door.speed,
            idle_cap=door.idle_cap,
            read=door.read,
            held=replaying.held.at if replaying.held else None,
            told=self._words(mark) if mark else "",
            kind=mark.kind if mark else None,
        )

    def _words(self, mark: Mark) -> str:
        """Who it is about, and what it says."""
        view = self._replaying.door.board.session(mark.session)
        name = view.spec.shown_name if view else mark.session
        return ": ".join(filter(None, (name, mark.text)))

    # the mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go to where the mouse is, and follow it."""
        event.stop()
        self._dragged = True
        self.capture_mouse()
        self._go(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while its button is held."""
        if self._dragged:
            event.stop()
            self._go(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Stay there."""
        event.stop()
        self._dragged = False
        self.release_mouse()

    def _go(self, x: int) -> None:
        door = self._replaying.door
        start, count = columns_in(self._axis.begin, self._axis.end, self.size.width)
        column = max(0, min(x - start, count - 1))
        wanted = door.last if column == count - 1 else door.moment_in(column, count)
        self._replaying.seek(wanted.index, wanted.at)
