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
from wuhu_tui.agents.vigil import Vigil

Result = TypeVar("Result")

NO_END_TOLD = "(the agent told no end of this)"


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
        self.vigil = Vigil(process, self.troubles, parts.patience, self._tell_end)
        self.wire.write = process.send
        self.connection: ClientSideConnection = acp.connect_to_agent(
            self.client, self.wire, use_unstable_protocol=True
        )
        self._closing: asyncio.Task[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.vigil.ended

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
                return await self.vigil.unless_gone(call)
        except TimeoutError:
            raise self.troubles.silent(step, seconds or 0) from None
        except acp.RequestError as error:
            raise self.troubles.refused(step, error, login) from error
        except ValidationError as error:
            raise self.troubles.broken(step, error) from error
        except ConnectionError:
            raise await self.vigil.why_unheard() from None

    async def close(self) -> None:
        """End the process; returns when it is gone and its end was told."""
        await self.vigil.end(exits_on_eof=self.setting.launch.quirks.exits_on_eof)
        if self._closing is not None:
            await asyncio.shield(self._closing)

    def _tell_end(self, code: int | None, words: str) -> None:
        """Tell the end of the process, after all that it said."""
        try:
            self.translator.end_turn(None, NO_END_TOLD)
            self.sink.exited(code, words)
        finally:
            self._closing = asyncio.ensure_future(self._close_rest())

    async def _close_rest(self) -> None:
        await self.client.terminals.close()
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
        self.translator = Translator(sink.emit, setting.worktree, clock)
        self.client = AcpClient(setting, sink, self.translator, clock=clock, new_id=new_id)
        self.wire = Wire(
            sink.emit,
            on_update=self.translator.take,
            on_cancel_request=self.client.cancel_request,
            log=lambda text: _append(setting, text),
            on_answer=self.translator.answered,
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
