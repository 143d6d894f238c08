"""The scrubber's axis: played time, in which stretches without records are capped."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from wuhu_tui.model.marks import Moment
from wuhu_tui.model.value import EPOCH_START

IDLE = 30.0
"""Seconds that a stretch without records takes at most."""

MOST = 20_000
"""Points that are kept; with more records, only every so many of them is a point."""

_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """A time as a number."""
    return (at - EPOCH_START) // _MICROSECOND


def moment_at(index: int, at: int) -> Moment:
    """A moment of a number's time."""
    return Moment(index=index, at=EPOCH_START + at * _MICROSECOND)


class Axis:
    """Points of the recording, each behind so many records: its time, and the seconds played."""

    def __init__(self) -> None:
        self._indexes = array("q")
        self._times = array("q")
        self._played = array("d")
        self._every = 1
        self._index = 0
        self._at = 0
        self._seconds = 0.0

    def take(self, at: datetime) -> None:
        """One more record; `at` is the newest time up to it."""
        self.take_number(microseconds(at))

    def take_number(self, now: int) -> None:
        """The same by a number."""
        if self._index:
            self._seconds += min(max(0, now - self._at) / 1e6, IDLE)
        self._index += 1
        self._at = now
        if self._index % self._every == 0 or self._index == 1:
            self._indexes.append(self._index)
            self._times.append(now)
            self._played.append(self._seconds)
            if len(self._indexes) > MOST:
                self._thin()

    def _thin(self) -> None:
        """Keep every second point."""
        self._every *= 2
        for kept in (self._indexes, self._times, self._played):
            del kept[1::2]

    @property
    def seconds(self) -> float:
        """How long all of it plays."""
        return self._seconds

    def played(self, at: datetime) -> float:
        """Seconds played up to a time."""
        now = microseconds(at)
        place = bisect_right(self._times, now) - 1
        if place < 0:
            return 0.0
        since = max(0, now - self._times[place]) / 1e6
        after = self._played[place + 1] if place + 1 < len(self._played) else self._seconds
        return min(self._played[place] + min(since, IDLE), after)

    def density(self, columns: int) -> Sequence[int]:
        """Records in each of so many equal parts."""
        counts = [0] * columns
        before = 0
        for index, played in zip(self._indexes, self._played, strict=True):
            counts[self._column(played, columns)] += index - before
            before = index
        if columns and self._index > before:
            counts[-1] += self._index - before
        return counts

    def column_of(self, moment: Moment, columns: int) -> int:
        """The part in which a moment lies."""
        place = bisect_right(self._indexes, moment.index) - 1
        if columns <= 0 or place < 0:
            return 0
        played = max(self._played[place], min(self.played(moment.at), self._after(place)))
        return self._column(played, columns)

    def _after(self, place: int) -> float:
        return self._played[place + 1] if place + 1 < len(self._played) else self._seconds

    def moment_in(self, column: int, columns: int) -> Moment | None:
        """The first point of a part, or behind it where it is empty; None: there is no point."""
        if not self._indexes or columns <= 0:
            return None
        begins = self._seconds * min(max(column, 0), columns) / columns
        place = min(bisect_left(self._played, begins), len(self._indexes) - 1)
        while place + 1 < len(self._played) and self._column(self._played[place], columns) < column:
            place += 1
        return moment_at(self._indexes[place], self._times[place])

    def _column(self, played: float, columns: int) -> int:
        if self._seconds <= 0 or columns <= 0:
            return 0
        return min(columns - 1, int(played / self._seconds * columns))
