"""The conductor: exactly one process of a project does its automation, whoever holds the lock."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Iterable

from wuhu_tui.core.duties import Duty, branch_duties, duties
from wuhu_tui.core.errands import Errands
from wuhu_tui.core.project import Project
from wuhu_tui.core.snapshot import write_snapshot
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.project_events import ConductorTook
from wuhu_tui.model.states import REVIEW_STATES
from wuhu_tui.repo.refs import branch_tips

RETRY = 2.0
"""Seconds between tries to take the lock from a conductor that may have gone."""

TICK = 1.0
"""Seconds between looks that no change asked for: deadlines and silences come by themselves."""

BREATH = 0.1
"""Seconds between two looks in a storm of changes."""

SLOW = 15.0
"""Seconds between looks at what no journal tells: where the branches are."""

SETTINGS = 3.0
"""Seconds between looks at `wuhu.toml`."""

VIEW = 2.0
"""Seconds between two writings of the snapshot."""


class Conductor:
    """Waits for the lock, then does every duty that is due, for as long as it lives."""

    def __init__(self, project: Project, *, by: str = "") -> None:
        self._project = project
        self._by = by
        self._lock = FileLock(project.folder.conductor_lock)
        self._errands = Errands(self._tell)
        self._took = False
        self._task: asyncio.Task[None] | None = None
        self._tips: dict[str, str] = {}
        self._shown: object = None

    @property
    def conducting(self) -> bool:
        """Whether this process does the automation."""
        return self._took and self._lock.held

    async def start(self) -> None:
        """Take the lock if it is free, and begin to conduct, or to wait for it."""
        try:
            await self._take()
        except WuhuError as error:
            self._project.ledger.warn(f"automation cannot begin: {error}")
        self._task = asyncio.create_task(self._run(), name="conduct")

    async def aclose(self) -> None:
        """Stop; whoever waits for the lock takes over."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._errands.cancel()
        self._took = False
        self._lock.release()

    async def settled(self) -> None:
        """Wait until nothing is due and nothing runs."""
        while self.conducting:
            await self._project.catch_up()
            begun = self._begin(duties(self._project))
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

    async def _take(self) -> None:
        """Try to become the conductor, and write that down."""
        if not self._lock.acquire(0):
            return
        try:
            await self._project.catch_up()
            await self._project.append(
                ConductorTook(pid=os.getpid(), host=platform.node(), by=self._by)
            )
        except WuhuError:
            self._lock.release()
            raise
        self._took = True

    async def _conduct(self) -> None:
        while True:
            revision = self._project.ledger.revision
            self._begin(self._all())
            await asyncio.sleep(BREATH)
            try:
                async with asyncio.timeout(TICK - BREATH):
                    await self._project.ledger.changed(revision)
            except TimeoutError:
                continue

    def _all(self) -> Iterable[Duty]:
        yield from duties(self._project)
        yield from branch_duties(self._project, self._tips)
        yield from self._by_the_clock()

    def _begin(self, due: Iterable[Duty]) -> bool:
        begun = False
        for duty in due:
            if duty.replaces:
                self._errands.drop_outdated(duty.name, duty.occasion)
            begun = self._errands.begin(duty.name, duty.occasion, duty.work) or begun
        return begun

    def _by_the_clock(self) -> Iterable[Duty]:
        time = asyncio.get_running_loop().time()
        yield Duty("settings", int(time / SETTINGS), self._project.reload)
        board = self._project.board
        if any(view.state in REVIEW_STATES for view in board.sessions.values()):
            yield Duty("branches", int(time / SLOW), self._look_at_branches)
        if board is not self._shown:
            yield Duty("snapshot", int(time / VIEW), self._show)

    async def _look_at_branches(self) -> None:
        self._tips = await branch_tips(self._project.repository.git)

    async def _show(self) -> None:
        board = self._project.board
        await asyncio.to_thread(write_snapshot, self._project.folder, board)
        self._shown = board

    async def _tell(self, words: str) -> None:
        try:
            await self._project.append(Noted(text=words, level="error"))
        except WuhuError as error:
            self._project.ledger.warn(f"{words} (and this could not be written down: {error})")
            raise
