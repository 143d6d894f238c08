"""The one order of all journals: by time, and never a record before what it rests on.

What is told next depends on nothing but how far each journal was told: begun from any place, the
order goes on as it would have.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush, heapreplace

from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.lines import Line
from wuhu_tui.core.replay.strand import BEGINNING, Reached, Strand
from wuhu_tui.model.causes import Place

_Entry = tuple[datetime, str, int]


class Order:
    """Tells the records that follow a place in the recording.

    The journal whose next record is the oldest goes first. Where that record rests on one that
    another journal has yet to tell, that journal goes first instead, and so on; what no journal
    tells holds nobody, and of journals that wait for each other the oldest record goes. A session
    sleeps until its instantiation was told.

    `limits`: so far each journal is told, if that is less than all of it.
    """

    def __init__(
        self,
        journals: Journals,
        reached: Mapping[str, Reached],
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self._journals = journals
        self._limits = journals.limits if limits is None else limits
        self._done = dict(reached)
        self._strands: dict[str, Strand] = {}
        self._causes: dict[str, tuple[Place, ...]] = {}
        self._off: set[str] = set()
        """Journals whose clocks are off."""
        self._heap: list[_Entry] = []
        self._asleep: list[tuple[int, str]] = []
        self._project_seq = reached.get("", BEGINNING).seq
        self._begin()

    def _begin(self) -> None:
        for name, limit in self._limits.items():
            reached = self._done.get(name, BEGINNING)
            if limit <= reached.offset:
                continue
            born = self._journals.born.get(name, 0)
            if name and born > self._project_seq:
                self._asleep.append((born, name))
            else:
                self._wake(name)
        heapify(self._asleep)

    def _wake(self, name: str) -> None:
        reached = self._done.get(name, BEGINNING)
        strand = Strand(name, self._journals.path(name), self._limits[name], reached)
        self._strands[name] = strand
        if self._journals.shift(name):
            self._off.add(name)
        entry = self._entry(strand)
        if entry is not None:
            heappush(self._heap, entry)

    def _entry(self, strand: Strand) -> _Entry | None:
        head = strand.head
        if head is None:
            return None
        if head.record is not None:
            causes = self._journals.causes(head.record)
            if causes:
                self._causes[strand.name] = causes
        return self._time(strand.name, head), strand.name, head.seq

    def _time(self, name: str, line: Line) -> datetime:
        return self._journals.shifted(name, line.ts) if name in self._off else line.ts

    def reached(self) -> dict[str, Reached]:
        """How far each journal was told."""
        now = {name: strand.reached for name, strand in self._strands.items()}
        return {**self._done, **now}

    def next(self) -> tuple[Line, datetime] | None:
        """The next record and its time by the one clock; None at the end of all journals."""
        while True:
            while self._heap:
                time, name, seq = self._heap[0]
                head = self._strands[name].head
                if head is not None and head.seq == seq:
                    return self._take(time, self._strands[name])
                heappop(self._heap)
            if not self._asleep:
                return None
            self._wake(heappop(self._asleep)[1])

    def _take(self, time: datetime, oldest: Strand) -> tuple[Line, datetime]:
        strand = self._first(oldest) if oldest.name in self._causes else oldest
        if strand is not oldest:
            assert strand.head is not None
            time = self._time(strand.name, strand.head)
        self._causes.pop(strand.name, None)
        line = strand.take()
        entry = self._entry(strand)
        if strand is not oldest:
            if entry is not None:
                heappush(self._heap, entry)
        elif entry is not None:
            heapreplace(self._heap, entry)
        else:
            heappop(self._heap)
        if not strand.name:
            self._project_seq = line.seq
            while self._asleep and self._asleep[0][0] <= line.seq:
                self._wake(heappop(self._asleep)[1])
        return line, time

    def _first(self, strand: Strand) -> Strand:
        """Who has to go on so that this one can."""
        seen = [strand]
        while (behind := self._behind(strand)) is not None:
            if behind in seen:
                circle = seen[seen.index(behind) :]
                return min(circle, key=self._age)
            strand = behind
            seen.append(strand)
        return strand

    def _behind(self, strand: Strand) -> Strand | None:
        """The journal that must tell something before this one's next record."""
        for place in self._causes.get(strand.name, ()):
            other = self._strands.get(place.session)
            if other is None or other.head is None or other.seq >= place.seq:
                continue
            if self._journals.tells(place):
                return other
        return None

    def _age(self, strand: Strand) -> tuple[datetime, str]:
        assert strand.head is not None
        return self._time(strand.name, strand.head), strand.name
