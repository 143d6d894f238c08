"""The guardian: ends a life's processes when its runner is killed outright.

It is a shell that waits on a pipe whose other end only the runner holds, so that it weighs next to
nothing for as long as the runner lives. It holds neither the runner's lock nor its journal. When
the pipe ends and nobody dismissed it, it becomes this module and does its work.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

WATCH = """
life=
while IFS= read -r told; do life=$told; done
[ -z "$life" ] || exec "$1" -m wuhu_tui.session.guardian "$2" "$life"
"""
"""The last line told is the life to end; an empty one, or none, is nothing to do."""

NAME = "wuhu-guardian"
"""What it is called in a list of processes."""


class Guardian:
    """The runner's hold on its guardian."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self.pid = pid
        self._descriptor = descriptor

    @classmethod
    def post(cls, folder: Path, python: str = sys.executable) -> Guardian:
        """Spawn one for the session in this folder, in a process session of its own."""
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            _become_shell(reading, folder, python)
        os.close(reading)
        return cls(pid, writing)

    def watch(self, life: str) -> None:
        """From now on, if this process dies undismissed, that life's processes are ended."""
        self._tell(life)

    def dismiss(self) -> None:
        """The life ended in order: nothing is left to guard."""
        self._tell("")
        os.close(self._descriptor)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _tell(self, line: str) -> None:
        try:
            os.write(self._descriptor, f"{line}\n".encode())
        except BrokenPipeError:
            sys.stderr.write("the guardian is gone; a killed runner would leave its agent behind\n")


def _become_shell(reading: int, folder: Path, python: str) -> None:
    """In the forked child: nothing of the runner but stderr stays open; never returns."""
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # what ends its runner politely must not end it
        os.dup2(reading, 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        arguments = ["sh", "-c", WATCH, NAME, python, str(folder)]
        os.execve("/bin/sh", arguments, environment)  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"no guardian: {error}\n")
    finally:
        os._exit(1)


def main(folder: str, life: str) -> None:
    """End what the runner of that life left behind."""
    from wuhu_tui.session.processes import Belonging, ProcessTree

    for process in ProcessTree(Belonging(Path(folder), frozenset({life}))).end():
        sys.stderr.write(f"guardian: process {process.pid} of {life} would not die\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
