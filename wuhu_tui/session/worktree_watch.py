"""When the worktree is looked at, so that any moment of it can be seen again: never in the way.

At a life's start, at each turn's end and when a life ends at once; after tools that may have
changed files as often as looking is cheap. What was found is told when it is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from msgspec.structs import replace

from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.history_events import WorktreeSeen
from wuhu_tui.session.log import SessionLog

Look = Callable[[], Awaitable[WorktreeSeen | None]]
"""What stands in the worktree now; None: what stood there before, or nobody can say."""

PART = 1 / 20
"""How much of the time may be spent looking while the agent works."""


class WorktreeWatch:
    """Looks in the background, one look at a time; `broken` is called when the disk refuses."""

    def __init__(
        self,
        log: SessionLog,
        look: Look | None,
        policy: Callable[[], Policy],
        broken: Callable[[], None],
    ) -> None:
        self._log = log
        self._look = look
        self._policy = policy
        self._broken = broken
        self._call = ""
        self._wanted = self._at_once = False
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0
        """When the next look may be, by the loop's clock."""
        self._began = self._ending = self._complained = False

    def tool_ended(self, call: str) -> None:
        """A tool call that may have changed files is over."""
        self._want(call, at_once=False)

    def look_now(self) -> None:
        """A life begins, or a turn is over."""
        self._began = True
        self._want("", at_once=True)

    async def finish(self, patience: float) -> None:
        """Look for the last time, if it ever was; nothing looks any more when this returns."""
        if self._began:
            self._want("", at_once=True)
        self._ending = True
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._wanted or self._task is not None:
                    self._begin()
                    assert self._task is not None
                    await asyncio.wait({self._task})
        await self._give_up()

    async def _give_up(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _want(self, call: str, *, at_once: bool) -> None:
        if self._look is None or self._ending or not self._policy().trees:
            return
        self._call, self._wanted = call, True
        self._at_once = self._at_once or at_once
        self._plan()

    def _plan(self) -> None:
        """One look after another: what is wanted while one runs comes after it."""
        if self._task is not None or not self._wanted or self._ending:
            return
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(0 if self._at_once else self._next, self._begin)

    def _begin(self) -> None:
        if self._task is None and self._wanted:
            call, self._call = self._call, ""
            self._wanted = self._at_once = False
            self._task = asyncio.create_task(self._see(call))

    async def _see(self, call: str) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            await self._tell(call)
        except JournalError:
            self._broken()
        except Exception as error:  # noqa: BLE001 - nothing that goes wrong here harms the session
            self._complain(error)
        finally:
            spent = loop.time() - begun
            self._next = loop.time() + max(self._policy().tree_seconds, spent / PART)
            self._task = None
            self._plan()

    async def _tell(self, call: str) -> None:
        assert self._look is not None
        seen = await self._look()
        if seen is not None:
            self._log.write(replace(seen, call=call))

    def _complain(self, error: Exception) -> None:
        """Once a life: it is tried again all the same."""
        if not self._complained:
            self._complained = True
            text = f"how its worktree stands is not recorded: {error}"
            with suppress(JournalError):
                self._log.write(Noted(text=text, level="warning"))
