"""Orphans: on Linux a runner adopts the processes whose parents are gone, so that none escapes it.

Without that, a daemon that wiped its environment and lost its parents would belong to nobody.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from typing import Any

SUBREAPER = 36
"""`PR_SET_CHILD_SUBREAPER` of Linux's prctl."""

LOOK = 10.0
"""Seconds between two looks for adopted processes that have ended."""


_ADOPTERS = frozenset({"WUHU_RUNNER", "WUHU_KEEPER"})
"""Marks of processes that own others: runners and the keepers of jobs."""


class Orphans:
    """What this process has adopted; a process that owns no others adopts nothing."""

    def __init__(self) -> None:
        self.adopter = 0
        """The runner whose children they become; 0: nobody adopts."""
        self._seen = 0

    def adopt(self) -> None:
        """Adopt from now on; where the system has no such thing, nothing changes."""
        if not sys.platform.startswith("linux") or os.environ.keys().isdisjoint(_ADOPTERS):
            return
        library: Any = importlib.import_module("ctypes").CDLL(None)
        if library.prctl(SUBREAPER, 1, 0, 0, 0) == 0:
            self.adopter = os.getpid()

    async def bury(self) -> None:
        """Take note of adopted processes' ends, until cancelled: only a parent can."""
        import asyncio  # here: who only adopts does without it

        while self.adopter:
            await asyncio.sleep(LOOK)
            self._bury_one()

    def _bury_one(self) -> None:
        """A child that ended before the last look, and still lies there, is nobody else's to take."""
        with suppress(ChildProcessError):
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            dead = ended.si_pid if ended else 0
            if dead and dead == self._seen:
                os.waitpid(dead, os.WNOHANG)
            self._seen = dead


ORPHANS = Orphans()
"""Those of this process."""
