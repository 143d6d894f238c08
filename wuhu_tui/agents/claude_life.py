"""One life of Claude Code: its process, what it tells, what it is told, and the word of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from wuhu_tui.agents.claude_command import started_setting
from wuhu_tui.agents.claude_desk import Desk
from wuhu_tui.agents.claude_errors import ClaudeTroubles, stop_reason
from wuhu_tui.agents.claude_events import Translator
from wuhu_tui.agents.claude_frames import Cancelled, Lifecycle, Result, Spoken, System
from wuhu_tui.agents.claude_hooks import Hooks
from wuhu_tui.agents.claude_turn import Turns
from wuhu_tui.agents.claude_wire import Refused, Wire
from wuhu_tui.agents.frames import Frame
from wuhu_tui.agents.process import Patience, spawn
from wuhu_tui.agents.protocol import NOT_TAKEN, AgentSetting, AgentSink, SteerOutcome
from wuhu_tui.agents.vigil import Vigil
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import Noted, PhaseChanged
from wuhu_tui.model.states import PhaseKind

CANCEL_QUEUED = "interrupt_cancel_queued_v1"
LIFECYCLE = "msg_lifecycle_v1"
CANCELLED = "cancelled"
NO_CONVERSATION = "No conversation found"


class Life:
    """A Claude Code process that can be spoken to; knows when it is gone."""

    def __init__(
        self,
        setting: AgentSetting,
        sink: AgentSink,
        *,
        session: str,
        resumed: str,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        patience: Patience,
    ) -> None:
        self.troubles = ClaudeTroubles(setting)
        self.ready = False
        """Whether it answered to its start."""
        self.forgotten = False
        """Whether it ended at once because it knows nothing of the conversation to go on with."""
        self._setting = started_setting(setting, session=session, resumed=resumed)
        self._resumed = bool(resumed)
        self._sink = sink
        self._new_id = new_id
        self._patience = patience
        self._features: set[str] = set()
        self._vigil: Vigil | None = None
        self._turns = Turns(sink, patience.steer)
        self._hooks = Hooks(setting, resumed=bool(resumed))
        self._translator = Translator(
            sink.emit, setting.worktree, clock, on_tool=self._hooks.tool_called
        )
        self._desk = Desk(
            setting,
            sink,
            self._hooks,
            clock=clock,
            new_id=new_id,
            on_withdrawn=self._turns.withdrawn,
        )
        self._wire = Wire(
            sink.emit,
            on_frame=self._frame,
            on_call=self._desk.take,
            on_withdrawal=self._desk.withdraw,
            log=self._log,
            new_id=new_id,
        )

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._vigil is None or self._vigil.ended

    @property
    def totals_known(self) -> bool:
        """Whether its totals begin at nothing, or were told."""
        return self._translator.meter.knows_totals

    @totals_known.setter
    def totals_known(self, known: bool) -> None:
        self._translator.meter.knows_totals = known

    @property
    def pid(self) -> int:
        """The process."""
        return self._watched().process.pid

    async def begin(self) -> None:
        """Spawn the program.

        Raises:
            AgentError: it cannot be started.
        """
        process = await spawn(self._setting, self._wire)
        self._wire.write = process.send
        self._desk.answer, self._desk.refuse = self._wire.answer, self._wire.refuse
        self._vigil = Vigil(process, self.troubles, self._patience, self._gone)

    async def call(self, step: str, request: Frame, seconds: float) -> Frame:
        """The answer to a request.

        Raises:
            AgentError: it died, did not answer in time, or answered with an error.
        """
        vigil = self._watched()
        try:
            async with asyncio.timeout(seconds):
                return await vigil.unless_gone(self._wire.call(request))
        except TimeoutError:
            raise self.troubles.silent(step, seconds) from None
        except Refused as refusal:
            raise self.troubles.refused(step, str(refusal)) from refusal
        except ConnectionError:
            raise await vigil.why_unheard() from None

    async def prompt(self, text: str) -> str:
        """Run one turn to its last word."""
        vigil, name = self._watched(), self._new_id()
        over = self._turns.begin(name)
        self._hooks.turn_begins()
        try:
            self._wire.send(_message(text, name))
            told = await vigil.unless_gone(_end_of(over))
        except TimeoutError:
            raise await self._overdue() from None
        except ConnectionError:
            raise await vigil.why_unheard() from None
        finally:
            self._turns.forget()
        if self._turns.came_back:
            return NOT_TAKEN
        reason = CANCELLED if self._turns.interrupted else stop_reason(told)
        if not reason:
            raise self.troubles.failed(told)
        return reason

    def steer(self, text: str, token: str) -> SteerOutcome:
        """Hand a message into the running turn; the agent says later that it has it."""
        if self.ended or self._turns.interrupted or not self._turns.prompted:
            return SteerOutcome.NOT_NOW
        name = self._new_id()
        self._turns.steer(name, token)
        try:
            self._wire.send(_message(text, name, priority="next"))
        except ConnectionError:
            self._turns.unsent(name)
            return SteerOutcome.NOT_NOW
        return SteerOutcome.DELIVERED

    async def interrupt(self) -> None:
        """End the running turn, and take back what the agent has not taken in yet."""
        if self.ended or not (self._turns.prompted or self._turns.running):
            return
        self._turns.hurry(self._patience.cancel)
        request: Frame = {"subtype": "interrupt"}
        if CANCEL_QUEUED in self._features:
            request["cancel_queued"] = True
        else:
            await self._take_back()
        told = await self.call("interrupt", request, self._patience.cancel)
        for name in Cancelled.model_validate(told).messages:
            self._turns.taken_back(name)

    async def close(self) -> None:
        """End the process; returns when it is gone and its end was told."""
        if self._vigil is not None:
            await self._vigil.end(exits_on_eof=self._setting.launch.quirks.exits_on_eof)

    async def _take_back(self) -> None:
        """Take back queued messages one by one; what is taken in meanwhile gives its own sign."""
        for name in self._turns.waiting:
            request = {"subtype": "cancel_async_message", "message_uuid": name}
            try:
                told = await self.call("taking a message back", request, self._patience.cancel)
            except AgentError as error:
                self._sink.emit(Noted(text=error.message, level="warning"))
                return
            if told.get(CANCELLED) is True:
                self._turns.taken_back(name)

    async def _overdue(self) -> AgentError:
        error = self.troubles.overdue(self._patience.cancel)
        self._sink.emit(Noted(text=error.message, level="warning"))
        await self.close()  # It works on: a next prompt would meet it busy.
        return error

    def _frame(self, frame: Frame) -> None:
        match frame.get("type"):
            case "assistant":
                self._translator.assistant(frame)
            case "user":
                self._user(Spoken.model_validate(frame))
            case "stream_event":
                self._translator.streamed(frame)
            case "system":
                self._system(frame)
            case "result":
                self._result(Result.model_validate(frame))
            case "command_lifecycle":
                self._lifecycle(Lifecycle.model_validate(frame))
            case "rate_limit_event":
                self._translator.rate_limit(frame)
            case _:
                self._translator.unknown(frame)

    def _user(self, told: Spoken) -> None:
        if told.replayed:
            self._turns.taken(told.uuid)
        else:
            self._translator.user(told)

    def _system(self, frame: Frame) -> None:
        told = System.model_validate(frame)
        if told.subtype == "init":
            self._features.update(told.capabilities)
            self._turns.tells_all = LIFECYCLE in self._features
            self._turns.agent_began()
            if not self._turns.prompted:  # Work beside the turn ended and woke it.
                self._sink.emit(PhaseChanged(kind=PhaseKind.THINKING))
        self._translator.system(told)

    def _lifecycle(self, told: Lifecycle) -> None:
        if told.state in ("started", "completed"):
            self._turns.taken(told.uuid)
        elif told.state == CANCELLED:
            self._turns.taken_back(told.uuid)

    def _result(self, told: Result) -> None:
        if not self.ready:
            self._log("".join(f"{words}\n" for words in told.errors))
        self._translator.ended(told)
        unasked = self._turns.running and not self._turns.prompted
        self._turns.ended(told)
        if unasked:  # Nobody waits for the end of a turn that the agent began itself.
            running = self._translator.tasks.running
            kind = PhaseKind.BACKGROUND if running else PhaseKind.NONE
            self._sink.emit(PhaseChanged(kind=kind))

    def _gone(self, code: int | None, words: str) -> None:
        """Tell the end of the process, after all that it said."""
        self._turns.agent_gone()
        self._translator.end()
        self.forgotten = self._resumed and not self.ready and NO_CONVERSATION in words
        try:
            if not self.forgotten:
                self._sink.exited(code, words)
        finally:
            self._desk.close()

    def _watched(self) -> Vigil:
        if self._vigil is None or self._vigil.ended:
            raise AgentError(f"{self.troubles.name} does not run", remedy="resume the session")
        return self._vigil

    def _log(self, text: str) -> None:
        with self._setting.log.open("a", encoding="utf-8", errors="replace") as log:
            log.write(text)


def _message(text: str, name: str, **more: str) -> Frame:
    """Words of the lead; the agent tells what became of them under this name."""
    return {
        "type": "user",
        "message": {"role": "user", "content": text},
        "parent_tool_use_id": None,
        "session_id": "",
        "uuid": name,
        **more,
    }


async def _end_of(over: asyncio.Future[Result]) -> Result:
    return await over
