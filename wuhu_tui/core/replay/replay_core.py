"""A core over a recording: the same board, transcripts and diffs, as they were at one moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.core.replay.comparing import PastComparing
from wuhu_tui.core.replay.ground import Ground
from wuhu_tui.core.replay.moving import Moving
from wuhu_tui.core.replay.past_history import PastHistory
from wuhu_tui.core.replay.past_merges import PastMerges
from wuhu_tui.core.replay.past_objects import PastObjects
from wuhu_tui.core.replay.past_reasons import PastReasons
from wuhu_tui.core.replay.past_reviews import PastReviews
from wuhu_tui.core.replay.playing import Player, Sleep, Timer
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.replay.reel_port import ReelPort
from wuhu_tui.core.replay.refusing import RefusedVerbs
from wuhu_tui.core.replay.stepping import next_mark, next_turn
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.marks import Mark, MarkKind, Moment
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.transcript import Transcript

NEWS_EVERY = 0.25
"""Seconds between two words on how far it was read."""


class ReplayCore(PastReviews, PastMerges, PastReasons, PastComparing, PastHistory, RefusedVerbs):
    """Implements `ReplayDoor`: stands at a moment, moves when told to, changes nothing."""

    def __init__(
        self, ground: Ground, source: str, *, timer: Timer = monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._ground = ground
        self._source = source
        self._moving = ground.moving
        self._reel = ground.moving.reel
        self._player = Player(self._moving, timer, sleep)
        self._sleep = sleep
        self._tasks: list[asyncio.Task[None]] = []
        self._marks: Sequence[Mark] = ()
        self._marks_of = -1

    @classmethod
    async def open(
        cls, root: Path, *, source: str = "", sessions: Collection[str] = ()
    ) -> ReplayDoor:
        """The recording in a project's folder, at its end as far as it was read.

        `sessions`: only these; empty: all.

        Raises:
            JournalError: a newer wuhu wrote it, or it cannot be read.
        """
        folder = ProjectFolder(root)
        reel = await Reel.open(folder, sessions=sessions)
        try:
            return await cls.over(reel, folder, source=source, sessions=sessions)
        except BaseException:
            await reel.aclose()
            raise

    @classmethod
    async def over(
        cls,
        reel: ReelPort,
        folder: ProjectFolder,
        *,
        source: str = "",
        sessions: Collection[str] = (),
        timer: Timer = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> ReplayCore:
        """The same, of a reel that is open; it is closed with the replay."""
        moving = Moving(reel, await reel.still(reel.last.index), sessions)
        ground = Ground(folder=folder, objects=PastObjects(folder.root), moving=moving)
        core = cls(ground, source, timer=timer, sleep=sleep)
        core._begin(moving.fill_panes(), "fill panes")
        core._begin(moving.read_back(sleep), "read back")
        core._begin(core._read_on(), "read on")
        return core

    async def aclose(self) -> None:
        """Let go of everything."""
        self._player.pause()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._moving.aclose()
        await self._reel.aclose()
        await self._ground.objects.aclose()

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(self._told(work), name=name))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except WuhuError as error:
            self._moving.warn(str(error))

    async def _read_on(self) -> None:
        """Tell what was read meanwhile; who went nowhere yet stays at the end, in a few jumps."""
        while True:
            seen = self._reel.revision
            whole = self._reel.read >= 1
            if self._moving.at_end and (whole or self._reel.last.index >= 2 * self.moment.index):
                await self._moving.to_end(stays=not whole)
            self._moving.news.touch()
            await self._reel.changed(seen)
            await self._sleep(NEWS_EVERY)

    # the door of a live core

    @property
    def board(self) -> Board:
        """The board as it was at the moment."""
        return self._moving.board

    @property
    def revision(self) -> int:
        """Rises with every step, and when more was read."""
        return self._moving.news.revision

    @property
    def conducting(self) -> bool:
        """Never: nothing is automated here."""
        return False

    def transcript(self, session: str) -> Transcript:
        """The session's transcript as it was; empty until it was read, which is soon."""
        return self._moving.panes.transcript(session)

    def screen(self, session: str) -> Screen | None:
        """The session's terminal screen as it was."""
        return self._moving.panes.screen(session)

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; returns the new revision."""
        return await self._moving.news.changed(since)

    async def follow_job(self, job: str) -> AsyncIterator[str]:
        """What a job had printed, as far as it is told."""
        yield await self.job_output(job)

    async def idle(self) -> None:
        """Wait until everything is read, and shown to whoever looks."""
        await self._reel.complete()
        if self._moving.at_end:
            await self._moving.to_end(stays=False)
        await self._moving.settled()

    async def replay(self) -> ReplayDoor:
        """This one."""
        return self

    # moving

    @property
    def source(self) -> str:
        """What is replayed, in words."""
        return self._source or self.board.project.name or self._ground.folder.root.name

    @property
    def moment(self) -> Moment:
        """Where it stands."""
        return self._moving.moment

    @property
    def last(self) -> Moment:
        """The end as far as it was read."""
        return self._reel.last

    @property
    def read(self) -> float:
        """How much of the journals is ready to be sought."""
        return self._reel.read

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._player.playing

    @property
    def speed(self) -> float:
        """How many recorded seconds pass in one."""
        return self._player.speed

    @property
    def idle_cap(self) -> float:
        """Seconds that a stretch without events takes at most, at speed 1."""
        return self._player.idle_cap

    def marks(self) -> Sequence[Mark]:
        """All marks as far as read, oldest first."""
        wanted = self._moving.sessions
        if not wanted:
            return self._reel.marks()
        if self._marks_of != self._reel.revision:
            self._marks_of = self._reel.revision
            self._marks = [mark for mark in self._reel.marks() if mark.session in wanted]
        return self._marks

    def density(self, columns: int) -> Sequence[int]:
        """How many events fall into each of so many equal parts of the scrubber."""
        return self._reel.density(columns)

    def column_of(self, moment: Moment, columns: int) -> int:
        """Where a moment stands on a scrubber of so many columns."""
        return self._reel.column_of(moment, columns)

    def moment_in(self, column: int, columns: int) -> Moment:
        """The first moment of a column."""
        return self._reel.moment_in(column, columns)

    async def seek(self, index: int) -> Moment:
        """Go to the moment after the first `index` records."""
        return await self._moving.go(index)

    async def seek_time(self, at: datetime) -> Moment:
        """Go to the last moment not after that time."""
        return await self._moving.go((await self._reel.at_time(at)).index)

    async def seek_record(self, session: str, cursor: Cursor) -> Moment:
        """Go right behind a record."""
        return await self._moving.go((await self._reel.of_record(session, cursor)).index)

    async def step(self, count: int = 1) -> Moment:
        """Go so many records on, or back."""
        return await self._moving.go(self._moving.aim + count)

    async def step_turn(self, direction: int = 1, *, session: str = "") -> Moment:
        """Go to the next or previous turn's beginning; stays where there is none."""
        wanted = (session,) if session else self._moving.sessions
        turns = self._reel.turns()
        return await self._step_to(next_turn(turns, self._moving.aim, direction, wanted))

    async def step_mark(
        self, direction: int = 1, *, kinds: Collection[MarkKind] = (), session: str = ""
    ) -> Moment:
        """Go to the next or previous mark; stays where there is none."""
        marks, sessions = self.marks(), (session,) if session else ()
        aim = self._moving.aim
        found = next_mark(marks, aim, direction, kinds=kinds, sessions=sessions)
        return await self._step_to(found)

    async def _step_to(self, index: int | None) -> Moment:
        return await self._moving.go(self._moving.aim if index is None else index)

    def play(self) -> None:
        """Move by itself from here; at the end it stops."""
        self._player.play()

    def pause(self) -> None:
        """Stand still."""
        self._player.pause()

    def set_speed(self, speed: float) -> None:
        """Play so much quicker than it was."""
        self._player.set_speed(speed)

    def set_idle_cap(self, seconds: float) -> None:
        """Cap stretches without events; 0: play them in full."""
        self._player.set_idle_cap(seconds)
