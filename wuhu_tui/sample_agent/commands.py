"""Runs real commands, each in its own process group, as coding agents do."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

Command = str | tuple[str, ...]
"""Text for a shell, or a program and its arguments."""

READ_BYTES = 1 << 14
KILL_SECONDS = 2.0
"""How long a killed command is waited for: what left its group may hold its output open."""


@dataclass(frozen=True)
class Result:
    """How a command ended; stdout and stderr as they came."""

    code: int
    output: str

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.code == 0


def as_arguments(command: Command) -> tuple[str, ...]:
    """The program and its arguments; `{python}` is the Python that runs this."""
    if isinstance(command, str):
        return ("/bin/sh", "-c", command.replace("{python}", shlex.quote(sys.executable)))
    return tuple(word.replace("{python}", sys.executable) for word in command)


def as_text(command: Command) -> str:
    """The command as a person would type it."""
    text = command if isinstance(command, str) else shlex.join(command)
    return text.replace("'{python}'", "python").replace("{python}", "python")


async def run(
    command: Command, folder: Path, timeout: float, on_output: Callable[[str], Awaitable[None]]
) -> Result:
    """Run the command to its end; cancelled or overdue, its whole process group is killed."""
    try:
        process = await _spawned(command, folder)
    except OSError as error:
        return Result(127, f"{as_text(command)}: {error.strerror}")
    heard: list[str] = []
    try:
        async with asyncio.timeout(timeout):
            await _listen(process, heard, on_output)
            return Result(await process.wait(), "".join(heard))
    except TimeoutError:
        return Result(124, "".join(heard) + f"\n(killed after {timeout:g} s)")
    finally:
        await _kill(process)


async def leave_running(command: Command, folder: Path) -> None:
    """Start a command and forget it."""
    await _spawn(command, folder, asyncio.subprocess.DEVNULL)


async def _spawn(command: Command, folder: Path, output: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *as_arguments(command),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )


async def _spawned(command: Command, folder: Path) -> asyncio.subprocess.Process:
    """Start it with its output piped; cancelled in between, it is started and killed all the same."""
    spawning = asyncio.ensure_future(_spawn(command, folder, asyncio.subprocess.PIPE))
    try:
        return await asyncio.shield(spawning)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):
            await _kill(await spawning)
        raise


async def _listen(
    process: asyncio.subprocess.Process,
    heard: list[str],
    on_output: Callable[[str], Awaitable[None]],
) -> None:
    assert process.stdout is not None
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    while data := await process.stdout.read(READ_BYTES):
        text = decoder.decode(data)
        heard.append(text)
        await on_output(text)


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KILL_SECONDS):
                await process.wait()
