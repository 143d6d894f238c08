"""The conductor: exactly one process of a project does its automation, whoever holds the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing

from wuhu_tui.core.backstop import sightings_due
from wuhu_tui.core.base_watch import BaseWatch
from wuhu_tui.core.channels.couriers import Couriers
from wuhu_tui.core.conducting import Baton
from wuhu_tui.core.conducting_words import done_words
from wuhu_tui.core.duties import QUEUE, Duty, branch_duties, duties
from wuhu_tui.core.errands import Errands, Work
from wuhu_tui.core.project import Project
from wuhu_tui.core.radar import Radar
from wuhu_tui.core.remote_duties import remote_duties
from wuhu_tui.core.snapshot import write_snapshot
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.events import Noted
from wuhu_tui.repo.branch_watch import BranchWatch, Tips, read_tips

RETRY = 2.0
"""Seconds between tries to take the lock from a conductor that may have gone."""

TICK = 1.0
"""Seconds between looks that no change asked for: deadlines and silences come by themselves."""

BREATH = 0.1
"""Seconds between two looks in a storm of changes."""

SETTINGS = 3.0
"""Seconds between looks at `wuhu.toml`."""

VIEW = 2.0
"""Seconds between two writings of the snapshot."""


Log = Callable[[str], None]
"""Takes a line in plain words on what the conductor does."""


class Conductor:
    """Waits for the lock, then does every duty that is due, until another process asks for it.

    Who let go waits in line again.
    """

    def __init__(
        self, project: Project, *, by: str = "", log: Log | None = None, lands: bool = True
    ) -> None:
        """`lands`: it stays long enough to work the merge queue."""
        self._project = project
        self._lands = lands
        self._baton = Baton(project, by)
        self._log = log or (lambda _: None)
        self._errands = Errands(self._tell)
        self._couriers = Couriers(project)
        self._radar = Radar(project)
        self._base = BaseWatch(project)
        self._task: asyncio.Task[None] | None = None
        self._tips = Tips()
        self._watching: asyncio.Task[None] | None = None
        self._shown: object = None

    @property
    def conducting(self) -> bool:
        """Whether this process does the automation."""
        return self._baton.held

    async def start(self) -> None:
        """Take the lock if it is free, and begin to conduct, or to wait for it."""
        try:
            if not await self._take():
                self._log(f"{self._baton.holder()} conducts; waiting for it to end")
        except WuhuError as error:
            self._project.ledger.warn(f"automation cannot begin: {error}")
        self._task = asyncio.create_task(self._run(), name="conduct")

    async def take_over(self, by: str) -> bool:
        """Ask the conductor to let go and take its place; False: this process conducted already.

        Raises:
            NotPossible, Conflict: it could not; says why, and who conducts.
        """
        self._baton.by = by or self._baton.by
        return await self._baton.take_over()

    async def aclose(self) -> None:
        """Stop; whoever waits for the lock takes over."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._let_go()

    async def _let_go(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        await self._errands.cancel()
        self._base.forget()
        self._tips = Tips()
        await self._radar.aclose()
        await self._couriers.aclose()
        self._baton.let_go()

    async def once(self) -> bool:
        """Do all that is due now, and let go; False: another process conducts."""
        if not await self._take():
            return False
        try:
            self._tips = await read_tips(self._project.repository.git)
            await self.settled()
            await self.look_around()
            await self._couriers.once()
            await self._show()
        finally:
            await self._let_go()
        return True

    async def look_around(self) -> bool:
        """Let the radar look now; False: it is off, or another process conducts."""
        if not self.conducting or not self._project.config.policies.radar:
            return False
        await self._project.catch_up()
        self._tips = await read_tips(self._project.repository.git)
        await self._radar.look_now(self._tips.local)
        await self._project.catch_up()
        return True

    def holder(self) -> str:
        """Who conducts, by the project's journal, in words."""
        return self._baton.holder()

    async def settled(self) -> None:
        """Wait until nothing is due and nothing runs."""
        while self.conducting:
            await self._project.catch_up()
            begun = self._begin(self._due())
            if not begun and not self._errands.busy:
                return
            await self._errands.finished()

    async def _run(self) -> None:
        while True:
            try:
                while not self.conducting:
                    await asyncio.sleep(RETRY)
                    await self._take()
                await self._conduct()
            except WuhuError as error:
                self._project.ledger.warn(str(error))
            except Exception as error:  # noqa: BLE001 - shown, and tried again
                self._project.ledger.warn(f"automation: {type(error).__name__}: {error}")
            await asyncio.sleep(RETRY)

    async def _take(self) -> bool:
        if not await self._baton.take():
            return False
        self._log("conducting")
        return True

    async def _conduct(self) -> None:
        """Do what is due until another process asks for the lock."""
        self._couriers.start()
        while not (self._baton.wanted or self._baton.lost):
            self._watch_branches()
            revision = self._project.ledger.revision
            self._begin(self._all())
            await asyncio.sleep(BREATH)
            try:
                async with asyncio.timeout(TICK - BREATH):
                    await self._project.ledger.changed(revision)
            except TimeoutError:
                continue
        why = "its lock was removed" if self._baton.lost else "another process asked to conduct"
        await self._let_go()
        self._log(f"let go: {why}; waiting in line")

    def _all(self) -> Iterable[Duty]:
        yield from self._due()
        yield from self._by_the_clock()

    def _due(self) -> Iterable[Duty]:
        """What the board and the branches ask for."""
        for duty in duties(self._project):
            if self._lands or duty.name != QUEUE:
                yield duty
        yield from branch_duties(self._project, self._tips.local)
        yield from sightings_due(self._project, self._tips)
        yield from self._base.due(self._tips)
        yield from self._radar.due(self._tips.local)

    def _begin(self, due: Iterable[Duty]) -> bool:
        begun = False
        for duty in due:
            if duty.replaces:
                self._errands.drop_outdated(duty.name, duty.occasion)
            begun = self._errands.begin(duty.name, duty.occasion, self._logged(duty)) or begun
        return begun

    def _logged(self, duty: Duty) -> Work:
        async def work() -> None:
            await duty.work()
            if words := done_words(duty.name):
                self._log(words)

        return work

    def _by_the_clock(self) -> Iterable[Duty]:
        time = asyncio.get_running_loop().time()
        yield Duty("settings", int(time / SETTINGS), self._project.reload)
        yield from remote_duties(self._project, time)
        board = self._project.board
        if board is not self._shown:
            yield Duty("snapshot", int(time / VIEW), self._show)

    def _watch_branches(self) -> None:
        """Begin to follow the branches, and again where that broke."""
        if self._watching is not None and self._watching.done():
            error = self._watching.exception()
            self._project.ledger.warn(f"branches are not watched: {type(error).__name__}: {error}")
            self._watching = None
        if self._watching is None:
            self._watching = asyncio.create_task(self._follow_branches(), name="follow branches")

    async def _follow_branches(self) -> None:
        """Know where the branches are, and wake the conductor when one moved."""
        repository = self._project.repository
        watch = BranchWatch(repository.git, repository.common, self._project.ledger.warn)
        async with aclosing(watch.tips()) as found:
            async for tips in found:
                self._tips = tips
                self._project.ledger.touch()

    async def _show(self) -> None:
        board = self._project.board
        await asyncio.to_thread(write_snapshot, self._project.folder, board)
        self._shown = board

    async def _tell(self, words: str) -> None:
        self._log(f"failed, and is tried again: {words}")
        try:
            await self._project.append(Noted(text=words, level="error"))
        except WuhuError as error:
            self._project.ledger.warn(f"{words} (and this could not be written down: {error})")
            raise
