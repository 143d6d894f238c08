"""The background of a reel: opens its frames, reads on, and takes in what journals grew by."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping
from pathlib import Path

from wuhu_tui.core.replay.axis import microseconds
from wuhu_tui.core.replay.frames import DamagedFrame, FrameFile, FrameWriter
from wuhu_tui.core.replay.journals import Journals
from wuhu_tui.core.replay.probing import has_line
from wuhu_tui.core.replay.reading import read_on, read_tail, shift_number, tail_mark
from wuhu_tui.core.replay.seeker import Seeker
from wuhu_tui.core.replay.sizes import Sizes
from wuhu_tui.core.replay.storage import Storage, fresh_header, open_storage, private_storage
from wuhu_tui.core.replay.strand import BEGINNING, Reached
from wuhu_tui.core.replay.told import Tail, Told
from wuhu_tui.journal.layout import ProjectFolder

Step = tuple[int, Told]
"""So many records were told up to here, and what they told."""


class Background:
    """Everything but `child_reads` is done in one thread, one call at a time.

    `anew`: a journal was replaced, or a clock found to be off, so that much is to be read anew.
    """

    def __init__(
        self, folder: ProjectFolder, sessions: Collection[str], cache: Path, sizes: Sizes
    ) -> None:
        self.journals = Journals(folder, sessions)
        self.sessions = tuple(sorted(sessions))
        self._cache = cache
        self.sizes = sizes
        self._storage: Storage | None = None
        self.anew = False
        self.tail_index = 0
        self.tail_at = 0

    def prepare(self) -> list[Step]:
        """See what there is, and take in the frames that are there already and still right."""
        self.journals.look()
        is_small = sum(self.journals.limits.values()) < self.sizes.kept_from
        self._storage = open_storage(None if is_small else self._cache, self.sessions)
        self._open_frames()
        steps = self.grow()
        newest = {tail.session: tail for _, told in steps for tail in told.tails}
        if not all(self._is_same(tail) for tail in newest.values()):
            self._keep(0)
            return []
        stay = self._kept_frames({name: tail.limit for name, tail in newest.items()})
        if stay < len(self.frames.frames):
            self._keep(stay)
        return steps[:stay]

    def _open_frames(self) -> None:
        assert self._storage is not None
        self.frames = FrameFile(self._storage.descriptor, self._storage.begin)
        self.seeker = Seeker(self.journals, self.frames)

    def grow(self) -> list[Step]:
        """Frames that were made since."""
        return [(self.frames.frames[-1].index, told) for told in self.frames.grow()]

    def _keep(self, count: int) -> None:
        """Believe no more than the first frames."""
        self.frames.keep(count)
        self.seeker.forget(self.frames.frames[-1].index if count else 0)

    def _is_same(self, tail: Tail) -> bool:
        """Whether a journal is still the one that frames were made of."""
        limit = self.journals.limits.get(tail.session, 0)
        if limit < tail.offset:
            return False
        stamp = self.journals.stamps[tail.session]
        if (stamp.size, stamp.inode, stamp.written) == (tail.limit, tail.inode, tail.written):
            return True
        if tail_mark(self.journals, tail.session, tail.offset) != tail.mark:
            return False
        return limit == tail.offset or shift_number(self.journals, tail.session) == tail.shift

    def _kept_frames(self, before: Mapping[str, int]) -> int:
        """How many frames can stay: what was written late belongs between older records.

        `before`: how long each journal was when the frames were made.
        """
        count = len(self.frames.frames)
        if not count:
            return 0
        try:
            reached = self.frames.reached(count - 1)
        except DamagedFrame:
            return 0
        earliest = min(self._late_times(reached, before), default=None)
        least = max(0, count - self.sizes.late)
        if earliest is not None:
            while count > least and self.frames.frames[count - 1].at > earliest:
                count -= 1
        return count

    def _late_times(
        self, reached: Mapping[str, Reached], before: Mapping[str, int]
    ) -> Iterator[int]:
        """Times of the first new records of journals that had ended before the last frame."""
        project = reached.get("", BEGINNING).seq
        for name, limit in self.journals.limits.items():
            place = reached.get(name, BEGINNING)
            sleeps = bool(name) and self.journals.born.get(name, 0) > project
            if sleeps or limit <= place.offset:
                continue
            if has_line(self.journals.path(name), place.offset, before.get(name, 0)):
                continue
            head = self.journals.strand(name, *place).head
            if head is not None:
                yield microseconds(self.journals.shifted(name, head.ts))

    @property
    def left(self) -> int:
        """Bytes of journals that no frame covers yet."""
        covered = self.frames.frames[-1].covered if self.frames.frames else 0
        return max(0, sum(self.journals.limits.values()) - covered)

    @property
    def read(self) -> float:
        """How much is covered by frames, 0 to 1."""
        total = sum(self.journals.limits.values())
        return 1.0 - self.left / total if total else 1.0

    def read_here(self) -> list[Step]:
        """Read on in this thread, for a while; nothing new: less than a frame is left."""
        assert self._storage is not None
        until = time.monotonic() + self.sizes.slice
        writer = FrameWriter(self._storage.descriptor, self.frames.end)
        try:
            writer.clear()
            for _ in read_on(self.journals, self.frames, writer, self.sizes):
                if time.monotonic() > until:
                    break
        except DamagedFrame:
            self.move_aside(0)
            return self.read_here()
        steps = self.grow()
        if writer.failed and not steps:
            self.move_aside(len(self.frames.frames))
            return self.read_here()
        return steps

    def move_aside(self, count: int) -> None:
        """Go on in a file of our own with the first frames: this one cannot be used.

        Where that is one of our own already, go on in memory.
        """
        assert self._storage is not None
        old = self._storage
        self.frames.keep(count)
        end = self.frames.end if count else 0
        self._storage = private_storage(
            fresh_header(old), old.descriptor, end, in_memory=not old.shared
        )
        self.frames.descriptor = self._storage.descriptor
        old.close()

    def read_tail(self) -> Told:
        """What stands behind the last frame."""
        try:
            teller, told = read_tail(self.journals, self.frames)
        except DamagedFrame:
            self.move_aside(0)
            teller, told = read_tail(self.journals, self.frames)
        self.tail_index, self.tail_at = teller.index, teller.at
        return told

    @property
    def is_frame_due(self) -> bool:
        """Whether so much stands behind the last frame that another one is worth it."""
        index = self.frames.frames[-1].index if self.frames.frames else 0
        return self.tail_index - index >= self.sizes.every * 3 // 2

    def look(self, *, everything: bool) -> bool:
        """See whether journals grew; frames that are wrong by that are let go.

        Unless `everything` is looked at, archived sessions are left alone, and so are new ones
        until their instantiation is read.
        """
        before = dict(self.journals.limits)
        names = None if everything else self.journals.lively()
        if not self.journals.look(names):
            return False
        if self._is_otherwise():
            self.anew = True
            return True
        last = self.frames.frames[-1].index if self.frames.frames else 0
        self.seeker.forget(last)
        self._keep(self._kept_frames(before))
        return True

    def _is_otherwise(self) -> bool:
        """Whether what was told is not so any more; the frames that say it are let go."""
        if self.journals.replaced:
            self.journals.forget()
            self._keep(0)
            return True
        if self.journals.shifted_anew:
            self._keep(self._frames_without(self.journals.shifted_anew))
            self.journals.shifted_anew.clear()
            return True
        return False

    def _frames_without(self, sessions: Collection[str]) -> int:
        """How many frames there are before any of these sessions was told of."""
        for place in range(len(self.frames.frames)):
            try:
                if not self.frames.reached(place).keys().isdisjoint(sessions):
                    return place
            except DamagedFrame:
                return place
        return len(self.frames.frames)

    async def child_reads(self) -> AsyncGenerator[None, None]:
        """A process of its own reads on; each step says that frames may have come.

        It ends with the end of what there was to read, or when it cannot go on.
        """
        process = await self._begun()
        if process is None:
            return
        assert process.stdout is not None
        try:
            while await process.stdout.readline():
                yield
            await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _begun(self) -> asyncio.subprocess.Process | None:
        """The process, which has the file of frames; None: none is to be had, it is read here."""
        assert self._storage is not None
        self._clear()
        file, begin = self._storage.descriptor, self._storage.begin
        every = str(self.sizes.every)
        words = (str(self.journals.folder.root), str(file), str(begin), every, *self.sessions)
        command = (sys.executable, "-P", "-m", "wuhu_tui.core.replay.reading_process", *words)
        try:
            return await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(file,),
            )
        except OSError:
            return None

    def _clear(self) -> None:
        assert self._storage is not None
        FrameWriter(self._storage.descriptor, self.frames.end).clear()

    def close(self) -> None:
        """Let go of the file."""
        if self._storage is not None:
            self._storage.close()
            self._storage = None
