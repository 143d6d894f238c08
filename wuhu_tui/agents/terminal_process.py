"""A program in a pseudo-terminal: its own session, the terminal its controlling one."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import pty
import shutil
import signal
import struct
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.value import Value

READ_AT_ONCE = 16_384

MOST_UNREAD = 1 << 20
"""Bytes that wait to be read by a program that does not read; more are dropped."""

_TAKE_TERMINAL = """
import fcntl, os, signal, sys, termios
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
    signal.signal(number, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Run as leader of a new session before the program itself: only such a one can take a terminal.

What was started in the background ignores the terminal's keys, and so would all that it starts.
"""


class Patience(Value, frozen=True):
    """Seconds a program is given to go, after each kind of request."""

    hang_up: float = 1.0
    terminate: float = 1.5
    drain: float = 0.5


class TerminalProcess:
    """One program and the terminal it lives in."""

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self.pid = process.pid
        self.drained = asyncio.get_running_loop().create_future()
        """Done when the terminal was closed by all who held it."""
        self._process = process
        self._master = master
        self._unwritten = bytearray()
        self._closed = False

    @property
    def code(self) -> int | None:
        """Its exit code; negative: the signal that ended it; None while it runs."""
        return self._process.returncode

    def listen(self, heard: Callable[[bytes], None]) -> None:
        """Hand on what is written to the terminal, in order, a piece at a time."""
        asyncio.get_running_loop().add_reader(self._master, self._read, heard)

    def write(self, data: bytes) -> bool:
        """Type; False when the program has not read for so long that this is dropped."""
        if self._closed or len(self._unwritten) + len(data) > MOST_UNREAD:
            return False
        idle = not self._unwritten
        self._unwritten += data
        if idle:
            self._write()
        return True

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size; the program is told by SIGWINCH."""
        if not self._closed:
            _set_size(self._master, columns, rows)

    async def gone(self, patience: Patience) -> int | None:
        """Wait until the program ended and what it wrote was read; returns its code."""
        await self._process.wait()
        await asyncio.wait({self.drained}, timeout=patience.drain)
        return self.code

    async def end(self, patience: Patience) -> None:
        """Hang up, ask, kill: the program and everything in its process group."""
        for number, seconds in (
            (signal.SIGHUP, patience.hang_up),
            (signal.SIGTERM, patience.terminate),
        ):
            self._signal(number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._process.wait()
                    break
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def close(self) -> None:
        """Let the terminal go; whoever still holds it is hung up."""
        if not self._closed:
            self._closed = True
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._master)
            loop.remove_writer(self._master)
            os.close(self._master)
            self._end_of_output()

    def _read(self, heard: Callable[[bytes], None]) -> None:
        try:
            data = os.read(self._master, READ_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:  # EIO: nobody holds the other end any more
            if error.errno != errno.EIO:
                sys.stderr.write(f"the terminal cannot be read: {error}\n")
            data = b""
        if data:
            heard(data)
        else:
            asyncio.get_running_loop().remove_reader(self._master)
            self._end_of_output()

    def _write(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            written = os.write(self._master, self._unwritten)
        except (BlockingIOError, InterruptedError):
            written = 0
        except OSError:
            written = len(self._unwritten)  # nobody will ever read it
        del self._unwritten[:written]
        if self._unwritten:
            loop.add_writer(self._master, self._write)
        else:
            loop.remove_writer(self._master)

    def _end_of_output(self) -> None:
        if not self.drained.done():
            self.drained.set_result(None)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


async def spawn_in_terminal(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    worktree: Path,
    columns: int,
    rows: int,
) -> TerminalProcess:
    """Start a program in a terminal of that size.

    Raises:
        AgentError: it cannot be started; names it.
    """
    program = _found(command, environment, worktree)
    master, slave = pty.openpty()
    try:
        _set_size(master, columns, rows)
        os.set_blocking(master, False)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-c", _TAKE_TERMINAL, program, *command[1:]),
            cwd=worktree,
            env=dict(environment),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
    except OSError as error:
        os.close(master)
        raise _cannot_start(command, worktree, error.strerror or str(error)) from error
    finally:
        os.close(slave)
    return TerminalProcess(process, master)


def _found(command: Sequence[str], environment: Mapping[str, str], worktree: Path) -> str:
    """The program's own path, looked for as its own environment says."""
    if not command:
        raise _cannot_start(command, worktree, "no command is given")
    name = str(worktree / command[0]) if "/" in command[0] else command[0]
    program = shutil.which(name, path=environment.get("PATH"))
    if program is None:
        raise _cannot_start(command, worktree, "there is no such program")
    return program


def _cannot_start(command: Sequence[str], worktree: Path, why: str) -> AgentError:
    name = command[0] if command else "the agent"
    return AgentError(
        f"{name} cannot be started: {why}",
        where=str(worktree),
        remedy="check the agent's command in wuhu.toml and that it is installed",
    )


def _set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
