"""Finds any moment of a recording: from the nearest frame, or from a moment it found before."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.core.replay.axis import microseconds, moment_at
from wuhu_tui.core.replay.folding import Folding
from wuhu_tui.core.replay.frames import DamagedFrame, FrameFile
from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.lines import Line
from wuhu_tui.core.replay.order import Order
from wuhu_tui.core.replay.state import State
from wuhu_tui.core.replay.strand import BEGINNING
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


class Seeker:
    """Seeks in what was read; one call at a time."""

    def __init__(self, journals: Journals, frames: FrameFile) -> None:
        self.journals = journals
        self.frames = frames
        self._kept: OrderedDict[int, Found] = OrderedDict()

    def forget(self, index: int = 0) -> None:
        """Let go of all moments behind so many records: the order changed there."""
        for known in [known for known in self._kept if known > index]:
            del self._kept[known]

    def find(self, index: int) -> Found:
        """The moment after the first `index` records, or the end."""
        near = self._near(index)
        if near.index == index:
            return near
        folding, at, count = Folding(near.state), near.at, near.index
        order = Order(self.journals, near.state.reached)
        while count < index and (found := order.next()) is not None:
            line, time = found
            folding.take(line)
            at = _later(at, time, count)
            count += 1
        return self._keep(Found(index=count, at=at, state=folding.state(order.reached())))

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
        low, high = 0, self.frames.before(index) + 1
        while low < high:
            middle = (low + high) // 2
            if self._reached(middle, session) <= seq:
                low = middle + 1
            else:
                high = middle
        return self._frame(low - 1)

    def _walk(self, near: Found, stop: int) -> Iterator[tuple[int, int, Line]]:
        """Every record behind a moment: how many there are with it, the time, and its line."""
        order, at, count = Order(self.journals, near.state.reached), near.at, near.index
        while count < stop and (found := order.next()) is not None:
            line, time = found
            at = _later(at, time, count)
            count += 1
            yield count, at, line

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
        found = Order(self.journals, {}).next()
        return microseconds(found[1]) if found else 0

    def _keep(self, found: Found) -> Found:
        self._kept[found.index] = found
        self._kept.move_to_end(found.index)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found


def _later(at: int, time: datetime, count: int) -> int:
    """The running time; it never goes back."""
    return max(at, microseconds(time)) if count else microseconds(time)
