"""Finds any moment of a recording: from the nearest frame, or from a moment it found before."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from wuhu_tui.core.replay.axis import microseconds, moment_at
from wuhu_tui.core.replay.folding import Folding
from wuhu_tui.core.replay.frames import DamagedFrame, FrameFile
from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.lines import Line
from wuhu_tui.core.replay.order import Order
from wuhu_tui.core.replay.state import State
from wuhu_tui.core.replay.strand import BEGINNING, Reached
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.marks import Moment
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.value import Value

KEPT = 32
"""Moments that are remembered, the ones looked at last."""


class Found(Value, frozen=True):
    """A moment: behind so many records, its time in microseconds, and all that is known of it."""

    index: int
    at: int
    state: State

    @property
    def moment(self) -> Moment:
        """It as the world knows it."""
        return moment_at(self.index, self.at)


class Walk:
    """Goes on from a moment, and between two frames tells just what the later one knows of.

    A journal that grew since may have records that belong between frames that are there already.
    """

    def __init__(self, journals: Journals, frames: FrameFile, near: Found) -> None:
        self.index, self.at = near.index, near.at
        self._journals = journals
        self._frames = frames
        self._reached: Mapping[str, Reached] = near.state.reached
        self._begin()

    def _begin(self) -> None:
        """Go on to the next frame, or to the end of all journals behind the last one."""
        place = self._frames.before(self.index) + 1
        limits: dict[str, int] | None = None
        self._next: dict[str, Reached] = {}
        self._stop = sys.maxsize
        if place < len(self._frames.frames):
            with suppress(DamagedFrame):
                self._next = self._frames.reached(place)
                self._stop = self._frames.frames[place].index
                limits = {name: reached.offset for name, reached in self._next.items()}
        self._order = Order(self._journals, self._reached, limits)

    def next(self) -> Line | None:
        """The next record; None at the end of all journals."""
        if self.index >= self._stop:
            self._reached = self._next
            self._begin()
        found = self._order.next()
        if found is None:
            return None
        line, time = found
        now = microseconds(time)
        self.at = max(self.at, now) if self.index else now
        self.index += 1
        return line

    def reached(self) -> dict[str, Reached]:
        """How far each journal was told."""
        return self._order.reached()


class Seeker:
    """Seeks in what was read; one call at a time."""

    def __init__(self, journals: Journals, frames: FrameFile) -> None:
        self.journals = journals
        self.frames = frames
        self._kept: OrderedDict[int, Found] = OrderedDict()

    def forget(self, index: int = 0) -> None:
        """Let go of all moments behind so many records, and of the first: it has their time."""
        for known in [known for known in self._kept if known > index or not known]:
            del self._kept[known]

    def find(self, index: int) -> Found:
        """The moment after the first `index` records, or the end."""
        near = self._near(index)
        if near.index == index:
            return near
        folding, walk = Folding(near.state), Walk(self.journals, self.frames, near)
        while walk.index < index and (line := walk.next()) is not None:
            folding.take(line)
        state = folding.state(walk.reached())
        return self._keep(Found(index=walk.index, at=walk.at, state=state))

    def records(self, start: int, stop: int) -> list[Record]:
        """The records from `start` up to, but without, `stop`."""
        walked = self._walk(self._near(start), stop)
        return [line.decoded() for count, _, line in walked if count > start]

    def times(self, start: int, stop: int) -> list[datetime]:
        """When each of these records was, as moments tell it: never going back."""
        walked = self._walk(self._near(start), stop)
        return [moment_at(count, now).at for count, now, _ in walked if count > start]

    def at_time(self, at: datetime, last: int) -> Moment:
        """The last moment of the first `last` ones that is not after a time."""
        wanted = microseconds(at)
        frames = self.frames.frames
        low, high = 0, len(frames)
        while low < high:
            middle = (low + high) // 2
            if frames[middle].at <= wanted:
                low = middle + 1
            else:
                high = middle
        near = self._near(frames[low - 1].index if low else 0)
        best = near.index, near.at
        for count, now, _ in self._walk(near, last):
            if now > wanted:
                break
            best = count, now
        return moment_at(*best)

    def of_record(self, session: str, cursor: Cursor, last: int) -> Moment:
        """The moment right behind a record.

        Raises:
            NotFound: the recording does not hold it.
        """
        low, high = 0, len(self.frames.frames)
        while low < high:
            middle = (low + high) // 2
            if self._reached(middle, session) < cursor.seq:
                low = middle + 1
            else:
                high = middle
        near = self._near(self.frames.frames[low - 1].index if low else 0)
        for count, now, line in self._walk(near, last):
            if line.session == session and line.seq >= cursor.seq:
                if (line.epoch, line.seq) == (cursor.epoch, cursor.seq):
                    return moment_at(count, now)
                break
        raise NotFound(
            f"the recording holds no record {cursor.seq} of epoch {cursor.epoch}",
            where=session or "the project's journal",
            remedy="it may not be read yet, or the recording was cut",
        )

    def _reached(self, place: int, session: str) -> int:
        """A session's seq at a frame; of a damaged one so high that an earlier one is taken."""
        try:
            return self.frames.reached(place).get(session, BEGINNING).seq
        except DamagedFrame:
            return sys.maxsize

    def frame_before(self, session: str, seq: int, index: int) -> Found:
        """The last frame in which a session was told no further than to a seq, before `index`."""
        low = self.frames.before(index)
        high, step = low + 1, 1
        while low >= 0 and self._reached(low, session) > seq:
            low, high, step = low - step, low, step * 2
        low = max(low, -1) + 1
        while low < high:
            middle = (low + high) // 2
            if self._reached(middle, session) <= seq:
                low = middle + 1
            else:
                high = middle
        return self._frame(low - 1)

    def _walk(self, near: Found, stop: int) -> Iterator[tuple[int, int, Line]]:
        """Every record behind a moment: how many there are with it, the time, and its line."""
        walk = Walk(self.journals, self.frames, near)
        while walk.index < stop and (line := walk.next()) is not None:
            yield walk.index, walk.at, line

    def _near(self, index: int) -> Found:
        """The nearest known moment that is not behind `index`."""
        known = max((known for known in self._kept if known <= index), default=-1)
        place = self.frames.before(index)
        if known >= 0 and (place < 0 or known >= self.frames.frames[place].index):
            self._kept.move_to_end(known)
            return self._kept[known]
        return self._frame(place)

    def _frame(self, place: int) -> Found:
        """A frame's moment; of the frame before where it is damaged."""
        while place >= 0:
            frame = self.frames.frames[place]
            try:
                return self._keep(
                    Found(index=frame.index, at=frame.at, state=self.frames.state(place))
                )
            except DamagedFrame:
                place -= 1
        return Found(index=0, at=self._beginning(), state=State())

    def _beginning(self) -> int:
        """The first record's time."""
        walk = Walk(self.journals, self.frames, Found(index=0, at=0, state=State()))
        walk.next()
        return walk.at

    def _keep(self, found: Found) -> Found:
        self._kept[found.index] = found
        self._kept.move_to_end(found.index)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found
