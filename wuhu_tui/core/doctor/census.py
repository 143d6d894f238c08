"""Which processes run now, what they say of themselves, and who has a file open."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil

from wuhu_tui.model.value import Value

SUSPENDED = frozenset({psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP})
"""States of a process that somebody holds still."""

_DESCRIPTORS = Path("/proc")


class Running(Value, frozen=True):
    """One process; `folder` is empty where its working directory may not be seen."""

    pid: int
    name: str = ""
    status: str = ""
    folder: str = ""
    marks: dict[str, str] = {}
    """Its `WUHU_…` variables; empty where they may not be seen."""

    @property
    def is_suspended(self) -> bool:
        """Whether it is held still and does nothing."""
        return self.status in SUSPENDED

    @property
    def told(self) -> str:
        """What it is called in a sentence."""
        return f"process {self.pid}" + (f" ({self.name})" if self.name else "")


def running() -> tuple[Running, ...]:
    """All living processes but this one."""
    found = (_seen(process) for process in psutil.process_iter() if process.pid != os.getpid())
    return tuple(one for one in found if one is not None)


def _seen(process: psutil.Process) -> Running | None:
    try:
        with process.oneshot():
            name, status = process.name(), process.status()
        if status == psutil.STATUS_ZOMBIE:
            return None
        return Running(
            pid=process.pid,
            name=name,
            status=status,
            folder=_folder_of(process),
            marks=_marks_of(process),
        )
    except psutil.NoSuchProcess:
        return None
    except (psutil.Error, OSError):
        return Running(pid=process.pid)


def _folder_of(process: psutil.Process) -> str:
    try:
        return str(process.cwd() or "")
    except psutil.NoSuchProcess:
        raise  # gone meanwhile: it is nobody, not somebody unseen
    except (psutil.Error, OSError):
        return ""


def _marks_of(process: psutil.Process) -> dict[str, str]:
    try:
        environment = process.environ()
    except psutil.NoSuchProcess:
        raise
    except (psutil.Error, OSError):
        return {}
    return {name: value for name, value in environment.items() if name.startswith("WUHU_")}


def wake(holding: Iterable[Iterable[Running]]) -> str:
    """Let those go on that are suspended; says whom."""
    pids = [one.pid for some in holding for one in some if one.is_suspended]
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    return f"let process {', '.join(map(str, pids))} go on" if pids else "nobody is suspended"


def holders(paths: Iterable[Path]) -> dict[Path, tuple[Running, ...]]:
    """Who has each of these files open, this process included; only those that may be seen."""
    wanted: dict[tuple[int, int], Path] = {}
    for path in paths:
        try:
            there = path.stat()
        except OSError:
            continue
        wanted[there.st_dev, there.st_ino] = path
    found: dict[Path, list[Running]] = {path: [] for path in wanted.values()}
    if not wanted:
        return {}
    for process in psutil.process_iter():
        for file in _open_files(process.pid) & wanted.keys():
            seen = _seen(process)
            found[wanted[file]] += [seen] if seen else []
    return {path: tuple(some) for path, some in found.items()}


def _open_files(pid: int) -> set[tuple[int, int]]:
    """Device and inode of every file a process has open."""
    folder = _DESCRIPTORS / str(pid) / "fd"
    if not _DESCRIPTORS.is_dir():
        return _open_files_elsewhere(pid)
    found: set[tuple[int, int]] = set()
    try:
        descriptors = list(folder.iterdir())
    except OSError:
        return found
    for descriptor in descriptors:
        try:
            there = descriptor.stat()
        except OSError:
            continue
        found.add((there.st_dev, there.st_ino))
    return found


def _open_files_elsewhere(pid: int) -> set[tuple[int, int]]:
    """The same where there is no /proc."""
    found = set()
    try:
        for file in psutil.Process(pid).open_files():
            there = Path(file.path).stat()
            found.add((there.st_dev, there.st_ino))
    except (psutil.Error, OSError):
        return found
    return found
