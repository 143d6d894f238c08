"""The agent's process: spawned into a session of its own, read line by line, ended for sure."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from wuhu_tui.agents.frames import Flaw, LineSplitter
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.value import Value

LINE_LIMIT = 64 << 20
LAST_WORDS = 2048
STDIN, STDOUT = 0, 1


class Patience(Value, frozen=True):
    """Seconds to wait for things that ought to happen soon."""

    steer: float = 10.0
    cancel: float = 30.0
    cancel_again: float = 2.0
    leftovers: float = 1.0
    """How long an interrupted command may take to end before it is killed."""
    end_of_input: float = 2.0
    terminate: float = 2.0
    drain: float = 1.0
    """How long the output of a process that has ended may stay open, held by its children."""


class Listener(Protocol):
    """Who wants to know what the agent writes."""

    def line(self, line: bytes) -> None:
        """The agent wrote a line."""

    def flaw(self, flaw: Flaw) -> None:
        """The agent wrote something that is no line."""

    def end_of_output(self) -> None:
        """The agent closed its output."""


class _Pipes(asyncio.SubprocessProtocol):
    """Hands the agent's output on as lines, in order, at once."""

    def __init__(self, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.output_ended: asyncio.Future[None] = loop.create_future()
        self._listener = listener
        self._lines = LineSplitter(LINE_LIMIT)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == STDOUT:
            for line in self._lines.feed(data):
                self._tell(line)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == STDOUT and not self.output_ended.done():
            self._tell(self._lines.end())
            self.output_ended.set_result(None)
            self._listener.end_of_output()

    def process_exited(self) -> None:
        self.exited.set_result(None)

    def _tell(self, line: bytes | Flaw) -> None:
        if isinstance(line, Flaw):
            self._listener.flaw(line)
        else:
            self._listener.line(line)


class AgentProcess:
    """One agent process, leader of its own session and process group."""

    def __init__(
        self, transport: asyncio.SubprocessTransport, pipes: _Pipes, log: Path, log_start: int
    ) -> None:
        self._transport = transport
        self._pipes = pipes
        self._log = log
        self._log_start = log_start
        self._stdin = cast("asyncio.WriteTransport", transport.get_pipe_transport(STDIN))
        self.pid: int = transport.get_pid()

    @property
    def code(self) -> int | None:
        """Its exit code; negative: the signal that ended it; None while it runs."""
        return self._transport.get_returncode()

    def send(self, line: bytes) -> None:
        """Write one line to the agent.

        Raises:
            ConnectionError: it does not listen any more.
        """
        if self._stdin.is_closing():
            raise ConnectionResetError("the agent does not listen any more")
        self._stdin.write(line + b"\n")

    async def gone(self, patience: Patience) -> None:
        """Wait until the process has ended and all it wrote was handed on."""
        await asyncio.shield(self._pipes.exited)
        await asyncio.wait({self._pipes.output_ended}, timeout=patience.drain)
        self._transport.close()

    async def end(self, patience: Patience, *, exits_on_eof: bool) -> None:
        """End it: close its input, then TERM, then KILL for its whole process group."""
        self._stdin.close()
        if exits_on_eof and await self._ended_within(patience.end_of_input):
            self._signal(signal.SIGKILL)
            return
        self._signal(signal.SIGTERM)
        await self._ended_within(patience.terminate)
        self._signal(signal.SIGKILL)
        await asyncio.shield(self._pipes.exited)

    def last_words(self) -> str:
        """The tail of what it wrote to stderr in this life."""
        return written_since(self._log, self._log_start)

    async def _ended_within(self, seconds: float) -> bool:
        await asyncio.wait({self._pipes.exited}, timeout=seconds)
        return self._pipes.exited.done()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def written_since(log: Path, start: int) -> str:
    """The tail of what an agent wrote to its log from there on."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start, size - LAST_WORDS))
            return file.read().decode("utf-8", errors="replace").strip()
    except OSError as error:
        return f"({log} cannot be read: {error.strerror})"


async def spawn(setting: AgentSetting, listener: Listener) -> AgentProcess:
    """Start the agent's program.

    Raises:
        AgentError: the program cannot be started; names it.
    """
    setting.log.parent.mkdir(parents=True, exist_ok=True)
    with setting.log.open("ab") as log:
        start = log.tell()
        with told_as_agent_error(setting):
            transport, pipes = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Pipes(listener),
                *setting.launch.command,
                cwd=setting.worktree,
                env=setting.environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
    return AgentProcess(transport, pipes, setting.log, start)


@contextlib.contextmanager
def told_as_agent_error(setting: AgentSetting) -> Iterator[None]:
    """Say of a program that cannot be started which one it is."""
    try:
        yield
    except OSError as error:
        raise AgentError(
            f"{setting.launch.name} cannot be started: {error.strerror}: {error.filename}",
            where=str(setting.worktree),
            remedy="check the agent's command in wuhu.toml and that it is installed",
        ) from error
