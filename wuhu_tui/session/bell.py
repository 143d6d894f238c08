"""The runner's end of the mailbox's bell: it sleeps until somebody puts a command."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path


class Bell:
    """The runner's end of the bell: calls back at once when somebody rings."""

    def __init__(self, path: Path, rung: Callable[[], None]) -> None:
        self._path = path
        self._rung = rung
        self._descriptor: int | None = None

    def listen(self) -> None:
        """Make the FIFO if there is none and wait on it in the running loop."""
        if self._path.exists() and not stat.S_ISFIFO(self._path.stat().st_mode):
            self._path.unlink()
        if not self._path.exists():
            os.mkfifo(self._path)
        # Open for writing too: without a writer of our own every ring would leave an endless EOF.
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        asyncio.get_running_loop().add_reader(self._descriptor, self._hear)

    def close(self) -> None:
        """Stop listening."""
        if self._descriptor is not None:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def _hear(self) -> None:
        assert self._descriptor is not None
        try:
            os.read(self._descriptor, 4096)
        except BlockingIOError:
            return
        self._rung()
