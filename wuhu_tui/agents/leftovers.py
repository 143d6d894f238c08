"""What an interrupted command leaves running: seen before the interrupt, ended after it."""

from __future__ import annotations

import importlib
import time
from typing import Any

from wuhu_tui.model.value import Value

CLOCK_ERROR = 2.0
"""Seconds by which a process may seem older than the news of its command."""

PAUSE = 0.02
DEATH = 2.0
"""Seconds within which what was killed is gone."""


class Leftovers(Value, frozen=True):
    """The processes below an agent that were born since its oldest running command began.

    `spared` are those that lived before the turn did: the agent's own helpers.
    """

    agent: int
    since: float
    """Seconds of the epoch."""
    spared: tuple[Any, ...] = ()
    seen: tuple[Any, ...] = ()
    """Those that lived before the interrupt: afterwards nobody may know whose children they are."""

    def look(self) -> Leftovers:
        """The same, with those that live now."""
        seen = {*self.seen, *below(self.agent)} - set(self.spared)
        young = (process for process in seen if _born(process) >= self.since - CLOCK_ERROR)
        return Leftovers(self.agent, self.since, self.spared, tuple(young))

    def end(self, grace: float) -> int:
        """Give them that long to end, then kill what is left; returns how many were killed."""
        until = time.monotonic() + grace
        while (left := self._living()) and time.monotonic() < until:
            time.sleep(PAUSE)
        killed = [process for process in left if _kill(process)]
        until = time.monotonic() + DEATH
        while any(map(_lives, killed)) and time.monotonic() < until:
            time.sleep(PAUSE)
        return len(killed)

    def _living(self) -> list[Any]:
        return [process for process in self.look().seen if _lives(process)]


def below(agent: int) -> tuple[Any, ...]:
    """All processes below the agent, by handles that are safe against reused numbers."""
    psutil = importlib.import_module("psutil")
    try:
        return tuple(psutil.Process(agent).children(recursive=True))
    except psutil.Error:
        return ()


def _born(process: Any) -> float:
    psutil = importlib.import_module("psutil")
    try:
        return float(process.create_time())
    except psutil.Error:
        return 0.0


def _lives(process: Any) -> bool:
    psutil = importlib.import_module("psutil")
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _kill(process: Any) -> bool:
    psutil = importlib.import_module("psutil")
    try:
        process.kill()
    except psutil.Error:
        return False
    return True
