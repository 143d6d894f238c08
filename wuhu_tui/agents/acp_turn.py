"""One turn: the prompt that began it and the prompts folded into it, until the last word is in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import acp
from acp.schema import Usage

from wuhu_tui.model.value import Value

CANCELLED = "cancelled"


class CallEnd(Value, frozen=True):
    """What one `session/prompt` returned."""

    reason: str
    used: Usage | None = None


Call = Callable[[str], Coroutine[Any, Any, CallEnd]]


class Turn:
    """Knows when a turn is over: agents answer a prompt that was folded in differently."""

    def __init__(
        self, call: Call, text: str, *, folded_call_returns: bool, on_refused: Callable[[str], None]
    ) -> None:
        self._call = call
        self._folded_call_returns = folded_call_returns
        self._on_refused = on_refused
        self._first = self._begun(text)
        self._folded: list[asyncio.Task[CallEnd]] = []
        self._overdue: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.interrupted = False

    def fold(self, text: str) -> None:
        """Send a second prompt into the running turn."""
        self._folded.append(self._begun(text))

    def hurry(self, seconds: float) -> None:
        """The turn was cancelled: it has that much time left to end."""
        asyncio.get_running_loop().call_later(seconds, self._set_overdue)

    async def end(self) -> list[CallEnd]:
        """Wait for the turn's end; what its calls returned, the first one first.

        Raises:
            TimeoutError: it was cancelled and did not end in time.
            acp.RequestError: the agent answered its first prompt with an error.
        """
        await self._wait_for([self._first])
        ends = [self._first.result()]
        while self._folded_call_returns and self._waiting():
            await self._wait_for(self._waiting())
        return [*ends, *filter(None, map(self._folded_end, self._folded))]

    def abandon(self) -> None:
        """Wait for nothing any more."""
        for call in (self._first, *self._folded):
            call.cancel()
        self._overdue.cancel()

    def _begun(self, text: str) -> asyncio.Task[CallEnd]:
        call = asyncio.ensure_future(self._call(text))
        call.add_done_callback(lambda done: done.cancelled() or done.exception())
        return call

    def _waiting(self) -> list[asyncio.Task[CallEnd]]:
        return [call for call in self._folded if not call.done()]

    async def _wait_for(self, calls: list[asyncio.Task[CallEnd]]) -> None:
        waiting: set[asyncio.Future[Any]] = {*calls, self._overdue}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if self._overdue.done() and not any(call.done() for call in calls):
            raise TimeoutError

    def _folded_end(self, call: asyncio.Task[CallEnd]) -> CallEnd | None:
        if not call.done() or call.cancelled():
            return None
        refusal = call.exception()
        if not isinstance(refusal, acp.RequestError):
            return call.result()
        self._on_refused(str(refusal))
        return None

    def _set_overdue(self) -> None:
        if not self._overdue.done():
            self._overdue.set_result(None)


def stop_reason(ends: list[CallEnd]) -> str:
    """The turn's own stop reason: `cancelled` if any call was, else the last one's."""
    reasons = [end.reason for end in ends]
    return CANCELLED if CANCELLED in reasons else reasons[-1]


def tokens_used(ends: list[CallEnd]) -> Usage | None:
    """What the calls of the turn used together."""
    told = [end.used for end in ends if end.used is not None]
    if not told:
        return None
    return Usage(
        total_tokens=sum(used.total_tokens for used in told),
        input_tokens=sum(used.input_tokens for used in told),
        output_tokens=sum(used.output_tokens for used in told),
    )
