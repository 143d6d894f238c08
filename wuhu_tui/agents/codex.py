"""Speaks to Codex by its own `app-server`: threads, turns, steering, approvals, questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from wuhu_tui.agents import codex_messages as told
from wuhu_tui.agents.codex_launch import ASKS, trap_in
from wuhu_tui.agents.codex_life import Life
from wuhu_tui.agents.codex_questions import after_plan, plan_question
from wuhu_tui.agents.codex_sandbox import (
    DEFAULT,
    MODES,
    READ_ONLY,
    sandbox_of,
    turn_policy,
    writable_roots,
)
from wuhu_tui.agents.codex_turn import CANCELLED, COMPLETED, END_TURN, INTERRUPTED, Turn
from wuhu_tui.agents.codex_wire import CallError
from wuhu_tui.agents.introduction import own_version
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError, NotPossible

PATIENCE = Patience()
FULL_ACCESS = "danger-full-access"
CAPABILITIES = (
    Capability.STEER,
    Capability.RECEIPTS,
    Capability.INTERRUPT,
    Capability.RESUME,
    Capability.TOKENS,
    Capability.CONTEXT,
    Capability.THINKING,
    Capability.PLAN,
    Capability.DIFFS,
    Capability.MCP,
    Capability.MODES,
)
"""What every version with this protocol can do; the rest is found out."""


class CodexAgent:
    """One `codex app-server` with one conversation."""

    def __init__(
        self,
        setting: AgentSetting,
        *,
        clock: Callable[[], datetime] = now,
        new_id: Callable[[], str] = new_id,
        patience: Patience = PATIENCE,
    ) -> None:
        self._setting = setting
        self._seconds = setting.launch.quirks.start_seconds
        self._mode = MODES.get(setting.launch.quirks.mode or DEFAULT, MODES[DEFAULT])
        self._plans_first = self._mode.plans
        self._clock = clock
        self._new_id = new_id
        self._patience = patience
        self._life: Life | None = None
        self._opened = told.ThreadOpened(thread=told.ThreadKnown(id=""))
        self._sandbox: dict[str, Any] | None = None
        self._model = ""
        """In place of the one that the conversation was opened with."""

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Spawn the program, greet it, and open or load a conversation."""
        life = Life(self._setting, sink, self._patience, clock=self._clock, new_id=self._new_id)
        process = await life.begin()
        self._life = life
        try:
            return await self._open(life, process.pid, reference)
        except BaseException:
            await life.close()
            raise

    async def prompt(self, text: str) -> str:
        """Run one turn to its end; one that ends with a plan goes on as the lead decides."""
        life = self._alive()
        reason, words = END_TURN, text
        while reason == END_TURN and words:
            life.translator.plan = ""
            reason = await self._run_turn(life, words)
            words = await self._after_plan(life) if reason == END_TURN else ""
        return reason

    async def steer(self, text: str, token: str) -> SteerOutcome:
        """Hand a message into the running turn: taken in when codex shows it among its own."""
        life = self._life
        turn = life.turn if life is not None and not life.ended else None
        if life is None or turn is None or turn.interrupted or not turn.name:
            return SteerOutcome.NOT_NOW
        life.steers.hand_in(token, text)
        try:
            await life.call(
                "turn/steer", self._steering(turn, text, token), seconds=self._patience.steer
            )
        except CallError as error:
            life.steers.take_back(token)
            life.translator.note(f"codex takes no message now: {error.message}", "info")
            return SteerOutcome.NOT_NOW
        except BaseException as error:
            life.steers.take_back(token)
            if isinstance(error, AgentError):
                raise life.troubles.unsure(error.message) from error
            raise
        return SteerOutcome.ACCEPTED if life.steers.is_seen(token) else SteerOutcome.DELIVERED

    async def interrupt(self) -> None:
        """End the running turn, and the commands that codex would leave running."""
        life = self._life
        turn = life.turn if life is not None and not life.ended else None
        if life is None or turn is None:
            return
        turn.interrupted = True
        turn.hurry(self._patience.cancel)
        name = await life.name_of(turn)
        if not name:
            return
        names = {"threadId": self._thread, "turnId": name}
        commands = life.translator.tools.running_commands()
        try:
            await life.call("turn/interrupt", names, seconds=self._patience.steer)
        except CallError as error:
            life.translator.note(f"codex did not interrupt: {error.message}", "info")
        for command in commands:
            await self._terminate(life, command)

    async def set_mode(self, mode: str) -> None:
        """Change when it asks and what its sandbox lets it do, from its next turn on."""
        if mode not in MODES:
            known = ", ".join(MODES)
            raise NotPossible(f"codex has no mode “{mode}”; one of: {known}")
        self._mode = MODES[mode]
        self._plans_first = self._plans_first or self._mode.plans
        roots = writable_roots(self._setting.worktree, self._setting.environment)
        self._sandbox = sandbox_of(self._mode, self._opened.sandbox, roots)

    async def set_model(self, model: str) -> None:
        """Change the model, from its next turn on; whether there is such a one is seen then."""
        self._model = model

    async def type_keys(self, text: str) -> None:
        """It has no screen."""

    async def resize(self, columns: int, rows: int) -> None:
        """It has no screen."""

    async def close(self) -> None:
        """End the process."""
        if self._life is not None:
            await self._life.close()

    @property
    def _thread(self) -> str:
        return self._opened.thread.id

    async def _open(self, life: Life, pid: int, reference: str) -> Started:
        self._warn(life)
        known = await life.ask(told.Initialized, "initialize", _greeting(), seconds=self._seconds)
        life.greet()
        await self._check_login(life)
        asks = await self._asks(life)
        resumed = await self._load(life, reference)
        self._opened = resumed or await life.ask(
            told.ThreadOpened, "thread/start", self._conversation(), seconds=self._seconds
        )
        life.translator.thread = self._thread
        roots = writable_roots(self._setting.worktree, self._setting.environment)
        self._sandbox = turn_policy(self._opened.sandbox, roots)
        version = self._opened.thread.cli_version or known.user_agent
        return Started(
            pid=pid,
            reference=self._thread,
            version=f"codex {version}".strip(),
            resumed=resumed is not None,
            steers_in_turn=True,
            queues_steers=True,
            usage_continues=resumed is not None,
            capabilities=self._capabilities(asks=asks),
            model=self._opened.model,
        )

    def _warn(self, life: Life) -> None:
        mode = self._setting.launch.quirks.mode
        if mode and mode not in MODES:
            known = ", ".join(MODES)
            life.translator.note(
                f"codex has no mode “{mode}”, it runs as {DEFAULT}; one of: {known}"
            )
        trap = trap_in(self._setting.environment)
        if trap and self._mode.sandbox != FULL_ACCESS:
            life.translator.note(trap)

    async def _check_login(self, life: Life) -> None:
        """An old version that cannot say whether it is logged in will say so in its first turn."""
        try:
            known = await life.call("account/read", {"refreshToken": False}, seconds=self._seconds)
            account = told.Account.model_validate(known)
        except (CallError, ValueError):
            return
        if account.requires_openai_auth and account.account is None:
            raise life.troubles.logged_out()

    async def _asks(self, life: Life) -> bool:
        """Whether its tool for asking works outside of its plan mode."""
        try:
            known = await life.call(
                "experimentalFeature/list", {"limit": 1000}, seconds=self._seconds
            )
            features = told.Features.model_validate(known).data
        except (CallError, ValueError):
            return False
        return any(feature.name == ASKS and feature.enabled for feature in features)

    def _capabilities(self, *, asks: bool) -> tuple[Capability, ...]:
        found = list(CAPABILITIES)
        if asks or self._mode.plans:
            found.append(Capability.ASK)
        if self._mode.approval != "never":
            found.append(Capability.PERMISSION)
        return tuple(found)

    async def _load(self, life: Life, reference: str) -> told.ThreadOpened | None:
        """The old conversation; None when there is none to go on with."""
        if not (reference and self._setting.launch.quirks.resumes):
            return None
        life.translator.thread = reference
        params = {**self._conversation(), "threadId": reference, "excludeTurns": True}
        try:
            opened = await life.call("thread/resume", params, seconds=self._seconds)
            return told.ThreadOpened.model_validate(opened)
        except (CallError, ValueError) as error:
            life.translator.thread = ""
            text = f"codex could not load its conversation, it begins anew: {error}"
            life.translator.note(text)
            return None

    def _conversation(self) -> dict[str, Any]:
        return {
            "cwd": str(self._setting.worktree),
            "approvalPolicy": self._mode.approval,
            "approvalsReviewer": "user",
            "sandbox": self._mode.sandbox,
        }

    async def _run_turn(self, life: Life, text: str) -> str:
        life.turn = turn = Turn()
        try:
            end = await self._end_of(life, turn, text)
        finally:
            life.turn = None
            turn.abandon()
            life.settle("")
        if end.status == COMPLETED:
            return END_TURN
        if end.status == INTERRUPTED:
            return CANCELLED
        raise life.troubles.failed(end.error)

    async def _after_plan(self, life: Life) -> str:
        """What codex is told after a turn that ended with a plan; nothing: it waits."""
        if not (self._mode.plans and life.translator.plan):
            return ""
        question = plan_question(self._new_id(), self._clock(), life.translator.plan)
        approved, words = after_plan(await life.ask_lead(question))
        if approved:
            self._mode = MODES[DEFAULT]
        return words

    async def _end_of(self, life: Life, turn: Turn, text: str) -> told.TurnKnown:
        running = asyncio.ensure_future(self._run(life, turn, text))
        try:
            waiting: set[asyncio.Future[Any]] = {running, turn.overdue}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                return running.result()
        finally:
            running.cancel()
        overdue = life.troubles.overdue(self._patience.cancel)
        life.translator.note(overdue.message)
        await life.close()  # it works on: a next prompt would be a message into that turn
        raise overdue

    async def _run(self, life: Life, turn: Turn, text: str) -> told.TurnKnown:
        begun = await life.ask(told.TurnBegun, "turn/start", self._turn(text), seconds=None)
        turn.begin(begun.turn.id)
        return await life.end_of(turn)

    def _turn(self, text: str) -> dict[str, Any]:
        params: dict[str, Any] = {
            "threadId": self._thread,
            "input": _words(text),
            "approvalPolicy": self._mode.approval,
        }
        if self._model:
            params["model"] = self._model
        sandbox = READ_ONLY if self._mode.plans else self._sandbox
        if sandbox is not None:
            params["sandboxPolicy"] = sandbox
        if self._plans_first:
            kind = "plan" if self._mode.plans else "default"
            settings = {"model": self._model or self._opened.model}
            params["collaborationMode"] = {"mode": kind, "settings": settings}
        return params

    def _steering(self, turn: Turn, text: str, token: str) -> dict[str, Any]:
        return {
            "threadId": self._thread,
            "expectedTurnId": turn.name,
            "input": _words(text),
            "clientUserMessageId": token,
        }

    async def _terminate(self, life: Life, command: str) -> None:
        """End a command; whatever outlives this is found and killed by the runner."""
        params = {"threadId": self._thread, "processId": command}
        try:
            await life.call(
                "thread/backgroundTerminals/terminate", params, seconds=self._patience.steer
            )
        except CallError:
            return

    def _alive(self) -> Life:
        if self._life is None or self._life.ended:
            name = self._setting.launch.name
            raise AgentError(f"{name} does not run", remedy="resume the session")
        return self._life


def _greeting() -> dict[str, Any]:
    info = {"name": "wuhu", "title": "wuhu", "version": own_version()}
    return {"clientInfo": info, "capabilities": {"experimentalApi": True}}


def _words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text, "text_elements": []}]
