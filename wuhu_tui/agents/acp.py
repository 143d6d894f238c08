"""Speaks to agents of the Agent Client Protocol, each with its measured habits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import acp
from pydantic import ValidationError

from wuhu_tui.agents import acp_life
from wuhu_tui.agents.acp_errors import METHOD_NOT_FOUND, unknown_stop_reason
from wuhu_tui.agents.acp_life import NO_END_TOLD, Life, Parts
from wuhu_tui.agents.acp_opening import FOLDED, Opener
from wuhu_tui.agents.acp_settings import Settings
from wuhu_tui.agents.acp_turn import CANCELLED, CallEnd, Turn, stop_reason, tokens_used
from wuhu_tui.agents.acp_usage import tokens_of
from wuhu_tui.agents.leftovers import Leftovers, below
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import Noted

PATIENCE = Patience()


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
        self._settings: Settings | None = None
        self._turn: Turn | None = None
        self._leftovers: Leftovers | None = None
        self._spared: tuple[Any, ...] = ()
        self._pressing: asyncio.Task[None] | None = None
        self._steer_method = self._quirks.steer_method

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Spawn the program, initialize it, and open or load a session."""
        parts = Parts(
            self._setting, sink, clock=self._clock, new_id=self._new_id, patience=self._patience
        )
        self._life = life = await acp_life.begin(self._setting, sink, parts)
        try:
            opening = await Opener(life, self._setting).open(reference)
        except BaseException:
            await life.close()
            raise
        self._session = opening.session
        self._settings = opening.settings
        await self._spare_helpers(life)
        return opening.started

    async def prompt(self, text: str) -> str:
        """Run one turn to its last word."""
        life = self._alive()
        goes_on = life.translator.goes_on
        life.client.turn_was_denied = False
        self._turn = turn = Turn(
            self._call, text, quirks=self._quirks, sink=life.sink, goes_on=goes_on
        )
        ends: list[CallEnd] = []
        self._leftovers = None
        try:
            ends = await life.call("prompt", self._end_of(turn, life))
            await self._end_leftovers()
            await self._spare_helpers(life)
            return stop_reason(ends)
        finally:
            self._turn = self._leftovers = None
            turn.settle()
            turn.abandon()
            used = tokens_used(ends, each_its_own=self._quirks.hand_over_told)
            life.translator.end_turn(used, NO_END_TOLD)

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
        self._turn.fold(text, token)
        return SteerOutcome.DELIVERED

    async def set_mode(self, mode: str) -> None:
        """Change its mode, by whichever of the two ways it offers."""
        self._alive()
        if self._settings is not None:
            await self._settings.set_mode(mode, self._patience.steer)

    async def set_model(self, model: str) -> None:
        """Change its model, where it offers that."""
        self._alive()
        if self._settings is not None:
            await self._settings.set_model(model, self._patience.steer)

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
        since = life.translator.command_began
        if since is not None:
            left = Leftovers(life.process.pid, since.timestamp(), self._spared)
            self._leftovers = await asyncio.to_thread(left.look)
        if self._turn is not turn:
            return
        if self._quirks.cancel_answers_permission:
            await life.client.withdraw()
        await self._cancel(life)
        await life.client.withdraw()
        self._pressing = asyncio.ensure_future(self._press(turn, life))

    async def close(self) -> None:
        """End the agent process."""
        if self._pressing is not None:
            self._pressing.cancel()
        if self._life is not None:
            await self._life.close()

    async def _cancel(self, life: Life) -> None:
        await life.call(CANCELLED, life.connection.cancel(session_id=self._session))

    async def _press(self, turn: Turn, life: Life) -> None:
        """Cancel again: some agents go on with a message they had queued, once they are cancelled."""
        while not turn.over and not life.ended:
            await asyncio.sleep(self._patience.cancel_again)
            if self._turn is not turn or life.ended:
                return
            with contextlib.suppress(AgentError):  # its end is told by the turn
                await self._cancel(life)

    async def _spare_helpers(self, life: Life) -> None:
        """What runs between two turns belongs to the agent, not to a command of the next turn."""
        self._spared = await asyncio.to_thread(below, life.process.pid)

    async def _end_leftovers(self) -> None:
        """Kill what an interrupted command left running."""
        if self._leftovers is None:
            return
        grace = self._patience.leftovers if self._quirks.cancel_stops_command else 0
        killed = await asyncio.to_thread(self._leftovers.end, grace)
        if killed:
            self._note(f"{killed} processes of the interrupted command went on; they were killed")

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
        return CallEnd(reason=reply.stop_reason, used=tokens_of(reply))

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
        if turn is None or turn.interrupted or life is None or life.ended:
            return False
        return not (self._quirks.reject_ends_turn and life.client.turn_was_denied)

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
