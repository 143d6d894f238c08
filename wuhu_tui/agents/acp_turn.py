"""One turn: the prompt that began it and the prompts folded into it, until the last word is in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import acp
from acp.schema import Usage

from wuhu_tui.agents.protocol import AgentSink
from wuhu_tui.model.sessions import Quirks
from wuhu_tui.model.value import Value

CANCELLED = "cancelled"
LINGER = 0.3
"""Seconds within which an agent that goes on with a late prompt shows it."""

NO_WORD = "the agent did not say whether it took the message in"


class CallEnd(Value, frozen=True):
    """What one `session/prompt` returned."""

    reason: str
    used: Usage | None = None


Call = Callable[[str], Coroutine[Any, Any, CallEnd]]


@dataclass
class _Folded:
    """A prompt that was sent while the turn ran; `settled` once its fate was told."""

    token: str
    call: asyncio.Task[CallEnd]
    settled: bool = False


class Turn:
    """Knows when a turn is over, and what became of each prompt: agents tell both differently."""

    def __init__(
        self,
        call: Call,
        text: str,
        *,
        quirks: Quirks,
        sink: AgentSink,
        goes_on: Callable[[], bool],
    ) -> None:
        self._call = call
        self._goes_on = goes_on
        self._quirks = quirks
        self._sink = sink
        self._folded: list[_Folded] = []
        self._first = self._begun(text)
        self._first.add_done_callback(lambda done: self._hand_over(done, 0))
        self._overdue: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.interrupted = False

    def fold(self, text: str, token: str) -> None:
        """Send a second prompt into the running turn; the sink hears of its fate."""
        folded = _Folded(token, self._begun(text))
        self._folded.append(folded)
        place = len(self._folded)
        folded.call.add_done_callback(lambda done: self._hand_over(done, place))
        folded.call.add_done_callback(lambda done: self._own_end(folded))

    def hurry(self, seconds: float) -> None:
        """The turn was cancelled: it has that much time left to end."""
        asyncio.get_running_loop().call_later(seconds, self._set_overdue)

    @property
    def over(self) -> bool:
        """Whether its first prompt and all that return were answered."""
        return self._first.done() and not (self._quirks.folded_call_returns and self._waiting())

    async def end(self) -> list[CallEnd]:
        """Wait for the turn's end; what its calls returned, the first one first.

        Raises:
            TimeoutError: it was cancelled and did not end in time.
            acp.RequestError: the agent answered its first prompt with an error.
        """
        await self._wait_for([self._first])
        while self._quirks.folded_call_returns and self._waiting():
            await self._wait_for(self._waiting())
        if _went_well(self._first):
            await self._wait_for_late_ones()
        ends = [self._first.result()]
        return [*ends, *filter(None, map(_end_of, self._folded))]

    def settle(self) -> None:
        """The turn is over: tell the fate of every message that nothing was told of."""
        taken = not self._quirks.folded_call_returns and _went_well(self._first)
        for folded in self._folded:
            if taken:
                self._accepted(folded)
            else:
                self._not_accepted(folded, NO_WORD, lost=True)

    def abandon(self) -> None:
        """Wait for nothing any more."""
        for call in (self._first, *(folded.call for folded in self._folded)):
            call.cancel()
        self._overdue.cancel()

    def _begun(self, text: str) -> asyncio.Task[CallEnd]:
        call = asyncio.ensure_future(self._call(text))
        call.add_done_callback(lambda done: done.cancelled() or done.exception())
        return call

    def _hand_over(self, done: asyncio.Task[CallEnd], place: int) -> None:
        """Some agents answer a prompt when they take in the one that came after it."""
        if self._quirks.hand_over_told and _went_well(done) and place < len(self._folded):
            self._accepted(self._folded[place])

    def _own_end(self, folded: _Folded) -> None:
        """A folded prompt was answered itself."""
        if folded.call.cancelled():
            return
        refusal = folded.call.exception()
        if isinstance(refusal, acp.RequestError):
            # With the turn itself failed, nobody knows what its messages came to.
            self._not_accepted(folded, f"the agent refused it: {refusal}", lost=self._first.done())
        elif refusal is None and (_went_well(folded.call) or self._quirks.cancel_keeps_folded):
            self._accepted(folded)

    def _accepted(self, folded: _Folded) -> None:
        if not folded.settled:
            folded.settled = True
            self._sink.accepted(folded.token)

    def _not_accepted(self, folded: _Folded, reason: str, *, lost: bool) -> None:
        if not folded.settled:
            folded.settled = True
            self._sink.not_accepted(folded.token, reason, lost=lost)

    def _waiting(self) -> list[asyncio.Task[CallEnd]]:
        return [folded.call for folded in self._folded if not folded.call.done()]

    async def _wait_for(self, calls: list[asyncio.Task[CallEnd]]) -> None:
        waiting: set[asyncio.Future[Any]] = {*calls, self._overdue}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if self._overdue.done() and not any(call.done() for call in calls):
            raise TimeoutError

    async def _wait_for_late_ones(self) -> None:
        """A prompt that came too late to be folded in is a turn of its own, and does return.

        Only what the agent says or does after its answer tells such a turn from a prompt that was
        folded in and whose call never returns.
        """
        while waiting := self._waiting():
            done, _ = await asyncio.wait(waiting, timeout=LINGER)
            if not done and not self._goes_on():
                return
            if not done:
                await self._wait_for(waiting)

    def _set_overdue(self) -> None:
        if not self._overdue.done():
            self._overdue.set_result(None)


def _went_well(call: asyncio.Task[CallEnd]) -> bool:
    """Whether a call was answered, and not because the turn was cancelled."""
    if not call.done() or call.cancelled() or call.exception() is not None:
        return False
    return call.result().reason != CANCELLED


def _end_of(folded: _Folded) -> CallEnd | None:
    call = folded.call
    if not call.done() or call.cancelled() or isinstance(call.exception(), acp.RequestError):
        return None
    return call.result()


def stop_reason(ends: list[CallEnd]) -> str:
    """The turn's own stop reason: `cancelled` if any call was, else the last one's."""
    reasons = [end.reason for end in ends]
    return CANCELLED if CANCELLED in reasons else reasons[-1]


def tokens_used(ends: list[CallEnd], *, each_its_own: bool) -> Usage | None:
    """What the turn used: its calls together, or, where each tells the same, the last one's."""
    told = [end.used for end in ends if end.used is not None]
    if not told:
        return None
    counted = told if each_its_own else told[-1:]
    return Usage(
        total_tokens=sum(used.total_tokens for used in counted),
        input_tokens=sum(used.input_tokens for used in counted),
        output_tokens=sum(used.output_tokens for used in counted),
    )
