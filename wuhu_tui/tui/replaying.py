"""Moving about in a recording: the newest wish counts, and none waits behind another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.marks import Mark, MarkKind, Moment
from wuhu_tui.model.records import Cursor
from wuhu_tui.tui.presentation.marks import mark_after, mark_before
from wuhu_tui.tui.stage import Stage

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
IDLE_CAP = 3.0
"""Seconds that a stretch without events takes at most, where the lead caps them again."""

Go = Callable[[], Awaitable[object]]
Begin = Callable[[str, Coroutine[Any, Any, None]], object]


class Replaying:
    """One open replay as the lead drives it; holding a key down never queues anything up."""

    def __init__(
        self,
        door: ReplayDoor,
        begin: Begin,
        scrub: Callable[[], None],
        tell_error: Callable[[WuhuError], None],
    ) -> None:
        self.door = door
        self.stage = Stage(door, self.clock)
        self.held: Moment | None = None
        """The moment that the lead holds to compare another with."""
        self.needs_now = 0
        """How many things need the lead in the live project meanwhile."""
        self._begin = begin
        self._scrub = scrub
        self._tell_error = tell_error
        self._wanted: int | None = None
        self._at: datetime | None = None
        """About when that is, where a click or a mark tells."""
        self._next: tuple[Go, Callable[[object], None] | None] | None = None
        self._going = False
        self._cap = door.idle_cap or IDLE_CAP
        self._told = (door.moment.index, door.board.project.warnings)

    def clock(self) -> datetime:
        """The time it is in the recording."""
        return self.door.moment.at

    @property
    def index(self) -> int:
        """Where the lead wants to be; the board may still be on its way there."""
        return self.door.moment.index if self._wanted is None else self._wanted

    @property
    def moment(self) -> Moment:
        """Where the lead wants to be, as a moment; of one on its way only the place is known."""
        here, index = self.door.moment, self.index
        return here if index == here.index else Moment(index, self._at or here.at)

    @property
    def going(self) -> bool:
        """Whether the board is still on its way."""
        return self._going

    # moving

    def go(self, way: Go, then: Callable[[object], None] | None = None) -> None:
        """Move there; a newer wish takes the place of one that has not begun."""
        self._wanted = None
        self._go(way, then)

    def _go(self, way: Go, then: Callable[[object], None] | None = None) -> None:
        self._next = (way, then)
        if not self._going:
            self._going = True
            self._begin("moving in the replay", self._run())
        self._scrub()

    async def _run(self) -> None:
        try:
            while self._next is not None:
                (way, then), self._next = self._next, None
                await self._move(way, then)
        finally:
            self._going = False
            self._wanted = None
            self._scrub()

    async def _move(self, way: Go, then: Callable[[object], None] | None) -> None:
        try:
            found = await way()
        except WuhuError as error:
            self._tell_error(error)
        else:
            if then is not None:
                then(found)

    def seek(self, index: int, at: datetime | None = None) -> None:
        """Go to the moment after so many records; `at` is about when that is."""
        self._wanted = max(0, min(index, self.door.last.index))
        self._at = at
        self._go(self._seek)

    async def _seek(self) -> Moment:
        """Go where the lead wants to be by now."""
        return await self.door.seek(self.index)

    def step(self, count: int) -> None:
        """So many events on or back, from where the lead wants to be already."""
        self.door.pause()
        self.seek(self.index + count)

    def to_mark(self, direction: int, *, session: str = "", kind: MarkKind | None = None) -> str:
        """Go to the next mark or the one before; says why it cannot."""
        marks = self.door.marks()
        find = mark_after if direction > 0 else mark_before
        found = find(marks, self.index, session=session, kind=kind)
        if found is None:
            return "there is no mark " + ("after this" if direction > 0 else "before this")
        self.door.pause()
        self.seek(found.moment.index, found.moment.at)
        return ""

    def to_record(
        self, session: str, cursor: Cursor, then: Callable[[object], None] | None = None
    ) -> None:
        """Go right behind a record."""
        self.door.pause()
        self.go(lambda: self.door.seek_record(session, cursor), then)

    def to_time(self, at: datetime) -> None:
        """Go to a time."""
        self.go(lambda: self.door.seek_time(at))

    def to_turn(self, direction: int, session: str, told: Callable[[str], None]) -> None:
        """Go to where a turn begins, of one session or of any; a held key steps one by one."""
        self.door.pause()
        before = self.door.moment.index

        def there(found: object) -> None:
            if isinstance(found, Moment) and found.index == before:
                told("there is no turn " + ("after this" if direction > 0 else "before this"))

        self.go(lambda: self.door.step_turn(direction, session=session), there)

    # playing

    def toggle(self) -> str:
        """Play, or pause; says why it cannot."""
        door = self.door
        if door.playing:
            door.pause()
        elif self.index >= door.last.index:
            return "this is the end of the recording: an earlier moment can be played"
        else:
            door.play()
        return ""

    def change_speed(self, direction: int) -> None:
        """The next quicker or slower speed."""
        place = min(range(len(SPEEDS)), key=lambda one: abs(SPEEDS[one] - self.door.speed))
        self.door.set_speed(SPEEDS[max(0, min(place + direction, len(SPEEDS) - 1))])

    def toggle_idle_cap(self) -> float:
        """Play stretches without events in full, or cap them again; returns the cap."""
        cap = 0.0 if self.door.idle_cap else self._cap
        self.door.set_idle_cap(cap)
        return cap

    def hold(self) -> Moment | None:
        """Hold this moment for a comparison; the same one again lets it go."""
        here = self.door.moment
        self.held = None if self.held and self.held.index == here.index else here
        return self.held

    def new_trouble(self) -> str:
        """What went wrong with the recording itself; what was recorded as wrong comes by moving."""
        before = self._told
        self._told = (self.door.moment.index, self.door.board.project.warnings)
        (was, known), (now, warnings) = before, self._told
        return warnings[-1] if was == now and warnings != known and warnings else ""

    def mark_here(self) -> Mark | None:
        """The mark right before this moment: what has just happened."""
        index = self.index
        found = mark_before(self.door.marks(), index + 1)
        return found if found and found.moment.index == index else None
