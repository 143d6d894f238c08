"""The guardian: a forked child that ends a life's processes when its runner is killed outright.

It waits on a pipe whose other end only the runner holds. Forked before the runner imports anything
large and before it takes its lock, it shares its memory with it and holds nothing of it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_WATCH = "watch"
_DISMISSED = "dismissed"


class Guardian:
    """The runner's hold on its guardian."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid = pid
        self._descriptor = descriptor

    @classmethod
    def post(cls, close: Iterable[int] = ()) -> Guardian:
        """Fork one; `close` names descriptors that only the runner may keep."""
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            for descriptor in (writing, *close):
                os.close(descriptor)
            _stand_guard(reading)
        os.close(reading)
        return cls(pid, writing)

    def watch(self, folder: Path, life: str) -> None:
        """From now on, if this process dies undismissed, that life's processes are ended."""
        self._tell(f"{_WATCH}\t{life}\t{folder}\n")

    def dismiss(self) -> None:
        """The life ended in order: nothing is left to guard."""
        self._tell(f"{_DISMISSED}\n")
        os.close(self._descriptor)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _tell(self, line: str) -> None:
        try:
            os.write(self._descriptor, line.encode())
        except BrokenPipeError:
            sys.stderr.write("the guardian is gone; a killed runner would leave its agent behind\n")


def _stand_guard(descriptor: int) -> NoReturn:
    """The whole life of the forked child; never returns into the runner's code."""
    code = 1
    try:
        _detach()
        told = _read_all(descriptor).splitlines()
        if _DISMISSED not in told:
            _end_watched(told)
        code = 0
    except BaseException as error:  # noqa: BLE001 - beyond here lies a copy of the runner
        sys.stderr.write(f"guardian: {error!r}\n")
    finally:
        os._exit(code)


def _detach() -> None:
    """Survive what ends the runner, short of its own kill -9."""
    os.setsid()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)


def _read_all(descriptor: int) -> str:
    """Everything the runner ever told; ends when the runner does."""
    told = b""
    while part := os.read(descriptor, 4096):
        told += part
    return told.decode()


def _end_watched(told: list[str], end: Callable[[Path, str], None] | None = None) -> None:
    watched = [line.split("\t", 2) for line in told if line.startswith(_WATCH)]
    if watched:
        _, life, folder = watched[-1]
        (end or _end_life)(Path(folder), life)


def _end_life(folder: Path, life: str) -> None:
    from wuhu_tui.session.processes import Belonging, ProcessTree

    for process in ProcessTree(Belonging(folder, frozenset({life}))).end():
        sys.stderr.write(f"guardian: process {process.pid} of {life} would not die\n")
