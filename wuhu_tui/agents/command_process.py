"""One run of a plain program: words in, output out as it comes, ended for sure."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import cast

from wuhu_tui.agents.process import Patience, told_as_agent_error, written_since
from wuhu_tui.agents.protocol import AgentSetting

STDIN, STDOUT = 0, 1


class CommandProcess(asyncio.SubprocessProtocol):
    """A running program, leader of its own session; made by `run_command`."""

    def __init__(self, heard: Callable[[bytes], None], patience: Patience, log: Path) -> None:
        loop = asyncio.get_running_loop()
        self._exited: asyncio.Future[None] = loop.create_future()
        self._output_ended: asyncio.Future[None] = loop.create_future()
        self._heard = heard
        self._patience = patience
        self._log = log
        self._log_start = 0
        self._transport: asyncio.SubprocessTransport | None = None

    def begin(self, words: str, log_start: int) -> None:
        """Hand the words over and close its stdin."""
        self._log_start = log_start
        stdin = cast("asyncio.WriteTransport", self._running.get_pipe_transport(STDIN))
        stdin.write(words.encode("utf-8", errors="replace"))
        stdin.write_eof()

    async def gone(self) -> int | None:
        """Wait for its end and for all it wrote; returns its exit code, negative for a signal."""
        await asyncio.shield(self._exited)
        await asyncio.wait({self._output_ended}, timeout=self._patience.drain)
        return self._running.get_returncode()

    async def end(self) -> None:
        """Ask it and its process group to go, then kill what is left of it."""
        if not self._exited.done():
            self._signal(signal.SIGTERM)
            await asyncio.wait({self._exited}, timeout=self._patience.terminate)
        self._signal(signal.SIGKILL)
        await asyncio.shield(self._exited)
        self._running.close()

    def last_words(self) -> str:
        """The tail of what it wrote to stderr in this run."""
        return written_since(self._log, self._log_start)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take asyncio's word that it runs."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take asyncio's word on its output."""
        if fd == STDOUT:
            self._heard(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Take asyncio's word that it closed a pipe."""
        if fd == STDOUT and not self._output_ended.done():
            self._output_ended.set_result(None)

    def process_exited(self) -> None:
        """Take asyncio's word that it ended."""
        self._exited.set_result(None)

    @property
    def _running(self) -> asyncio.SubprocessTransport:
        assert self._transport is not None
        return self._transport

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._running.get_pid(), number)


async def run_command(
    setting: AgentSetting, words: str, heard: Callable[[bytes], None], patience: Patience
) -> CommandProcess:
    """Start the agent's command with these words on its stdin.

    Raises:
        AgentError: it cannot be started; names it.
    """
    setting.log.parent.mkdir(parents=True, exist_ok=True)
    with setting.log.open("ab") as log:
        start = log.tell()
        with told_as_agent_error(setting):
            _, process = await asyncio.get_running_loop().subprocess_exec(
                lambda: CommandProcess(heard, patience, setting.log),
                *setting.launch.command,
                cwd=setting.worktree,
                env=setting.environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
    process.begin(words, start)
    return process
