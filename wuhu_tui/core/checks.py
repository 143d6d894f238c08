"""Runs the project's checks on a folder: bounded, streamed, and nothing left running."""

from __future__ import annotations

import asyncio
import codecs
import os
import shlex
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import psutil

from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.model.reviews import Check, CheckState
from wuhu_tui.repo.git import scrubbed
from wuhu_tui.repo.worktrees import SCRATCH_MARK

TAIL = 8_000
"""Characters of a check's output that are kept."""

_CANNOT_RUN = {126, 127}
_GRACE = 1.0
_PIECE = 65_536

Emit = Callable[[Check], Awaitable[None]]
"""Told when a check starts (`running`) and when it has ended."""

Output = Callable[[str, str], None]
"""Takes a check's name and the next piece of its output."""


def _unheard(check: str, text: str) -> None:
    """Nobody wants the output piece by piece."""


async def run_checks(
    folder: Path, checks: Sequence[ProjectCheck], emit: Emit, output: Output = _unheard
) -> tuple[Check, ...]:
    """Run all checks, one after the other, in `folder`; a red one does not spare the others.

    Cancelling ends the running check's processes first.
    """
    ended = []
    for check in checks:
        await emit(Check(name=check.name, state=CheckState.RUNNING))
        done = await _run(folder, check, output)
        await emit(done)
        ended.append(done)
    return tuple(ended)


async def _run(folder: Path, check: ProjectCheck, output: Output) -> Check:
    started = time.monotonic()
    running = _Running(check, folder, output)
    try:
        code = await running.ended()
    except OSError as error:
        return Check(name=check.name, state=CheckState.BROKEN, output=_cannot_start(check, error))
    return Check(
        name=check.name,
        state=_state(code),
        exit_code=code,
        seconds=round(time.monotonic() - started, 3),
        output=running.tail,
    )


def _state(code: int | None) -> CheckState:
    if code == 0:
        return CheckState.PASSED
    return CheckState.BROKEN if code in _CANNOT_RUN else CheckState.FAILED


def _cannot_start(check: ProjectCheck, error: OSError) -> str:
    return f"cannot run {shown_command(check)}: {error.strerror or error}"


def shown_command(check: ProjectCheck) -> str:
    """The check's command as one line."""
    return check.command if isinstance(check.command, str) else shlex.join(check.command)


def arguments(check: ProjectCheck) -> tuple[str, ...]:
    """What is executed; one string goes to the shell."""
    if isinstance(check.command, str):
        return ("/bin/sh", "-c", check.command.replace("{python}", shlex.quote(sys.executable)))
    return tuple(word.replace("{python}", sys.executable) for word in check.command)


def check_environment(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """An environment that never asks anybody, with the mark of this check's processes."""
    kept = {
        name: value
        for name, value in scrubbed(environment).items()
        if not name.startswith("WUHU_") and (name != "IS_SANDBOX" or value == "1")
    }
    return {
        **kept,
        "CI": "1",
        "GH_PROMPT_DISABLED": "1",
        "PWD": str(folder),
        SCRATCH_MARK: str(folder),
    }


class _Running:
    """One check's processes and the tail of what they print."""

    def __init__(self, check: ProjectCheck, folder: Path, output: Output) -> None:
        self.tail = ""
        self._check = check
        self._folder = folder
        self._output = output
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    async def ended(self) -> int | None:
        """Run to the end; None when the time was up."""
        reader, pipe, process = await self._spawn()
        reading = asyncio.create_task(self._read(reader))
        try:
            return await self._in_time(process)
        finally:
            await asyncio.shield(_end(process))
            await _finished(reading)
            pipe.close()

    async def _spawn(
        self,
    ) -> tuple[asyncio.StreamReader, asyncio.ReadTransport, asyncio.subprocess.Process]:
        """Start it with a pipe of our own: asyncio's own would outwait what inherits it."""
        ours, theirs = os.pipe()
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(reader)
        pipe, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(ours, "rb", 0))
        try:
            process = await asyncio.create_subprocess_exec(
                *arguments(self._check),
                cwd=self._folder,
                env=check_environment(self._folder, os.environ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except BaseException:
            pipe.close()
            raise
        finally:
            os.close(theirs)
        return reader, pipe, process

    async def _in_time(self, process: asyncio.subprocess.Process) -> int | None:
        try:
            async with asyncio.timeout(self._check.timeout):
                return await process.wait()
        except TimeoutError:
            self._take(f"\nstopped: it did not end within {self._check.timeout:g} s\n")
            return None

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while piece := await reader.read(_PIECE):
            self._take(self._decoder.decode(piece))
        self._take(self._decoder.decode(b"", final=True))

    def _take(self, text: str) -> None:
        if text:
            self.tail = (self.tail + text)[-TAIL:]
            self._output(self._check.name, text)


async def _finished(reading: asyncio.Task[None]) -> None:
    """Let the last output in, but do not wait for a pipe that somebody else still holds."""
    await asyncio.wait([reading], timeout=_GRACE)
    reading.cancel()
    await asyncio.wait([reading])


async def _end(process: asyncio.subprocess.Process) -> None:
    """Leave nothing running: descendants that left the group are found before it is killed."""
    descendants = await asyncio.to_thread(_descendants, process.pid)
    _kill_group(process.pid)
    for descendant in descendants:
        _kill(descendant)
    await process.wait()


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return []


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return
