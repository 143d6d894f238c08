"""Keeps watch over an agent's process, so that nobody waits for one that is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from wuhu_tui.agents.process import AgentProcess, Patience
from wuhu_tui.agents.troubles import Troubles
from wuhu_tui.model.errors import AgentError

Result = TypeVar("Result")

SHORTLY = 2.0


class Vigil:
    """Knows when a process is gone, and ends all waiting for it with the reason."""

    def __init__(
        self,
        process: AgentProcess,
        troubles: Troubles,
        patience: Patience,
        on_gone: Callable[[int | None, str], None],
    ) -> None:
        self.process = process
        self.ended = False
        """Whether the process is gone and all it said was handed on."""
        self._troubles = troubles
        self._patience = patience
        self._on_gone = on_gone
        self._gone: asyncio.Future[AgentError] = asyncio.get_running_loop().create_future()
        self._watching = asyncio.ensure_future(self._watch())

    async def unless_gone(self, call: Coroutine[Any, Any, Result]) -> Result:
        """The result of a call.

        Raises:
            AgentError: the process went before the call was done, or nobody will answer it.
        """
        task = asyncio.ensure_future(call)
        try:
            waiting: set[asyncio.Future[Any]] = {task, self._gone}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if task.cancelled():  # not this call: what it waited for
                raise self._troubles.error(f"{self._troubles.name} will not answer any more")
            if task.done():
                return task.result()
            raise self._gone.result()
        finally:
            task.cancel()

    async def why_unheard(self) -> AgentError:
        """Why it does not listen: most often it is about to be gone."""
        await asyncio.wait({self._gone}, timeout=SHORTLY)
        return self._gone.result() if self._gone.done() else self._troubles.deaf()

    async def end(self, *, exits_on_eof: bool) -> None:
        """End the process; returns when it is gone and its end was told."""
        if not self.ended:
            await self.process.end(self._patience, exits_on_eof=exits_on_eof)
        await asyncio.shield(self._watching)

    async def _watch(self) -> None:
        await self.process.gone(self._patience)
        self.ended = True
        words = self.process.last_words()
        try:
            self._on_gone(self.process.code, words)
        finally:
            self._gone.set_result(self._troubles.died(self.process.code, words))
