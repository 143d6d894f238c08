"""The scrubber's axis: played time, in which stretches without records are capped."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wuhu_tui.model.marks import Moment
from wuhu_tui.model.value import EPOCH_START

IDLE = 30.0
"""Seconds that a stretch without records takes at most."""

MOST = 20_000
"""Points that are kept; of more, only those at every second, fourth, … record stay."""

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

    def extend(self, indexes: bytes, times: bytes, played: bytes) -> None:
        """More points, as arrays of numbers; the last of them is the end now."""
        more = _numbers("q", indexes)
        if not more:
            return
        if self._indexes and self._indexes[-1] % self._every:
            for kept in (self._indexes, self._times, self._played):
                kept.pop()
        self._indexes += more
        self._times += _numbers("q", times)
        self._played += _numbers("d", played)
        if self._every > 1:
            self._keep_every(len(self._indexes) - len(more))

    def _keep_every(self, first: int) -> None:
        """From a place on, only points at every so many records, and the end."""
        last, every = len(self._indexes) - 1, self._every
        stay = [p for p in range(first, last) if self._indexes[p] % every == 0]
        stay.append(last)
        self._indexes[first:] = array("q", [self._indexes[place] for place in stay])
        self._times[first:] = array("q", [self._times[place] for place in stay])
        self._played[first:] = array("d", [self._played[place] for place in stay])

    def thin(self) -> None:
        """Let points go evenly while there are too many; the end stays."""
        while len(self._indexes) > MOST:
            self._every *= 2
            self._keep_every(0)

    def cut(self, index: int) -> None:
        """Forget all points behind so many records."""
        place = bisect_right(self._indexes, index)
        for kept in (self._indexes, self._times, self._played):
            del kept[place:]

    @property
    def seconds(self) -> float:
        """How long all of it plays."""
        return self._played[-1] if self._played else 0.0

    def played(self, at: datetime) -> float:
        """Seconds played up to a time."""
        return self._played_at(microseconds(at), bisect_right(self._times, microseconds(at)) - 1)

    def _played_at(self, now: int, place: int) -> float:
        if place < 0:
            return 0.0
        since = min(max(0, now - self._times[place]) / 1e6, IDLE)
        after = self._played[place + 1] if place + 1 < len(self._played) else self.seconds
        return min(self._played[place] + since, after)

    def density(self, columns: int) -> Sequence[int]:
        """Records in each of so many equal parts."""
        counts = [0] * columns
        before = 0
        for index, played in zip(self._indexes, self._played, strict=True):
            if columns:
                counts[self._column(played, columns)] += index - before
            before = index
        return counts

    def column_of(self, moment: Moment, columns: int) -> int:
        """The part in which a moment lies."""
        place = bisect_right(self._indexes, moment.index) - 1
        if columns <= 0 or place < 0:
            return 0
        return self._column(self._played_at(microseconds(moment.at), place), columns)

    def moment_in(self, column: int, columns: int) -> Moment | None:
        """The first point of a part, or behind it where it is empty; None: there is no point."""
        if not self._indexes or columns <= 0:
            return None
        column = min(max(column, 0), columns - 1)
        begins = self.seconds * column / columns
        place = min(bisect_left(self._played, begins), len(self._indexes) - 1)
        while place + 1 < len(self._played) and self._column(self._played[place], columns) < column:
            place += 1
        return moment_at(self._indexes[place], self._times[place])

    def _column(self, played: float, columns: int) -> int:
        if self.seconds <= 0:
            return 0
        return min(columns - 1, int(played / self.seconds * columns))


def _numbers(kind: str, content: bytes) -> array[Any]:
    numbers = array(kind)
    numbers.frombytes(content)
    return numbers
