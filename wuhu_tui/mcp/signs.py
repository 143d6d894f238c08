"""Signs of life while a tool waits: clients give up on silent calls."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

import anyio

T = TypeVar("T")

SIGN_OF_LIFE = 5.0
"""Seconds between two words that a call still waits."""


class Tells(Protocol):
    """Where progress is told: the session of an MCP request."""

    async def report_progress(
        self, progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Tell the client how far its call is."""


class Signs:
    """The progress of one call."""

    def __init__(self, tells: Tells) -> None:
        self._tells = tells

    async def during(self, work: Coroutine[Any, Any, T], words: str) -> T:
        """Do the work and say meanwhile that it goes on; given up, the work is given up too."""
        task = asyncio.ensure_future(work)
        began = anyio.current_time()
        try:
            while not (await asyncio.wait({task}, timeout=SIGN_OF_LIFE))[0]:
                passed = anyio.current_time() - began
                await self._tells.report_progress(passed, message=f"{words} ({passed:.0f} s)")
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                with anyio.CancelScope(shield=True):
                    await asyncio.wait({task})

    async def unbroken(self, work: Coroutine[Any, Any, T], words: str) -> T:
        """Do the same, but the work goes on to its end although the call is given up."""
        task = asyncio.ensure_future(work)
        _UNBROKEN.add(task)
        task.add_done_callback(_UNBROKEN.discard)
        return await self.during(_shielded(task), words)


_UNBROKEN: set[asyncio.Task[Any]] = set()


async def _shielded(task: asyncio.Task[T]) -> T:
    return await asyncio.shield(task)


async def all_done() -> None:
    """Wait for work that goes on although nobody waits for it any more."""
    if _UNBROKEN:
        await asyncio.wait(set(_UNBROKEN))
