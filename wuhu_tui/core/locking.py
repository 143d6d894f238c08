"""Locks between processes that the event loop may wait for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.errors import Conflict

_PAUSE = 0.02


@asynccontextmanager
async def held(path: Path, *, patience: float, busy: str) -> AsyncIterator[None]:
    """Hold a lock; `busy` says what somebody else does who holds it for longer than `patience`.

    Raises:
        Conflict: somebody else held it all the time.
    """
    lock = await taken(path, patience)
    if lock is None:
        raise Conflict(busy, where=str(path), remedy="wait until it is done, then try again")
    try:
        yield
    finally:
        lock.release()


async def taken(path: Path, patience: float) -> FileLock | None:
    """The lock, held; None if somebody else keeps it for longer than `patience`."""
    lock = FileLock(path)
    loop = asyncio.get_running_loop()
    give_up = loop.time() + patience
    while not lock.acquire(0):
        if loop.time() >= give_up:
            return None
        await asyncio.sleep(_PAUSE)
    return lock
