"""A reel of records in memory, for tests of what moves over one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from tests.replay.journals import at
from wuhu_tui.core.replay.news import News
from wuhu_tui.core.replay.still import Still
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.events import Event, TurnStarted
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.marks import Mark, Moment
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.transcript import Transcript


def told(*events: tuple[float, Event], session: str = "one") -> list[Record]:
    """Records of one session's journal, at so many seconds."""
    return [
        Record(session=session, epoch=1, seq=place, ts=at(seconds), event=event)
        for place, (seconds, event) in enumerate(events, start=1)
    ]


class MemoryReel(News):
    """Implements `ReelPort`; `grow` is what a live project writes meanwhile."""

    def __init__(self, records: Iterable[Record], *, read: float = 1.0) -> None:
        super().__init__()
        self._records = list(records)
        self.read = read
        self.asked: list[tuple[str, int, int]] = []
        """Transcripts that were read: of whom, at which index, how many items."""

    def grow(self, records: Iterable[Record], *, read: float = 1.0) -> None:
        self._records += records
        self.read = read
        self.touch()

    def told_anew(self, records: Iterable[Record]) -> None:
        """The same recording in another order."""
        self._records = list(records)
        self.touch()

    def _moment(self, index: int) -> Moment:
        times = [record.ts for record in self._records[:index]]
        return Moment(index=index, at=max(times, default=at(0)))

    @property
    def first(self) -> Moment:
        return self._moment(0)

    @property
    def last(self) -> Moment:
        return self._moment(len(self._records))

    async def still(self, index: int) -> Still:
        board = fold_all(Board(), self._records[:index])
        seen = {record.session: record.seq for record in self._records[:index]}
        return Still(moment=self._moment(index), board=board, seen=seen)

    async def records(self, start: int, stop: int) -> Sequence[Record]:
        return self._records[start:stop]

    async def times(self, start: int, stop: int) -> Sequence[datetime]:
        stop = min(stop, len(self._records))
        return [self._moment(place + 1).at for place in range(start, stop)]

    async def at_time(self, at: datetime) -> Moment:
        return self._moment(bisect_right([record.ts for record in self._records], at))

    async def of_record(self, session: str, cursor: Cursor) -> Moment:
        for place, record in enumerate(self._records, start=1):
            if (record.session, record.cursor) == (session, cursor):
                return self._moment(place)
        raise NotFound("no such record")

    async def transcript(self, session: str, still: Still, *, items: int) -> Transcript:
        transcript = Transcript(max_items=items)
        self.asked.append((session, still.moment.index, items))
        for record in self._records[: still.moment.index]:
            if record.session == session:
                transcript.apply(record)
        return transcript

    async def screen(self, session: str, still: Still) -> Screen | None:
        return None

    def marks(self) -> Sequence[Mark]:
        return ()

    def turns(self) -> Sequence[tuple[Moment, str]]:
        return [
            (self._moment(place), record.session)
            for place, record in enumerate(self._records, start=1)
            if isinstance(record.event, TurnStarted)
        ]

    def density(self, columns: int) -> Sequence[int]:
        return [0] * columns

    def column_of(self, moment: Moment, columns: int) -> int:
        return 0

    def moment_in(self, column: int, columns: int) -> Moment:
        return self.first

    async def complete(self) -> None:
        while self.read < 1:
            await self.changed(self.revision)

    async def aclose(self) -> None:
        """Nothing is open."""
