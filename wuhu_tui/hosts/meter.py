"""Measures what the process trees of sessions use: one pass over all processes for all of them.

Whose a process is stays the same, so its environment is read once; everything else is two small
reads for each process that belongs to a session, and none for the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wuhu_tui.model.budgets import Resources

FORGET = 60.0
"""Seconds after which everything is looked at anew: a process's number may have been used again."""

YOUNG = 3.0
"""Seconds a process may take to become what it was spawned for; until then it is nobody's for now."""

_MARKERS = ("WUHU_SESSION_FOLDER", "WUHU_RUNNER")


class ProcessMeter:
    """Remembers from one measuring to the next; used by one thread at a time."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, epoch: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._epoch = epoch
        self._owners: dict[int, str] = {}
        self._unsure: set[int] = set()
        """Too young to be called nobody's: looked at again at the next measuring."""
        self._spent: dict[int, float] = {}
        self._forget_at = 0.0
        self._last = 0.0

    def measure(self, folders: Mapping[str, Path]) -> dict[str, Resources]:
        """What each session uses, by its name; `folders` are theirs. Empty ones use nothing.

        A processor's share is that since the measuring before; 0 at the first.
        """
        import psutil

        moment = self._clock()
        if moment > self._forget_at:
            self._owners.clear()
            self._forget_at = moment + FORGET
        table = {process.pid: process for process in psutil.process_iter()}
        for pid in self._unsure:
            self._owners.pop(pid, None)
        self._find_owners(table)
        names = {str(folder): name for name, folder in folders.items()}
        found = self._sums(table, names, moment - self._last if self._last else 0.0)
        self._last = moment
        return {name: found.get(name, Resources()) for name in folders}

    def _find_owners(self, table: Mapping[int, Any]) -> None:
        self._owners = {pid: owner for pid, owner in self._owners.items() if pid in table}
        new = [process for pid, process in table.items() if pid not in self._owners]
        looked = {process.pid: _look_at(process) for process in new}
        self._owners.update({pid: self._owner_of(pid, looked) for pid in looked})
        now = self._epoch()
        self._unsure = {
            pid
            for pid, (_, _, born) in looked.items()
            if not self._owners[pid] and now - born < YOUNG
        }

    def _owner_of(self, pid: int, looked: Mapping[int, tuple[str, int, float]]) -> str:
        """The folder that a process says it belongs to, or else the nearest it descends from."""
        for _ in range(len(looked) + 1):
            if pid not in looked:
                return self._owners.get(pid, "")
            owner, parent, _born = looked[pid]
            if owner or parent == pid:
                return owner
            pid = parent
        return ""

    def _sums(
        self, table: Mapping[int, Any], names: Mapping[str, str], elapsed: float
    ) -> dict[str, Resources]:
        memory: dict[str, int] = {}
        cpu: dict[str, float] = {}
        count: dict[str, int] = {}
        spent: dict[int, float] = {}
        for pid, owner in self._owners.items():
            name = names.get(owner, "")
            used = _use_of(table[pid]) if name else None
            if used is None:
                continue
            spent[pid] = used[1]
            memory[name] = memory.get(name, 0) + used[0]
            count[name] = count.get(name, 0) + 1
            cpu[name] = cpu.get(name, 0.0) + max(0.0, used[1] - self._spent.get(pid, used[1]))
        self._spent = spent
        return {
            name: Resources(
                memory=memory[name],
                cpu=cpu[name] / elapsed if elapsed else 0.0,
                processes=count[name],
            )
            for name in count
        }


def _look_at(process: Any) -> tuple[str, int, float]:
    """The folder a process says it belongs to, its parent's number, and when it was born."""
    import psutil

    try:
        with process.oneshot():
            parent, born = process.ppid(), process.create_time()
    except (psutil.Error, OSError):
        return "", 0, 0.0
    try:
        environment = process.environ()
    except (psutil.Error, OSError):
        return "", parent, born  # somebody else's
    return next((environment[name] for name in _MARKERS if environment.get(name)), ""), parent, born


def _use_of(process: Any) -> tuple[int, float] | None:
    """Memory in bytes, and seconds of processors so far; None: it is gone."""
    import psutil

    try:
        with process.oneshot():
            times = process.cpu_times()
            return process.memory_info().rss, times.user + times.system
    except (psutil.Error, OSError):
        return None
