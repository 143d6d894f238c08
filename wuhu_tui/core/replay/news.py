"""A revision that rises, and whoever waits for it."""

from __future__ import annotations

import asyncio


class News:
    """Wakes everybody who waits for a change; one burst is one wake-up."""

    def __init__(self) -> None:
        self.revision = 0
        self._told = asyncio.Event()

    def touch(self) -> None:
        """Something changed."""
        self.revision += 1
        self._told.set()
        self._told = asyncio.Event()

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; returns the new revision."""
        while self.revision <= since:
            await self._told.wait()
        return self.revision
