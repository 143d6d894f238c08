"""The reel: all journals of a project as one row of records, and the board at any of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Self, TypeVar

from wuhu_tui.core.replay.axis import moment_at
from wuhu_tui.core.replay.background import Background, Step
from wuhu_tui.core.replay.scrubber import Scrubber
from wuhu_tui.core.replay.seeker import Seeker
from wuhu_tui.core.replay.sizes import SIZES, Sizes
from wuhu_tui.core.replay.still import Still
from wuhu_tui.core.replay.transcripts import ITEMS, transcript_at
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import BadLine, decode_header
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.journal.reader import HEADER_LIMIT
from wuhu_tui.model.errors import JournalError, NotFound
from wuhu_tui.model.marks import Mark, Moment
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.model.value import EPOCH_START

T = TypeVar("T")


class Reel:
    """A recording, opened; `last` and `revision` rise while it is read, and while it grows."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._scrubber = Scrubber()
        self._first = Moment(index=0, at=EPOCH_START)
        self._last = self._first
        self._read = 0.0
        self._revision = 0
        self._news = asyncio.Event()
        self._complete = False
        self._is_closed = False
        self._ended: JournalError | None = None
        """Why nothing more is read."""
        self._thread = ThreadPoolExecutor(1, "replay")
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        folder: ProjectFolder,
        *,
        sessions: Collection[str] = (),
        cache: Path | None = None,
        sizes: Sizes = SIZES,
    ) -> Self:
        """Open at once; what is not read yet is read in the background.

        `sessions` narrows the recording to these and the project's own journal. `cache` is a folder
        for frames; without it, they lie beside the journals.

        Raises:
            JournalError: a newer wuhu wrote the project's journal.
        """
        cache = cache or folder.replay
        reel = cls(Background(folder, sessions, cache, sizes))
        try:
            await reel._aside(lambda: _refuse_newer(folder.journal))
            await reel._aside(lambda: reel._take(reel._background.prepare()))
            reel._first = await reel._aside(lambda: reel._seeker.find(0).moment)
            reel._tell()
        except BaseException:
            await reel.aclose()
            raise
        reel._task = asyncio.create_task(reel._run(), name="read the recording")
        return reel

    async def _aside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    @property
    def _seeker(self) -> Seeker:
        return self._background.seeker

    async def _run(self) -> None:
        """Whatever ends the reading, whoever waits for more of it is told."""
        try:
            await self._watch()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self._end(f"the recording is not read on: {str(error) or type(error).__name__}", error)

    def _end(self, words: str, cause: Exception | None = None) -> None:
        where = str(self._background.journals.folder.root)
        self._ended = JournalError(words, where=where, remedy="open the replay again")
        self._ended.__cause__ = cause
        self._tell()

    async def _watch(self) -> None:
        background, sizes = self._background, self._background.sizes
        await self._read_on()
        for looks in count(1):
            await asyncio.sleep(sizes.look)
            everything = looks % sizes.look_at_all == 0
            if await self._aside(partial(background.look, everything=everything)):
                self._scrubber.cut(self._framed)
                if background.anew:
                    await self._read_on()
                else:
                    await self._take_tail()

    async def _read_on(self) -> None:
        """Read to the end, in frames."""
        background, sizes = self._background, self._background.sizes
        background.anew = False
        self._complete = False
        if background.left > sizes.here:
            async with aclosing(background.child_reads()) as steps:
                async for _ in steps:
                    await self._take_steps(background.grow)
            await self._take_steps(background.grow)
        while await self._take_steps(background.read_here):
            pass
        await self._take_tail()

    async def _take_steps(self, read: Callable[[], list[Step]]) -> bool:
        steps = await self._aside(read)
        self._take(steps)
        if steps:
            self._tell()
        return bool(steps)

    def _take(self, steps: list[Step]) -> None:
        for index, told in steps:
            self._scrubber.settle(index, told)
        frames = self._background.frames.frames
        if frames:
            self._last = moment_at(frames[-1].index, frames[-1].at)
        self._read = self._background.read

    @property
    def _framed(self) -> int:
        frames = self._background.frames.frames
        return frames[-1].index if frames else 0

    async def _take_tail(self) -> None:
        """Take in what stands behind the last frame; the recording is whole then."""
        background = self._background
        told = await self._aside(background.read_tail)
        while background.is_frame_due and await self._take_steps(background.read_here):
            told = await self._aside(background.read_tail)
        self._scrubber.tail(told)
        self._last = moment_at(background.tail_index, background.tail_at)
        self._read = 1.0
        self._first = await self._aside(lambda: self._seeker.find(0).moment)
        self._complete = True
        self._tell()

    def _tell(self) -> None:
        self._revision += 1
        self._news.set()
        self._news = asyncio.Event()

    @property
    def first(self) -> Moment:
        """Before the first record."""
        return self._first

    @property
    def last(self) -> Moment:
        """The end as far as it was read."""
        return self._last

    @property
    def read(self) -> float:
        """How much of the journals was read, 0 to 1."""
        return self._read

    @property
    def revision(self) -> int:
        """Rises when more was read."""
        return self._revision

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; returns the new revision.

        Raises:
            JournalError: nothing more is read.
        """
        while self._revision <= since:
            if self._ended is not None:
                raise self._ended
            await self._news.wait()
        return self._revision

    async def complete(self) -> None:
        """Wait until all that stands there is read.

        Raises:
            JournalError: it cannot be read on.
        """
        while not self._complete:
            await self.changed(self._revision)

    async def still(self, index: int) -> Still:
        """The board after the first `index` records; beyond the end is the end."""
        index = min(max(index, 0), self._last.index)
        found = await self._aside(lambda: self._seeker.find(index))
        seen = {name: reached.seq for name, reached in found.state.reached.items() if reached.seq}
        return Still(moment=found.moment, board=found.state.board, seen=seen)

    async def records(self, start: int, stop: int) -> Sequence[Record]:
        """The records from `start` up to, but without, `stop`."""
        start, stop = max(0, start), min(stop, self._last.index)
        if stop <= start:
            return ()
        return await self._aside(lambda: self._seeker.records(start, stop))

    async def times(self, start: int, stop: int) -> Sequence[datetime]:
        """When each of these records was, as moments tell it: never going back."""
        start, stop = max(0, start), min(stop, self._last.index)
        if stop <= start:
            return ()
        return await self._aside(lambda: self._seeker.times(start, stop))

    async def at_time(self, at: datetime) -> Moment:
        """The last moment not after that time; waits until the recording is read that far."""
        while not self._complete and self._last.at <= at:
            await self.changed(self._revision)
        last = self._last.index
        return await self._aside(lambda: self._seeker.at_time(at, last))

    async def of_record(self, session: str, cursor: Cursor) -> Moment:
        """The moment right behind a record; where not all is read yet, waits until it is there.

        Raises:
            NotFound: the recording does not hold it.
        """
        while True:
            whole, revision = self._complete, self._revision
            look = partial(self._seeker.of_record, session, cursor, self._last.index)
            try:
                return await self._aside(look)
            except NotFound:
                if whole:
                    raise
            await self.changed(revision)

    async def transcript(self, session: str, still: Still, *, items: int = ITEMS) -> Transcript:
        """The session's transcript at that moment, the newest `items` of it."""
        seq, index = still.seen.get(session, 0), still.moment.index
        return await self._aside(
            lambda: transcript_at(self._seeker, session, seq, index, max(1, items))
        )

    async def screen(self, session: str, still: Still) -> Screen | None:
        """The session's terminal screen at that moment; None: it has none."""
        found = await self._aside(lambda: self._seeker.find(still.moment.index))
        return found.state.screens.get(session)

    def marks(self) -> Sequence[Mark]:
        """All marks as far as read, oldest first."""
        return self._scrubber.marks

    def turns(self) -> Sequence[tuple[Moment, str]]:
        """Where turns begin, and whose, oldest first."""
        return self._scrubber.turns

    def density(self, columns: int) -> Sequence[int]:
        """How many records fall into each of so many equal parts of the scrubber."""
        return self._scrubber.axis.density(columns)

    def column_of(self, moment: Moment, columns: int) -> int:
        """Where a moment stands on a scrubber of so many columns."""
        return self._scrubber.axis.column_of(moment, columns)

    def moment_in(self, column: int, columns: int) -> Moment:
        """The first moment of a column."""
        return self._scrubber.axis.moment_in(column, columns) or self._first

    def played(self, at: datetime) -> float:
        """Seconds of the scrubber's axis up to a time."""
        return self._scrubber.axis.played(at)

    async def aclose(self) -> None:
        """Stop reading and let go of everything; a second time nothing is left to do."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._end("the replay was closed")
        await self._aside(self._background.close)
        self._thread.shutdown(wait=False)


def _refuse_newer(path: Path) -> None:
    """Say clearly that a newer wuhu wrote this."""
    try:
        descriptor = open_plain(path)
    except OSError:
        return
    try:
        decode_header(os.pread(descriptor, HEADER_LIMIT, 0).partition(b"\n")[0], str(path))
    except (BadLine, OSError):
        return
    finally:
        os.close(descriptor)
