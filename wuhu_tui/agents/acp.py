"""Speaks to agents of the Agent Client Protocol, each with its measured habits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from importlib import metadata
from typing import Any

import acp
from acp.schema import (
    ClientCapabilities,
    ElicitationCapabilities,
    ElicitationFormCapabilities,
    Implementation,
    InitializeResponse,
    LoadSessionResponse,
    NewSessionResponse,
)
from pydantic import ValidationError

from wuhu_tui.agents import acp_life
from wuhu_tui.agents.acp_errors import (
    METHOD_NOT_FOUND,
    error_words,
    login_help,
    unknown_stop_reason,
)
from wuhu_tui.agents.acp_life import NO_END_TOLD, Life, Parts
from wuhu_tui.agents.acp_turn import CANCELLED, CallEnd, Turn, stop_reason, tokens_used
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import Noted

MODE = "mode"
FOLDED = "folded"

CAPABILITIES = ClientCapabilities(
    elicitation=ElicitationCapabilities(form=ElicitationFormCapabilities()),
)
"""File access is served but not advertised: agents have the worktree on their own disk, and gemini
0.61 takes our word that a file is missing for a fault, so that it could create none."""

PATIENCE = Patience()

Opened = NewSessionResponse | LoadSessionResponse


class AcpAgent:
    """One agent process, spoken to in ACP."""

    def __init__(
        self,
        setting: AgentSetting,
        *,
        clock: Callable[[], datetime] = now,
        new_id: Callable[[], str] = new_id,
        patience: Patience = PATIENCE,
    ) -> None:
        self._setting = setting
        self._quirks = setting.launch.quirks
        self._clock = clock
        self._new_id = new_id
        self._patience = patience
        self._life: Life | None = None
        self._session = ""
        self._turn: Turn | None = None
        self._steer_method = self._quirks.steer_method

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Spawn the program, initialize it, and open or load a session."""
        parts = Parts(
            self._setting, sink, clock=self._clock, new_id=self._new_id, patience=self._patience
        )
        self._life = life = await acp_life.begin(self._setting, sink, parts)
        try:
            return await self._open(life, reference)
        except BaseException:
            await life.close()
            raise

    async def prompt(self, text: str) -> str:
        """Run one turn to its last word."""
        life = self._alive()
        self._turn = turn = Turn(
            self._call,
            text,
            folded_call_returns=self._quirks.folded_call_returns,
            on_refused=lambda why: self._note(f"the agent refused a message: {why}", "error"),
        )
        ends: list[CallEnd] = []
        try:
            ends = await life.call("prompt", self._end_of(turn, life))
            return stop_reason(ends)
        finally:
            self._turn = None
            turn.abandon()
            life.translator.end_turn(tokens_used(ends), NO_END_TOLD)

    async def steer(self, text: str, token: str) -> SteerOutcome:
        """Hand a message into the running turn, in the way this agent knows."""
        if not self._can_steer():
            return SteerOutcome.NOT_NOW
        if self._steer_method:
            taken = await self._inject(text)
            if taken is not None:
                return SteerOutcome.ACCEPTED if taken else SteerOutcome.NOT_NOW
        if self._quirks.second_prompt != FOLDED:
            return SteerOutcome.NOT_SUPPORTED
        if self._turn is None:
            return SteerOutcome.NOT_NOW
        self._turn.fold(text)
        return SteerOutcome.ACCEPTED

    async def type_keys(self, text: str) -> None:
        """Its programs have no screen."""

    async def resize(self, columns: int, rows: int) -> None:
        """Its programs have no screen."""

    async def interrupt(self) -> None:
        """Cancel the running turn; questions that are open are answered `cancelled`."""
        turn, life = self._turn, self._life
        if turn is None or life is None or life.ended:
            return
        turn.interrupted = True
        turn.hurry(self._patience.cancel)
        if self._quirks.cancel_answers_permission:
            await life.client.withdraw()
        await life.call(CANCELLED, life.connection.cancel(session_id=self._session))
        await life.client.withdraw()

    async def close(self) -> None:
        """End the agent process."""
        if self._life is not None:
            await self._life.close()

    async def _open(self, life: Life, reference: str) -> Started:
        known = await life.call(
            "initialize",
            life.connection.initialize(
                protocol_version=acp.PROTOCOL_VERSION,
                client_capabilities=CAPABILITIES,
                client_info=Implementation(name="wuhu", version=_version()),
            ),
            seconds=self._quirks.start_seconds,
        )
        if known.protocol_version != acp.PROTOCOL_VERSION:
            raise life.troubles.stranger(known.protocol_version)
        loaded = await self._load(life, known, reference)
        opened = loaded or await self._new_session(life, known)
        if isinstance(opened, NewSessionResponse):
            self._session = opened.session_id
        await self._set_mode(life, opened)
        return self._started(life, known, resumed=loaded is not None)

    def _started(self, life: Life, known: InitializeResponse, *, resumed: bool) -> Started:
        info = known.agent_info
        return Started(
            pid=life.process.pid,
            reference=self._session,
            version=f"{info.name} {info.version}" if info else "",
            resumed=resumed,
            steers_in_turn=bool(self._steer_method) or self._quirks.second_prompt == FOLDED,
        )

    async def _new_session(self, life: Life, known: InitializeResponse) -> NewSessionResponse:
        return await life.call(
            "session/new",
            life.connection.new_session(cwd=str(self._setting.worktree), mcp_servers=[]),
            seconds=self._quirks.start_seconds,
            login=login_help(known),
        )

    async def _load(
        self, life: Life, known: InitializeResponse, reference: str
    ) -> LoadSessionResponse | None:
        """The old conversation, loaded by the agent; None when there is none to go on with."""
        able = known.agent_capabilities is not None and known.agent_capabilities.load_session
        if not (reference and able and self._quirks.resumes):
            return None
        life.wire.muted = True
        loading = self._try_load(life, reference)
        try:
            loaded = await life.call("session/load", loading, seconds=self._quirks.start_seconds)
        finally:
            life.wire.muted = False
        self._session = reference if loaded else ""
        return loaded

    async def _try_load(self, life: Life, reference: str) -> LoadSessionResponse | None:
        cwd = str(self._setting.worktree)
        try:
            return await life.connection.load_session(cwd=cwd, session_id=reference, mcp_servers=[])
        except acp.RequestError as error:
            why = error_words(error)
            self._note(f"the agent could not load its conversation, it begins anew: {why}")
            return None

    async def _set_mode(self, life: Life, opened: Opened) -> None:
        mode = self._quirks.mode
        if not mode:
            return
        modes = opened.modes.available_modes if opened.modes else []
        options = [option.id for option in opened.config_options or ()]
        change: Coroutine[Any, Any, Any]
        if any(known.id == mode for known in modes):
            change = life.connection.set_session_mode(session_id=self._session, mode_id=mode)
        elif MODE in options:
            change = life.connection.set_config_option(
                config_id=MODE, session_id=self._session, value=mode
            )
        else:
            self._note(f"the agent offers no mode “{mode}”; it stays in its own")
            return
        await life.call(f"mode {mode}", change, seconds=self._quirks.start_seconds)

    async def _call(self, text: str) -> CallEnd:
        """One `session/prompt` and what it returned."""
        connection = self._alive().connection
        try:
            reply = await connection.prompt(session_id=self._session, prompt=[acp.text_block(text)])
        except ValidationError as error:
            reason = unknown_stop_reason(error)
            if not reason:
                raise
            return CallEnd(reason=reason)
        return CallEnd(reason=reply.stop_reason, used=reply.usage)

    async def _end_of(self, turn: Turn, life: Life) -> list[CallEnd]:
        try:
            return await turn.end()
        except TimeoutError:
            overdue = life.troubles.overdue(self._patience.cancel)
            self._note(overdue.message)
            await life.close()  # it works on: a next prompt would be a second one while busy
            raise overdue from None

    def _can_steer(self) -> bool:
        turn, life = self._turn, self._life
        return turn is not None and not turn.interrupted and life is not None and not life.ended

    async def _inject(self, text: str) -> bool | None:
        """Whether the agent took the message by its steering method; None: it has no such."""
        life = self._alive()
        params = {
            "sessionId": self._session,
            "prompt": [{"type": "text", "text": text}],
            "_meta": {"steering": {"idleBehavior": "promptRequired"}},
        }
        try:
            async with asyncio.timeout(self._patience.steer):
                reply = await life.connection.ext_method(self._steer_method, params)
        except acp.RequestError as error:
            if error.code == METHOD_NOT_FOUND:
                self._steer_method = ""
            return None if error.code == METHOD_NOT_FOUND else False
        except (TimeoutError, ConnectionError) as error:
            raise life.troubles.unsure(str(error) or "no answer") from error
        return self._taken(reply)

    def _taken(self, reply: Any) -> bool:
        outcome = reply.get("outcome") if isinstance(reply, dict) else None
        if outcome == "startedNewTurn":
            self._note(
                "the agent took the message in a turn of its own, whose end it will not tell"
            )
            return True
        return outcome == "injected"

    def _note(self, text: str, level: str = "warning") -> None:
        if self._life is not None:
            self._life.sink.emit(Noted(text=text, level=level))

    def _alive(self) -> Life:
        if self._life is None or self._life.ended:
            name = self._setting.launch.name
            raise AgentError(f"{name} does not run", remedy="resume the session")
        return self._life


def _version() -> str:
    try:
        return metadata.version("wuhu-tui")
    except metadata.PackageNotFoundError:
        return "0"
