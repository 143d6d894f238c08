"""Find and end every process of a session, wherever it hides.

A process belongs to a life if it carries its markers or descends from one that does: that finds
tools in process groups of their own, double-forked daemons, and children with a wiped environment.
A daemon that wiped its environment and lost every marked ancestor is found as the runner's own
child, which it becomes where the system lets runners adopt; see `orphans`.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

GRACE = 0.5
"""Seconds between the polite signal and the one nobody can ignore."""

DEADLINE = 5.0
"""Seconds after which what still lives is reported instead of waited for."""

_PAUSE = 0.02

_CLOCK_ERROR = 1.0
"""Seconds by which the system may tell a process's birth too early: it rounds its boot time."""


_SAYING_WHOSE = frozenset({"WUHU_SESSION_FOLDER", "WUHU_RUNNER", "WUHU_JOB", "WUHU_KEEPER"})


class Process(Protocol):
    """One process, safe against its number being used again (a `psutil.Process`)."""

    pid: int

    def ppid(self) -> int:
        """The number of its parent."""

    def environ(self) -> dict[str, str]:
        """The environment it was started with."""

    def create_time(self) -> float:
        """When it was born, in seconds of the epoch."""

    def status(self) -> str:
        """Its state in a word; `zombie` when only its exit code is left."""

    def is_running(self) -> bool:
        """Whether it is still this process."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""


@dataclass(frozen=True)
class Belonging:
    """Whose processes: those of one session, by its folder; `lives` empty: of any of its lives."""

    folder: Path
    lives: frozenset[str] = frozenset()
    adopter: int = 0
    """The runner whose adopted children belong too; 0: none."""

    def owns(self, environment: Mapping[str, str]) -> bool:
        """Whether a process with this environment belongs."""
        if environment.get("WUHU_SESSION_FOLDER") != str(self.folder):
            return False
        return not self.lives or environment.get("WUHU_LIFE", "") in self.lives


@dataclass(frozen=True)
class Seen:
    """One process as a look found it."""

    process: Process
    parent: int
    environment: Mapping[str, str]

    @property
    def stands_alone(self) -> bool:
        """Whether it says itself whose it is: of a life, of a job, or a runner or keeper."""
        return not self.environment.keys().isdisjoint(_SAYING_WHOSE)


class ProcessTree:
    """The processes of one belonging; remembers whom it saw, so that no orphan is forgotten.

    `since`, in seconds of the epoch, leaves those alone that are older; `spare` leaves one alone.
    """

    def __init__(self, belonging: Belonging, *, since: float = 0.0, spare: int = 0) -> None:
        self._belonging = belonging
        self._since = since - _CLOCK_ERROR
        self._spare = spare
        self._known: set[Process] = set()

    def look(self) -> list[Process]:
        """Those that live now."""
        self._known = {process for process in self._known if _lives(process)}
        self._known.update(process for process in find(self._belonging) if self._means(process))
        return list(self._known)

    def _means(self, process: Process) -> bool:
        return process.pid != self._spare and _born(process) >= self._since

    def end(self, grace: float = GRACE, deadline: float = DEADLINE) -> list[Process]:
        """End them all, politely first; returns those that would not die."""
        self._ask(grace)
        give_up = time.monotonic() + deadline
        empty_looks = 0
        while empty_looks < 2:  # one look can miss what is forked while it looks
            found = self.look()
            if found and time.monotonic() > give_up:
                return found
            empty_looks = 0 if found else empty_looks + 1
            for process in found:
                _signal(process, kill=True)
            time.sleep(_PAUSE)
        return []

    def _ask(self, grace: float) -> None:
        """Ask each once; the grace begins then, for on a busy machine a look alone may outlast it."""
        asked: set[int] = set()
        until = float("inf")
        while (found := self.look()) and time.monotonic() < until:
            for process in found:
                if process.pid not in asked:
                    _signal(process, kill=False)
            asked.update(process.pid for process in found)
            until = min(until, time.monotonic() + grace)
            time.sleep(min(_PAUSE, grace))


def _psutil() -> Any:
    """Imported late: an idle runner never needs it."""
    return importlib.import_module("psutil")


def find(belonging: Belonging) -> list[Process]:
    """The living processes that belong; never this one, nor one it descends from."""
    psutil = _psutil()
    table = {process.pid: _look_at(process) for process in psutil.process_iter()}
    roots = [pid for pid, seen in table.items() if _belongs(seen, belonging)]
    spared = _line_of(os.getpid(), table)
    return [
        table[pid].process
        for pid in _with_descendants(roots, table)
        if pid not in spared and _lives(table[pid].process)
    ]


def _belongs(seen: Seen, belonging: Belonging) -> bool:
    adopted = bool(belonging.adopter) and seen.parent == belonging.adopter
    return belonging.owns(seen.environment) or (adopted and not seen.stands_alone)


def lives_of(folder: Path) -> frozenset[str]:
    """The lives of which processes still run."""
    named = (_look_at(process).environment.get("WUHU_LIFE") for process in find(Belonging(folder)))
    return frozenset(life for life in named if life)


def working_in(folder: Path, name: str) -> tuple[int, ...]:
    """The numbers of the living programs of that name that work in this folder or below it."""
    psutil = _psutil()
    place = folder.resolve()
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == name and Path(process.cwd()).is_relative_to(place):
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or somebody else's
    return tuple(found)


def _look_at(process: Process) -> Seen:
    psutil = _psutil()
    try:
        return Seen(process, process.ppid(), process.environ())
    except (psutil.Error, OSError):
        return Seen(process, _parent_of(process), {})


def _parent_of(process: Process) -> int:
    psutil = _psutil()
    try:
        return process.ppid()
    except (psutil.Error, OSError):
        return 0


def _with_descendants(roots: list[int], table: Mapping[int, Seen]) -> list[int]:
    """The roots and all below them, but for subtrees that belong to somebody else."""
    children: dict[int, list[int]] = {}
    for pid, seen in table.items():
        children.setdefault(seen.parent, []).append(pid)
    found = dict.fromkeys(roots)
    todo = list(roots)
    while todo:
        for child in children.get(todo.pop(), ()):
            if child not in found and not table[child].stands_alone:
                found[child] = None
                todo.append(child)
    return list(found)


def _line_of(pid: int, table: Mapping[int, Seen]) -> set[int]:
    """A process and all it descends from."""
    line: set[int] = set()
    while pid in table and pid not in line:
        line.add(pid)
        pid = table[pid].parent
    return line


def _lives(process: Process) -> bool:
    psutil = _psutil()
    try:
        return process.is_running() and process.status() != "zombie"
    except psutil.Error:
        return False


def _born(process: Process) -> float:
    psutil = _psutil()
    try:
        return process.create_time()
    except psutil.Error:
        return 0.0


def _signal(process: Process, *, kill: bool) -> None:
    psutil = _psutil()
    try:
        process.kill() if kill else process.terminate()
    except psutil.Error:
        return  # gone, or not ours to end: the next look tells which
