"""One turn of codex, and the messages handed into it until it shows that it has them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from wuhu_tui.agents.codex_messages import TurnKnown
from wuhu_tui.agents.protocol import AgentSink

COMPLETED = "completed"
INTERRUPTED = "interrupted"
END_TURN = "end_turn"
CANCELLED = "cancelled"


class Turn:
    """A turn from its prompt to its end."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.name = ""
        """The agent's own; empty until it told."""
        self.interrupted = False
        self.overdue: asyncio.Future[None] = loop.create_future()
        self._begun: asyncio.Future[str] = loop.create_future()
        self._end: asyncio.Future[TurnKnown] = loop.create_future()

    def begin(self, name: str) -> None:
        """The agent named it."""
        if not self._begun.done():
            self.name = name
            self._begun.set_result(name)

    def end(self, known: TurnKnown) -> None:
        """The agent says how it ended."""
        if not self._end.done():
            self._end.set_result(known)

    def fail(self, error: Exception) -> None:
        """Its end will not be told."""
        if not self._end.done():
            self._end.set_exception(error)
            self._end.exception()  # whoever waits gets it; nobody need wait yet

    def is_named(self, name: str, *, or_unnamed: bool) -> bool:
        """Whether this is its name."""
        return self.name == name or (or_unnamed and not self.name)

    async def begun(self) -> str:
        """Its name, as soon as the agent told; empty: it never will."""
        return await asyncio.shield(self._begun)

    async def ended(self) -> TurnKnown:
        """How it ended."""
        return await asyncio.shield(self._end)

    def hurry(self, seconds: float) -> None:
        """It ought to end by then."""
        asyncio.get_running_loop().call_later(seconds, self._set_overdue)

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        if not self._begun.done():
            self._begun.set_result("")
        self._end.cancel()
        self.overdue.cancel()

    def _set_overdue(self) -> None:
        if not self.overdue.done():
            self.overdue.set_result(None)


@dataclass
class _Steer:
    """A message on its way; `seen`: the agent showed it among its own."""

    text: str
    told: bool = False
    seen: bool = False


class Steers:
    """The messages handed into the running turn."""

    def __init__(self, sink: AgentSink) -> None:
        self._sink = sink
        self._open: dict[str, _Steer] = {}

    def hand_in(self, token: str, text: str) -> None:
        """A message goes to the agent now."""
        self._open[token] = _Steer(text)

    def take_back(self, token: str) -> None:
        """It did not come to that, or nobody can say."""
        self._open.pop(token, None)

    def is_seen(self, token: str) -> bool:
        """Whether a message that the agent has was shown by it already; if not, it will be told."""
        steer = self._open[token]
        steer.told = True
        if steer.seen:
            del self._open[token]
        return steer.seen

    def show(self, token: str, text: str) -> None:
        """The agent shows a message among those of its conversation; old ones do not name it."""
        name = token or next((t for t, s in self._open.items() if s.text == text), "")
        steer = self._open.get(name)
        if steer is None:
            return
        steer.seen = True
        if steer.told:
            del self._open[name]
            self._sink.accepted(name)

    def settle(self, reason: str, *, lost: bool) -> None:
        """The turn is over: what was not shown by now will not be."""
        told = [token for token, steer in self._open.items() if steer.told]
        for token in told:
            del self._open[token]
            self._sink.not_accepted(token, reason, lost=lost)
