"""Terminals that an agent runs its commands in: ours, inside its worktree, ended for sure."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import acp
from acp.schema import EnvVariable

from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.value import Value

MAX_OUTPUT = 1 << 20
"""Bytes of output that are kept for the agent when it sets no limit, and the highest it can set."""

MAX_TERMINALS = 64
READ_BYTES = 1 << 14
GRACE = 0.5
"""Seconds between the polite signal and the one nobody can ignore."""

DRAIN = 1.0
"""Seconds that output may stay open after its command has ended, held by what it left behind."""

Hear = Callable[[str, str], None]


class Ended(Value, frozen=True):
    """How a command ended: by a code of its own, or by a signal."""

    code: int | None
    signal: str | None = None


class Terminal:
    """One command, leader of its own process group, and the end of what it wrote."""

    def __init__(
        self, process: asyncio.subprocess.Process, limit: int, hear: Callable[[str], None]
    ) -> None:
        self.truncated = False
        self._process = process
        self._limit = limit
        self._hear = hear
        self._kept = bytearray()
        self._reading = asyncio.ensure_future(self._read())

    @property
    def output(self) -> str:
        """What it wrote, cut at the beginning where it is too long, between two characters."""
        kept = bytes(self._kept)
        while self.truncated and kept and kept[0] & 0xC0 == 0x80:
            kept = kept[1:]
        return kept.decode("utf-8", errors="replace")

    @property
    def ended(self) -> Ended | None:
        """How it ended; None while it runs."""
        code = self._process.returncode
        if code is None:
            return None
        return Ended(code) if code >= 0 else Ended(None, _signal_name(-code))

    async def wait(self) -> Ended:
        """Wait for its end, and shortly for the last of its output."""
        await self._process.wait()
        await asyncio.wait({self._reading}, timeout=DRAIN)
        assert self.ended is not None
        return self.ended

    async def kill(self) -> None:
        """End it and its whole process group; what it wrote stays."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._process.wait()
        self._signal(signal.SIGKILL)
        await self._process.wait()

    async def close(self) -> None:
        """End it and stop listening."""
        await self.kill()
        await asyncio.wait({self._reading}, timeout=DRAIN)
        self._reading.cancel()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        while data := await self._process.stdout.read(READ_BYTES):
            self._keep(data)
            self._hear(decoder.decode(data))

    def _keep(self, data: bytes) -> None:
        self._kept += data
        if len(self._kept) > self._limit:
            self.truncated = True
            del self._kept[: len(self._kept) - self._limit]

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


class Terminals:
    """All terminals of one life of an agent."""

    def __init__(self, setting: AgentSetting, hear: Hear, new_id: Callable[[], str]) -> None:
        self._setting = setting
        self._hear = hear
        self._new_id = new_id
        self._open: dict[str, Terminal] = {}

    async def create(
        self,
        command: str,
        arguments: Sequence[str],
        environment: Sequence[EnvVariable],
        folder: str,
        limit: int | None,
    ) -> str:
        """Start a command; returns its terminal's name.

        Raises:
            acp.RequestError: outside the worktree, too many, or it cannot be started.
        """
        if len(self._open) >= MAX_TERMINALS:
            raise _refused(command, "too many terminals are open: release some")
        name = f"terminal-{self._new_id()}"
        process = await self._spawned(command, arguments, environment, self._contained(folder))
        kept = MAX_OUTPUT if limit is None else max(0, min(limit, MAX_OUTPUT))
        self._open[name] = Terminal(process, kept, lambda text: self._hear(name, text))
        return name

    def named(self, name: str) -> Terminal:
        """The open terminal of that name.

        Raises:
            acp.RequestError: there is none.
        """
        if name not in self._open:
            raise acp.RequestError.resource_not_found(name)
        return self._open[name]

    async def release(self, name: str) -> None:
        """End what runs in a terminal and forget it."""
        terminal = self.named(name)
        del self._open[name]
        await terminal.close()

    async def close(self) -> None:
        """End and forget them all."""
        terminals, self._open = list(self._open.values()), {}
        await asyncio.gather(*(terminal.close() for terminal in terminals))

    async def _spawned(
        self,
        command: str,
        arguments: Sequence[str],
        environment: Sequence[EnvVariable],
        folder: Path,
    ) -> asyncio.subprocess.Process:
        words = (command, *arguments) if arguments else ("/bin/sh", "-c", command)
        added = {variable.name: variable.value for variable in environment}
        try:
            return await asyncio.create_subprocess_exec(
                *words,
                cwd=folder,
                env={**self._setting.environment, **added},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise _refused(command, str(getattr(error, "strerror", None) or error)) from None

    def _contained(self, folder: str) -> Path:
        root = Path(os.path.realpath(self._setting.worktree))
        real = Path(os.path.realpath(root / folder))
        if not real.is_relative_to(root):
            raise _refused(folder, f"lies outside {root}")
        return real


def _refused(what: str, reason: str) -> acp.RequestError:
    return acp.RequestError.invalid_params({"what": what, "reason": reason})


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
