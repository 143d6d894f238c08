"""One life of a codex process: what it is called for, what it tells, and the word of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace
from pydantic import BaseModel, ValidationError

from wuhu_tui.agents import codex_messages as told
from wuhu_tui.agents.codex_errors import CodexTroubles
from wuhu_tui.agents.codex_events import Translator
from wuhu_tui.agents.codex_launch import command_line
from wuhu_tui.agents.codex_requests import Requests
from wuhu_tui.agents.codex_turn import COMPLETED, INTERRUPTED, Steers, Turn
from wuhu_tui.agents.codex_wire import CLOSED, CallError, Wire
from wuhu_tui.agents.process import AgentProcess, Patience, spawn
from wuhu_tui.agents.protocol import AgentSetting, AgentSink
from wuhu_tui.agents.vigil import Vigil
from wuhu_tui.model.agent_events import BackgroundEnded, BackgroundStarted
from wuhu_tui.model.events import PhaseChanged
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.states import PhaseKind

Known = TypeVar("Known", bound=BaseModel)

NO_END_TOLD = "(the agent told no end of this)"
PLAIN_LOG = {"NO_COLOR": "1"}
"""Its last words are shown to the lead."""
OWN_TURN = "a turn that the agent began by itself"


class Life:
    """A spawned codex that can be called; hears all that it tells."""

    def __init__(
        self,
        setting: AgentSetting,
        sink: AgentSink,
        patience: Patience,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.turn: Turn | None = None
        self.troubles = CodexTroubles(setting)
        self.translator = Translator(sink.emit, setting.worktree)
        self.steers = Steers(sink)
        self._setting = setting
        self._sink = sink
        self._patience = patience
        self._requests = Requests(setting, sink, self.translator, clock=clock, new_id=new_id)
        self._wire = Wire(self, sink.emit, self._log)
        self._vigil: Vigil | None = None
        self._own_turns: set[str] = set()

    @property
    def ended(self) -> bool:
        """Whether its process is gone, or never was."""
        return self._vigil is None or self._vigil.ended

    async def begin(self) -> AgentProcess:
        """Spawn the program.

        Raises:
            AgentError: it cannot be started.
        """
        launch, environment = self._setting.launch, self._setting.environment
        command = command_line(launch.command, self._setting.mcp_servers, environment)
        setting = replace(
            self._setting,
            launch=replace(launch, command=command),
            environment={**PLAIN_LOG, **environment},
        )
        process = await spawn(setting, self._wire)
        self._wire.write = process.send
        self._vigil = Vigil(process, self.troubles, self._patience, self._tell_end)
        return process

    async def call(
        self, method: str, params: dict[str, Any], *, seconds: float | None = None
    ) -> Any:
        """What it answers.

        Raises:
            AgentError: it died, or did not answer in time.
            CallError: it answered with an error.
        """
        assert self._vigil is not None
        try:
            async with asyncio.timeout(seconds):
                return await self._vigil.unless_gone(self._wire.call(method, params))
        except TimeoutError:
            raise self.troubles.silent(method, seconds or 0) from None
        except ConnectionError:
            raise await self._vigil.why_unheard() from None

    async def ask(
        self, kind: type[Known], method: str, params: dict[str, Any], *, seconds: float | None
    ) -> Known:
        """Its answer, as what it should be.

        Raises:
            AgentError: it died, did not answer in time, answered with an error, or nonsense.
        """
        try:
            return kind.model_validate(await self.call(method, params, seconds=seconds))
        except CallError as error:
            raise self.troubles.refused(method, error) from error
        except ValidationError as error:
            raise self.troubles.broken(method, error) from error

    def greet(self) -> None:
        """Say that its greeting was understood."""
        self._wire.notify("initialized")

    async def ask_lead(self, question: Question) -> Answer | None:
        """The lead's answer; None when the question was withdrawn.

        Raises:
            AgentError: the process went first.
        """
        assert self._vigil is not None
        return await self._vigil.unless_gone(self._sink.ask(question))

    async def end_of(self, turn: Turn) -> told.TurnKnown:
        """How a turn ended.

        Raises:
            AgentError: the process went first, or will tell nothing more.
        """
        assert self._vigil is not None
        try:
            return await self._vigil.unless_gone(turn.ended())
        except ConnectionError:
            raise await self._vigil.why_unheard() from None

    async def name_of(self, turn: Turn) -> str:
        """A turn's name, as soon as the agent told it; empty: the turn did not even begin.

        Raises:
            AgentError: the process went first.
        """
        assert self._vigil is not None
        return await self._vigil.unless_gone(turn.begun())

    def settle(self, status: str) -> None:
        """The turn is over: nothing of it is open any more."""
        if status == INTERRUPTED:
            self.steers.settle("the turn was interrupted before codex took it in", lost=False)
            self.translator.end_turn("(interrupted)")
        else:
            self.steers.settle("the turn ended and codex did not show it", lost=True)
            self.translator.end_turn("" if status == COMPLETED else NO_END_TOLD)

    async def close(self) -> None:
        """End the process; returns when it is gone and its end was told."""
        if self._vigil is not None:
            await self._vigil.end(exits_on_eof=self._setting.launch.quirks.exits_on_eof)

    def request(self, name: int | str, method: str, params: dict[str, Any]) -> None:
        """It wants an answer to this."""
        self._requests.take(self._wire, name, method, params)

    def notification(self, method: str, params: dict[str, Any]) -> None:
        """It told something."""
        try:
            self._hear(method, params)
        except ValidationError:
            self.translator.take(f"{method} that cannot be read", params)

    def silence(self) -> None:
        """It will tell no more."""
        if self.turn is not None:
            self.turn.fail(ConnectionResetError(CLOSED))

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        match method:
            case "turn/started":
                self._turn_started(told.TurnTold.model_validate(params))
            case "turn/completed":
                self._turn_ended(told.TurnTold.model_validate(params))
            case "serverRequest/resolved":
                self._requests.resolved(told.Resolved.model_validate(params).request_id)
            case _:
                self.translator.take(method, params)
        if method == "item/started":
            self._message_shown(params)

    def _message_shown(self, params: dict[str, Any]) -> None:
        """A prompt or a message is part of the conversation now: the agent thinks about it."""
        begun = told.ItemTold.model_validate(params)
        if begun.item.type == "userMessage" and self._is_own(begun.thread_id):
            parts = (part.get("text") for part in begun.item.content if isinstance(part, dict))
            text = "".join(part for part in parts if isinstance(part, str))
            self.steers.show(begun.item.client_id, text)
            self._sink.emit(PhaseChanged(kind=PhaseKind.THINKING))

    def _turn_started(self, begun: told.TurnTold) -> None:
        """A turn that nobody prompted is work beside."""
        if not self._is_own(begun.thread_id):
            return
        if self.turn is not None:
            self.turn.begin(begun.turn.id)
            return
        self._own_turns.add(begun.turn.id)
        self.translator.note(f"{OWN_TURN} goes on", "info")
        self._sink.emit(BackgroundStarted(task=begun.turn.id, title=OWN_TURN, kind="agent"))

    def _turn_ended(self, ended: told.TurnTold) -> None:
        if not self._is_own(ended.thread_id):
            return
        own = ended.turn.id in self._own_turns
        if own:
            self._own_turns.discard(ended.turn.id)
            ok = ended.turn.status == COMPLETED
            self._sink.emit(BackgroundEnded(task=ended.turn.id, ok=ok))
        prompted = self.turn is not None and self.turn.is_named(ended.turn.id, or_unnamed=not own)
        if self.turn is not None and prompted:
            self.settle(ended.turn.status)
            self.turn.end(ended.turn)
        elif self.turn is None:
            self.translator.end_turn("")

    def _is_own(self, thread: str) -> bool:
        own = self.translator.thread
        return not own or not thread or thread == own

    def _tell_end(self, code: int | None, words: str) -> None:
        """Tell the end of the process, after all that it said."""
        try:
            self.translator.end_all(NO_END_TOLD)
            self.steers.settle("the agent is gone", lost=True)
            self._sink.exited(code, words)
        finally:
            self._requests.abandon()

    def _log(self, text: str) -> None:
        with self._setting.log.open("a", encoding="utf-8", errors="replace") as log:
            log.write(text)
