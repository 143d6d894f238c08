"""Who conducts: one lock, asked for politely, let go when asked, and never held by two."""

from __future__ import annotations

import asyncio
import os
import platform

import psutil

from wuhu_tui.core.project import Project
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.errors import Conflict, NotPossible, WuhuError
from wuhu_tui.model.project_events import ConductorTook, ConductorWanted

HAND_OVER = 10.0
"""Seconds in which the one who asked must have taken over, and in which others stand back for it."""

LOOK = 0.1
"""Seconds between tries of the one who asked."""


class Baton:
    """The conductor's lock of one process, and the manners around it."""

    def __init__(self, project: Project, by: str) -> None:
        self.by = by
        self._project = project
        self._lock = FileLock(project.folder.conductor_lock)
        self._took = False
        self._asked = False
        self._turn = asyncio.Lock()
        self._wish_seen: tuple[int, float] | None = None

    @property
    def held(self) -> bool:
        """Whether this process conducts, and has written so."""
        return self._took and self._lock.held

    @property
    def wanted(self) -> bool:
        """Whether another process asked this one to let go."""
        return self.held and bool(self._project.board.project.conductor_wanted_by)

    @property
    def lost(self) -> bool:
        """Whether the lock's file was removed, so that another process may conduct too."""
        return self._lock.is_lost

    async def take(self) -> bool:
        """Try once to become the conductor, and write that down; whether this process is."""
        async with self._turn:
            if self.held:
                return True
            if self._stands_back() or not self._lock.acquire(0):
                return False
            try:
                await self._project.catch_up()
                await self._project.append(
                    ConductorTook(pid=os.getpid(), host=platform.node(), by=self.by)
                )
            except BaseException:
                self._lock.release()
                raise
            self._took = True
            self._asked = False
            return True

    def let_go(self) -> None:
        """Let the lock go; whoever waits for it takes over."""
        self._took = False
        self._lock.release()

    async def take_over(self) -> bool:
        """Ask the conductor to let go and take its place; False: this process conducted already.

        Raises:
            NotPossible: it did not let go in time; names it, and how it stands.
            Conflict: somebody else took over meanwhile.
        """
        if await self.take():
            return False
        self._asked = True
        await self._project.append(
            ConductorWanted(pid=os.getpid(), host=platform.node(), by=self.by)
        )
        loop = asyncio.get_running_loop()
        give_up = loop.time() + HAND_OVER
        while not await self.take():
            self._check_nobody_was_first()
            if loop.time() > give_up or _is_suspended(self._project.board.project.conductor_pid):
                raise self._why_not()
            await asyncio.sleep(LOOK)
        return True

    def _check_nobody_was_first(self) -> None:
        """The wish is void as soon as somebody took the lock after it."""
        if self._project.board.project.conductor_wanted_by:
            return
        self._asked = False
        raise Conflict(
            f"{self.holder()} took over first",
            where=str(self._lock.path),
            remedy="ask it to let go, if you still want to",
        )

    def _stands_back(self) -> bool:
        """Whether another living process asked for the lock and has not had its time yet."""
        wish = self._project.board.project.conductor_wanted_by
        if self._asked or not wish or not psutil.pid_exists(wish):
            self._wish_seen = None
            return False
        now = asyncio.get_running_loop().time()
        if self._wish_seen is None or self._wish_seen[0] != wish:
            self._wish_seen = (wish, now)
        return now - self._wish_seen[1] < HAND_OVER

    def holder(self) -> str:
        """Who conducts, by the project's journal, in words."""
        project = self._project.board.project
        if not project.conductor_pid:
            return "another process"
        by = f" ({project.conductor_by})" if project.conductor_by else ""
        return f"process {project.conductor_pid}{by}"

    def _why_not(self) -> WuhuError:
        pid = self._project.board.project.conductor_pid
        where = str(self._lock.path)
        if not psutil.pid_exists(pid):
            return NotPossible(
                "a process that the journal does not name keeps the lock",
                where=where,
                remedy=f"see which: fuser {where}",
            )
        if _is_suspended(pid):
            return NotPossible(
                f"{self.holder()} conducts and is suspended; it lets go as soon as it goes on",
                where=where,
                remedy=f"let it go on: kill -CONT {pid}; or end it: kill -9 {pid}",
            )
        return NotPossible(
            f"{self.holder()} did not let go within {HAND_OVER:.0f} s (it is {_state(pid)})",
            where=where,
            remedy=f"wait and try again; or end it: kill {pid}",
        )


def _state(pid: int) -> str:
    """How the operating system says a process stands."""
    try:
        return str(psutil.Process(pid).status())
    except psutil.Error:
        return "gone"


def _is_suspended(pid: int) -> bool:
    return _state(pid) in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
