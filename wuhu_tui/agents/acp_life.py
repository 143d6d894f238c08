"""One life of an agent: its process, the connection to it, and the word of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import acp
from acp.core import ClientSideConnection
from pydantic import ValidationError

from wuhu_tui.agents.acp_client import AcpClient
from wuhu_tui.agents.acp_errors import AcpTroubles
from wuhu_tui.agents.acp_events import Translator
from wuhu_tui.agents.acp_wire import Wire
from wuhu_tui.agents.process import AgentProcess, Patience, spawn
from wuhu_tui.agents.protocol import AgentSetting, AgentSink
from wuhu_tui.model.errors import AgentError

Result = TypeVar("Result")

NO_END_TOLD = "(the agent told no end of this)"
SHORTLY = 2.0


class Life:
    """A spawned agent that can be called; knows when it is gone."""

    def __init__(
        self, setting: AgentSetting, sink: AgentSink, process: AgentProcess, parts: Parts
    ) -> None:
        self.setting = setting
        self.sink = sink
        self.process = process
        self.wire = parts.wire
        self.client = parts.client
        self.translator = parts.translator
        self.troubles = AcpTroubles(setting)
        self.patience = parts.patience
        self.ended = False
        self._gone: asyncio.Future[AgentError] = asyncio.get_running_loop().create_future()
        self.wire.write = process.send
        self.connection: ClientSideConnection = acp.connect_to_agent(
            self.client, self.wire, use_unstable_protocol=True
        )
        self._watching = asyncio.ensure_future(self._watch())

    async def call(
        self,
        step: str,
        call: Coroutine[Any, Any, Result],
        *,
        seconds: float | None = None,
        login: str = "",
    ) -> Result:
        """The result of a call to the agent.

        Raises:
            AgentError: it died, did not answer in time, answered with an error, or nonsense.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._unless_gone(call)
        except TimeoutError:
            raise self.troubles.silent(step, seconds or 0) from None
        except acp.RequestError as error:
            raise self.troubles.refused(step, error, login) from error
        except ValidationError as error:
            raise self.troubles.broken(step, error) from error
        except ConnectionError:
            raise await self._why_unheard() from None

    async def close(self) -> None:
        """End the process; returns when it is gone and its end was told."""
        quirks = self.setting.launch.quirks
        if not self.ended:
            await self.process.end(self.patience, exits_on_eof=quirks.exits_on_eof)
        await asyncio.shield(self._watching)

    async def _unless_gone(self, call: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.ensure_future(call)
        try:
            waiting: set[asyncio.Future[Any]] = {task, self._gone}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise self._gone.result()
        finally:
            task.cancel()

    async def _why_unheard(self) -> AgentError:
        """Why the connection broke: most often its process is about to be gone."""
        await asyncio.wait({self._gone}, timeout=SHORTLY)
        return self._gone.result() if self._gone.done() else self.troubles.deaf()

    async def _watch(self) -> None:
        """Wait for the end of the process and tell it, after all that it said."""
        await self.process.gone(self.patience)
        self.ended = True
        words = self.process.last_words()
        try:
            self.translator.end_turn(None, NO_END_TOLD)
            self.sink.exited(self.process.code, words)
        finally:
            self._gone.set_result(self.troubles.died(self.process.code, words))
            await self.connection.close()


class Parts:
    """What is built for a life before its process is."""

    def __init__(
        self,
        setting: AgentSetting,
        sink: AgentSink,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        patience: Patience,
    ) -> None:
        self.patience = patience
        self.translator = Translator(sink.emit, setting.worktree)
        self.client = AcpClient(setting, sink, self.translator, clock=clock, new_id=new_id)
        self.wire = Wire(
            sink.emit,
            on_update=self.translator.take,
            on_cancel_request=self.client.cancel_request,
            log=lambda text: _append(setting, text),
        )


async def begin(setting: AgentSetting, sink: AgentSink, parts: Parts) -> Life:
    """Spawn the agent and connect to it.

    Raises:
        AgentError: the program cannot be started.
    """
    process = await spawn(setting, parts.wire)
    return Life(setting, sink, process, parts)


def _append(setting: AgentSetting, text: str) -> None:
    with setting.log.open("a", encoding="utf-8", errors="replace") as log:
        log.write(text)
