"""Work the core does by itself: in the background, once per occasion, and never failing in silence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from wuhu_tui.model.errors import WuhuError

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0

Work = Callable[[], Awaitable[object]]
Tell = Callable[[str], Awaitable[object]]
"""Takes words about a failure; each failure is told once until something else happens."""


class NotYet(Exception):
    """The time for an errand has not come: it is tried again without a word."""


@dataclass
class _Errand:
    """What is known of one name: the last occasion, its task, and how often it failed."""

    occasion: Hashable
    task: asyncio.Task[None] | None = None
    failures: int = 0
    again_at: float = 0.0
    told: str = ""


class Errands:
    """At most one errand of a name runs at a time; a finished occasion is not run again.

    A failed errand is told and tried again after a growing pause; it never stops the others.
    """

    def __init__(self, tell: Tell, *, first_pause: float = FIRST_PAUSE) -> None:
        self._tell = tell
        self._first_pause = first_pause
        self._errands: dict[str, _Errand] = {}

    def begin(self, name: str, occasion: Hashable, work: Work) -> bool:
        """Run `work` unless this occasion is done, runs, or waits to be tried again."""
        errand = self._errands.get(name)
        if errand is not None and errand.task is not None and not errand.task.done():
            return False
        if errand is None or errand.occasion != occasion:
            told = errand.told if errand else ""
            errand = self._errands[name] = _Errand(occasion, told=told)
        elif not errand.failures or asyncio.get_running_loop().time() < errand.again_at:
            return False
        errand.task = asyncio.create_task(self._run(name, errand, work), name=name)
        return True

    def drop_outdated(self, name: str, occasion: Hashable) -> None:
        """End an errand that works on another occasion than this."""
        errand = self._errands.get(name)
        if errand and errand.occasion != occasion and errand.task and not errand.task.done():
            errand.task.cancel()

    def running(self, name: str) -> bool:
        """Whether the errand of this name runs now."""
        errand = self._errands.get(name)
        return errand is not None and errand.task is not None and not errand.task.done()

    @property
    def busy(self) -> bool:
        """Whether any errand runs."""
        return any(self.running(name) for name in self._errands)

    async def finished(self) -> None:
        """Wait until none runs."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    async def cancel(self) -> None:
        """End them all; each can be begun again."""
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._errands.clear()

    def _tasks(self) -> list[asyncio.Task[None]]:
        tasks = (errand.task for errand in self._errands.values())
        return [task for task in tasks if task is not None and not task.done()]

    async def _run(self, name: str, errand: _Errand, work: Work) -> None:
        try:
            await work()
        except NotYet:
            self._put_off(errand)
        except WuhuError as error:
            await self._failed(name, errand, str(error))
        except Exception as error:  # noqa: BLE001 - told, and tried again
            await self._failed(name, errand, f"{type(error).__name__}: {error}")
        else:
            errand.failures = 0
            errand.told = ""

    def _put_off(self, errand: _Errand) -> None:
        errand.failures += 1
        pause = min(self._first_pause * 2 ** min(errand.failures - 1, 30), LONGEST_PAUSE)
        errand.again_at = asyncio.get_running_loop().time() + pause

    async def _failed(self, name: str, errand: _Errand, words: str) -> None:
        self._put_off(errand)
        if words == errand.told:
            return
        errand.told = words
        try:
            await self._tell(f"{name}: {words}")
        except WuhuError:
            errand.told = ""
