"""The reel: all journals of a project as one row of records, and the board at any of them."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from wuhu_tui.core.replay.axis import Axis
from wuhu_tui.core.replay.folding import Folding
from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.lines import Line
from wuhu_tui.core.replay.order import Order
from wuhu_tui.core.replay.still import Still
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.events import TurnStarted
from wuhu_tui.model.marking import mark_of
from wuhu_tui.model.marks import Mark, Moment
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.model.value import EPOCH_START


class Reel:
    """A recording, opened; `last` and `revision` rise while it is read."""

    def __init__(self, journals: Journals) -> None:
        self._journals = journals
        self._lines: list[Line] = []
        self._times: list[datetime] = []
        self._marks: list[Mark] = []
        self._turns: list[tuple[Moment, str]] = []
        self._axis = Axis()
        self._read = 0.0
        self.revision = 0
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        folder: ProjectFolder,
        *,
        sessions: Collection[str] = (),
        cache: Path | None = None,
    ) -> Self:
        """Open at once; what is not read yet is read in the background.

        Raises:
            JournalError: a newer wuhu wrote the project's journal.
        """
        reel = cls(Journals(folder, sessions))
        reel._reading = asyncio.create_task(reel._read_all())
        return reel

    async def _read_all(self) -> None:
        await asyncio.to_thread(self._take_all)
        self._read = 1.0
        self.revision += 1
        self._news.set()
        self._news = asyncio.Event()

    def _take_all(self) -> None:
        self._journals.look()
        order = Order(self._journals, {})
        at = EPOCH_START
        while (found := order.next()) is not None:
            line, time = found
            at = max(at, time)
            self._take(line, at)

    def _take(self, line: Line, at: datetime) -> None:
        self._lines.append(line)
        self._times.append(at)
        self._axis.take(at)
        if line.record is None:
            return
        moment = Moment(index=len(self._lines), at=at)
        marked = mark_of(line.record)
        if marked is not None:
            cursor = line.record.cursor
            kind, session, text = marked
            mark = Mark(moment=moment, kind=kind, session=session, cursor=cursor, text=text)
            self._marks.append(mark)
        if isinstance(line.record.event, TurnStarted):
            self._turns.append((moment, line.session))

    @property
    def first(self) -> Moment:
        """Before the first record."""
        return Moment(index=0, at=self._times[0] if self._times else EPOCH_START)

    @property
    def last(self) -> Moment:
        """The end as far as it was read."""
        return self._moment(len(self._lines))

    @property
    def read(self) -> float:
        """How much of the journals was read, 0 to 1."""
        return self._read

    def _moment(self, index: int) -> Moment:
        if not index:
            return self.first
        return Moment(index=index, at=self._times[index - 1])

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; returns the new revision."""
        while self.revision <= since:
            await self._news.wait()
        return self.revision

    async def complete(self) -> None:
        """Wait until all is read."""
        if self._reading is not None:
            await self._reading

    async def still(self, index: int) -> Still:
        """The board after the first `index` records; beyond the end is the end."""
        index = min(max(index, 0), len(self._lines))
        folding = Folding(Board(), {})
        seen: dict[str, int] = {}
        for line in self._lines[:index]:
            folding.take(line)
            seen[line.session] = line.seq
        return Still(moment=self._moment(index), board=folding.board, seen=seen)

    async def records(self, start: int, stop: int) -> Sequence[Record]:
        """The records from `start` up to, but without, `stop`."""
        return [line.decoded() for line in self._lines[max(0, start) : max(0, stop)]]

    async def at_time(self, at: datetime) -> Moment:
        """The last moment not after that time."""
        return self._moment(bisect_right(self._times, at))

    async def of_record(self, session: str, cursor: Cursor) -> Moment:
        """The moment right behind a record.

        Raises:
            NotFound: the recording does not hold it.
        """
        for place, line in enumerate(self._lines):
            if line.session == session and line.seq == cursor.seq and line.epoch == cursor.epoch:
                return self._moment(place + 1)
        raise NotFound("the recording does not hold this record", where=session)

    async def transcript(self, session: str, still: Still) -> Transcript:
        """The session's transcript at that moment."""
        transcript = Transcript()
        for line in self._of(session, still):
            record = line.decoded()
            if not isinstance(record.event, ScreenChanged):
                transcript.apply(record)
        return transcript

    async def screen(self, session: str, still: Still) -> Screen | None:
        """The session's terminal screen at that moment; None: it has none."""
        screen: Screen | None = None
        for line in self._of(session, still):
            if line.record is not None and isinstance(line.record.event, ScreenChanged):
                screen = (screen or Screen()).changed(line.record.event)
        return screen

    def _of(self, session: str, still: Still) -> list[Line]:
        seen = still.seen.get(session, 0)
        return [line for line in self._lines if line.session == session and line.seq <= seen]

    def marks(self) -> Sequence[Mark]:
        """All marks as far as read, oldest first."""
        return self._marks

    def turns(self) -> Sequence[tuple[Moment, str]]:
        """Where turns begin, and whose, oldest first."""
        return self._turns

    def density(self, columns: int) -> Sequence[int]:
        """How many records fall into each of so many equal parts of the scrubber."""
        return self._axis.density(columns)

    def column_of(self, moment: Moment, columns: int) -> int:
        """Where a moment stands on a scrubber of so many columns."""
        return self._axis.column_of(moment, columns)

    def moment_in(self, column: int, columns: int) -> Moment:
        """The first moment of a column."""
        return self._axis.moment_in(column, columns) or self.first

    def played(self, at: datetime) -> float:
        """Seconds of the scrubber's axis up to a time."""
        return self._axis.played(at)

    async def aclose(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
