"""An agent without a program, whose every word a test says; the seam of `agents/protocol.py`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError, NotPossible
from wuhu_tui.model.events import AgentSaid, ToolEnded, ToolOutput, ToolStarted
from wuhu_tui.model.questions import Answer, Question


@dataclass
class Turn:
    """One prompt the agent was given, and how the test lets it go on."""

    text: str
    sink: AgentSink
    over: asyncio.Future[str] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def say(self, text: str, message: str = "m1") -> None:
        self.sink.emit(AgentSaid(text=text, message=message))

    def tool(self, call: str, title: str = "a tool", kind: str = "other") -> None:
        self.sink.emit(ToolStarted(call=call, title=title, kind=kind))

    def output(self, call: str, text: str) -> None:
        self.sink.emit(ToolOutput(call=call, text=text))

    def tool_done(self, call: str) -> None:
        self.sink.emit(ToolEnded(call=call))

    def ask(self, question: Question) -> asyncio.Task[Answer | None]:
        return asyncio.create_task(_ask(self.sink, question))

    def end(self, reason: str = "end_turn") -> None:
        self.over.set_result(reason)

    def fail(self, words: str = "the model said no") -> None:
        self.over.set_exception(AgentError(words))


async def _ask(sink: AgentSink, question: Question) -> Answer | None:
    return await sink.ask(question)


@dataclass
class Habits:
    """How the agents of one test behave."""

    capabilities: tuple[Capability, ...] = ()
    steers_in_turn: bool = False
    queues_steers: bool = False
    outcome: SteerOutcome = SteerOutcome.ACCEPTED
    outcome_gate: asyncio.Event | None = None
    steer_fails: bool = False
    loads: bool = True
    fails_to_load: bool = False
    fails_to_start: bool = False
    heeds_interrupt: bool = True
    start_gate: asyncio.Event | None = None
    settings_gate: asyncio.Event | None = None
    knows: tuple[str, ...] = ("plan", "opus")


class FakeAgent:
    """Hands every prompt to the test as a `Turn`."""

    def __init__(self, setting: AgentSetting, habits: Habits) -> None:
        self.setting = setting
        self.habits = habits
        self.reference = ""
        self.turns: asyncio.Queue[Turn] = asyncio.Queue()
        self.steered: list[str] = []
        self.offers: list[str] = []
        """The tokens of all messages that were handed over, taken or not."""
        self.screen: list[str] = []
        self.settings: dict[str, str] = {}
        self.turn: Turn | None = None
        self.closed = False
        self.dead = False
        self._sink: AgentSink | None = None

    @property
    def sink(self) -> AgentSink:
        assert self._sink is not None
        return self._sink

    async def start(self, sink: AgentSink, reference: str) -> Started:
        self._sink = sink
        self.reference = reference
        if self.habits.start_gate:
            await self.habits.start_gate.wait()
        if self.habits.fails_to_start:
            self.sink.exited(3, "no key in the lock")
            raise AgentError("the program died", remedy="log in first")
        if reference and self.habits.fails_to_load:
            raise AgentError("no such conversation")
        return Started(
            pid=0,
            reference="conversation-1",
            version="1.0",
            resumed=bool(reference) and self.habits.loads,
            steers_in_turn=self.habits.steers_in_turn,
            queues_steers=self.habits.queues_steers,
            capabilities=self.habits.capabilities,
        )

    async def prompt(self, text: str) -> str:
        self.turn = Turn(text, self.sink)
        self.turns.put_nowait(self.turn)
        return await self.turn.over

    async def steer(self, text: str, token: str) -> SteerOutcome:
        self.offers.append(token)
        if self.habits.outcome_gate:
            await self.habits.outcome_gate.wait()
        if self.habits.steer_fails:
            raise AgentError("the pipe broke")
        if self.habits.outcome in (SteerOutcome.ACCEPTED, SteerOutcome.DELIVERED):
            self.steered.append(text)
        return self.habits.outcome

    async def set_mode(self, mode: str) -> None:
        await self._set("mode", mode)

    async def set_model(self, model: str) -> None:
        await self._set("model", model)

    async def _set(self, what: str, value: str) -> None:
        if self.habits.settings_gate:
            await self.habits.settings_gate.wait()
        if value not in self.habits.knows:
            raise NotPossible(f"no such {what}; one of: {', '.join(self.habits.knows)}")
        self.settings[what] = value

    async def type_keys(self, text: str) -> None:
        self.screen.append(text)

    async def resize(self, columns: int, rows: int) -> None:
        self.screen.append(f"{columns}x{rows}")

    async def interrupt(self) -> None:
        if self.habits.heeds_interrupt and self.turn and not self.turn.over.done():
            self.turn.over.set_result("cancelled")

    async def close(self) -> None:
        self.closed = True
        if not self.dead:
            self.dead = True
            self.sink.exited(0, "")

    def die(self, code: int = -9, words: str = "out of memory") -> None:
        self.dead = True
        self.sink.exited(code, words)
        if self.turn and not self.turn.over.done():
            self.turn.over.set_exception(AgentError("the agent died"))

    async def next_turn(self) -> Turn:
        async with asyncio.timeout(30):
            return await self.turns.get()
