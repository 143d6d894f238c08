"""Going from moment to moment: of many wishes the newest counts, and panes arrive with the board."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from msgspec.structs import replace

from wuhu_tui.core.replay.news import News
from wuhu_tui.core.replay.panes import Panes
from wuhu_tui.core.replay.reel_port import ReelPort
from wuhu_tui.core.replay.still import Still
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.marks import Moment

CALM = 0.3
"""Seconds at one moment after which more of its transcripts is read than panes show at once."""


class Moving:
    """Where a replay stands. One task goes from wish to wish; whoever wished waits for its end."""

    def __init__(self, reel: ReelPort, still: Still, sessions: Collection[str] = ()) -> None:
        """`sessions`: only these are shown; empty: all."""
        self.reel = reel
        self.sessions = frozenset(sessions)
        self.still = self._narrowed(still)
        self.panes = Panes(reel)
        self.news = News()
        self.at_end = True
        """Whether it stays at the end while that is read: nobody went anywhere yet."""
        self._warnings: tuple[str, ...] = ()
        self._filling = False
        self._wish: int | None = None
        self._going: asyncio.Task[None] | None = None

    @property
    def moment(self) -> Moment:
        """Where it stands."""
        return self.still.moment

    async def at(self, index: int) -> Still:
        """Any moment, without going there."""
        return self._narrowed(await self.reel.still(index))

    def _narrowed(self, still: Still) -> Still:
        if not self.sessions:
            return still
        sessions = still.board.sessions.items()
        kept = {name: view for name, view in sessions if name in self.sessions}
        return replace(still, board=replace(still.board, sessions=kept))

    @property
    def board(self) -> Board:
        """The board of the moment, with what went wrong here."""
        board = self.still.board
        if not self._warnings:
            return board
        warnings = (*board.project.warnings, *self._warnings)
        return replace(board, project=replace(board.project, warnings=warnings))

    def warn(self, words: str) -> None:
        """Show a trouble of the replay itself; the same words once."""
        if words not in self._warnings:
            self._warnings = (*self._warnings, words)
            self.news.touch()

    @property
    def aim(self) -> int:
        """Where it goes, or else stands: what a step counts from."""
        return self.moment.index if self._wish is None else self._wish

    async def go(self, index: int) -> Moment:
        """Go there, unless a newer wish overtakes this one; returns where it stands then."""
        self.at_end = False
        return await self._to(index)

    async def to_end(self, *, stays: bool) -> Moment:
        """Go to the end as far as it was read; `stays`: and on with it."""
        self.at_end = stays
        if self.aim == self.reel.last.index:
            return self.moment
        return await self._to(self.reel.last.index)

    async def _to(self, index: int) -> Moment:
        self._wish = max(0, min(index, self.reel.last.index))
        if self._going is None or self._going.done():
            self._going = asyncio.create_task(self._go(), name="seek")
        await asyncio.shield(self._going)
        return self.moment

    async def _go(self) -> None:
        """An overtaken still is dropped as soon as it is there: nothing of it is shown."""
        while (wish := self._wish) is not None:
            try:
                after = await self.at(wish)
                prepared = (
                    None if self._wish != wish else await self.panes.prepare(self.still, after)
                )
            except BaseException:
                self._wish = None
                raise
            if prepared is None or self._wish != wish:
                continue
            self._wish, self.still = None, after
            self.panes.show(prepared)
            self.news.touch()

    async def fill_panes(self) -> None:
        """Read, for as long as it runs, what is asked for the first time."""
        while True:
            await self.panes.wanted.wait()
            self._filling = True
            try:
                await self._fill()
            except WuhuError as error:
                self.warn(str(error))
            finally:
                self._filling = False
                self.news.touch()

    async def _fill(self) -> None:
        still = self.still
        read = await self.panes.read_wanted(still)
        if still is self.still:
            self.panes.hold(read)
        else:
            self.panes.wanted.set()

    async def read_back(self, sleep: Callable[[float], Awaitable[object]]) -> None:
        """Read more of what is looked at, for as long as it runs, wherever it stays a while."""
        while True:
            seen, still = self.news.revision, self.still
            await sleep(CALM)
            for session in self.panes.short():
                if still is not self.still:
                    break
                read = await self.panes.read_more(session, still)
                if still is self.still:
                    self.panes.hold(read)
                    self.news.touch()
            if not self.panes.short():
                await self.news.changed(seen)

    async def settled(self) -> None:
        """Wait until it stands where it is to, and everything that was asked for is shown."""
        while self._going is not None and not self._going.done():
            await asyncio.shield(self._going)
        while self.panes.wanted.is_set() or self._filling:
            await self.news.changed(self.news.revision)

    async def aclose(self) -> None:
        """Stop where it is."""
        if self._going is not None:
            self._going.cancel()
            await asyncio.gather(self._going, return_exceptions=True)
