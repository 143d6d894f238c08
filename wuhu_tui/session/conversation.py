"""The agent of one life, and what is said to it: turns, and messages at the boundaries."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from wuhu_tui.agents.protocol import NOT_TAKEN, Agent, AgentSetting, AgentSink, Started
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError, WuhuError
from wuhu_tui.model.events import (
    AgentExited,
    AgentStarted,
    MessageCancelled,
    MessageDeferred,
    MessageDelivered,
    MessageLanded,
    MessageOffered,
    MessageUnsure,
    Noted,
    TurnStarted,
)
from wuhu_tui.model.messages import DRAFT_STANDS, SCREEN_ASKS, Boundary, Lane, Message, MessageState
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value
from wuhu_tui.session.briefing import RESUMPTION, resumption
from wuhu_tui.session.briefing_first import opening
from wuhu_tui.session.draft import Draft
from wuhu_tui.session.lanes import due
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.message_queue import WUHU, MessageQueue
from wuhu_tui.session.steering import Steering

Result = TypeVar("Result")

AgentFactory = Callable[[AgentSetting], Agent]

KEYS_DEADLINE = 1.0
"""Seconds an agent's screen may take to accept keys or another size."""

SETTING_DEADLINE = 4.0
"""Seconds an agent may take to accept another mode or model; nothing else is done meanwhile."""

CAME_BACK = "the turn ended before the agent took it"
NOT_READY = "its agent is not ready, or gone"


class Gone(Value, frozen=True):
    """How the agent's process ended."""

    code: int | None
    last_words: str


class Conversation:
    """Everything here runs in the runner's one loop; `changed` wakes it when a task is done."""

    def __init__(
        self,
        log: SessionLog,
        queue: MessageQueue,
        setting: AgentSetting,
        factory: AgentFactory,
        changed: Callable[[], None],
        *,
        policy: Callable[[], Policy],
    ) -> None:
        self.agent: Agent | None = None
        self.started: Started | None = None
        self.starting: asyncio.Task[Started] | None = None
        self.turn: asyncio.Task[str] | None = None
        self.gone: Gone | None = None
        self._exit_told = False
        self._log = log
        self._queue = queue
        self._setting = setting
        self._factory = factory
        self._changed = changed
        self._offered: list[MessageLanded] = []
        self._busy_alone = False
        """Whether the agent was at work by itself when it was prompted."""
        self._preface = ""
        self._draft = Draft()
        self._policy = policy
        self.steering = Steering(log, queue, changed, self._draft_stands, policy=policy)

    def open(self, sink: AgentSink) -> None:
        """Begin to start the agent; `starting` ends with it."""
        self.starting = self._task(self._start(sink))

    def ready(self, started: Started, ended: SessionState) -> None:
        """The agent takes prompts now; prepare what it must be told first."""
        self.started = started
        self._log.write(
            AgentStarted(
                agent=self._setting.launch.name,
                pid=started.pid,
                reference=started.reference,
                version=started.version,
                resumed=started.resumed,
                steers_in_turn=started.steers_in_turn,
                queues_steers=started.queues_steers,
                capabilities=started.capabilities,
                usage_continues=started.usage_continues,
                model=started.model,
            )
        )
        view, history = self._log.view, self._log.history
        words = opening(self._log.folder, view.spec, view.spec.task)
        self._preface = resumption(view, history, words, ended=ended, remembers=started.resumed)
        self._forget_old_prefaces()
        if self._preface and history.turn_was_cut:
            self._say_preface()

    def begin_turn(self, boundary: Boundary, *, busy_alone: bool = False) -> bool:
        """Hand over what is due, as a turn of its own; False when nothing is."""
        messages = due(self._log.view.waiting, boundary)
        if not messages or self.agent is None or self.started is None:
            return False
        if reason := self._held_because():
            self._tell_held(messages, reason)
            return False
        if self._preface:
            messages = (*self._say_preface(), *messages)
        if self._log.state is not SessionState.WORKING:
            self._log.enter(SessionState.WORKING, "a message lands")
        self._busy_alone = busy_alone
        self._offer(messages, boundary)
        self._offered = [MessageLanded(id=m.id, boundary=boundary) for m in messages]
        turn = self._log.view.turn + 1
        self._log.write(TurnStarted(turn=turn, messages=tuple(m.id for m in messages)))
        self.turn = self._task(self.agent.prompt(self._queue.words(messages)))
        self.steering.turn_began(self.agent, self.started, self.turn)
        # Called after the task's first step, in which an adapter writes the prompt.
        asyncio.get_running_loop().call_soon(self._prompt_delivered, self.turn)
        return True

    def _screen_asks(self) -> bool:
        guess = self._log.view.guess
        return guess is not None and guess.asks

    def _held_because(self) -> str:
        """Why nothing may be typed into the agent's screen now; empty: nothing stands in the way."""
        return SCREEN_ASKS if self._screen_asks() else self._draft_stands()

    def _draft_stands(self) -> str:
        return DRAFT_STANDS if self._draft.stands else ""

    def _tell_held(self, messages: Sequence[Message], reason: str) -> None:
        """Say of each message, once, what it waits for; it can still be changed."""
        told = {r.id for r in self._log.view.receipts if r.waits_because == reason}
        for message in messages:
            if message.id not in told:
                self._log.write(MessageDeferred(id=message.id, reason=reason))

    def _prompt_delivered(self, turn: asyncio.Task[str]) -> None:
        """The prompt is on its way: its call was begun and did not fail at once."""
        if turn is not self.turn or turn.done():
            return
        for landed in self._offered:
            self._log.write(MessageDelivered(id=landed.id))
        patience = self._policy().sign_seconds
        asyncio.get_running_loop().call_later(patience, self._tell_unheard, turn, patience)

    def _tell_unheard(self, turn: asyncio.Task[str], patience: float) -> None:
        """Handed over is not taken: a prompt that brings no sign at all may have been dropped."""
        if turn is self.turn and self._offered and not self._exit_told:
            self._note(
                f"its agent was given a message {patience:g} s ago and has shown no sign of "
                "it: it may not have read it; interrupt it and say it again",
                "warning",
            )

    def sign(self) -> None:
        """The agent works: on what was offered, unless it was at work by itself before."""
        if not self._busy_alone:
            self.land()

    def land(self) -> None:
        """The agent has what was offered with the prompt."""
        offered, self._offered = self._offered, []
        for landed in offered:
            self._log.write(landed)

    def finish_turn(self) -> str:
        """The turn's task is done; returns its stop reason."""
        turn, self.turn = self.turn, None
        assert turn is not None
        self.steering.turn_over()
        try:
            reason = turn.result()
        except asyncio.CancelledError:
            reason = "cancelled"
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises ends one turn only
            self._note(f"the turn failed: {_words(error)}", "error")
            self.unsure_offered()
            return "error"
        if reason == NOT_TAKEN:
            self._take_back_offered()
            return "cancelled"
        self.land()
        return reason

    def _take_back_offered(self) -> None:
        offered, self._offered = self._offered, []
        for landed in offered:
            self._log.write(MessageDeferred(id=landed.id, reason=CAME_BACK))

    def unsure_offered(self) -> None:
        """Whatever was handed over without a sign: nobody knows whether it arrived."""
        self._offered.clear()
        waiting = self._log.view.waiting
        self._unsure([m for m in waiting if m.state is MessageState.OFFERED])

    def exited(self, code: int | None, last_words: str, *, expected: bool) -> None:
        """The agent's process is gone; the first word of it counts."""
        self.gone = self.gone or Gone(code=code, last_words=last_words)
        if self.started is not None:
            self.tell_exit(expected=expected)

    def vanished(self) -> bool:
        """Whether the agent's process is gone although nobody said so."""
        if self.started is None or self.started.pid <= 0 or self.gone:
            return False
        try:
            os.kill(self.started.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def tell_exit(self, *, expected: bool) -> None:
        """Record the agent's end, once."""
        if self._exit_told or (self.started is None and self.gone is None):
            return
        self._exit_told = True
        gone = self.gone or Gone(code=None, last_words="")
        self._log.write(AgentExited(code=gone.code, expected=expected, last_words=gone.last_words))

    async def interrupt(self, patience: float) -> None:
        """Ask the agent to end its turn; an agent that does not listen is noted."""
        assert self.agent is not None
        self.steering.hold()
        try:
            async with asyncio.timeout(patience):
                await self.agent.interrupt()
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises, the life goes on
            self._note(f"the agent did not take the interrupt: {_words(error)}", "warning")

    async def type_keys(self, text: str) -> None:
        """Give keys to the agent's screen."""
        if self.agent is None:
            return
        if self.started is not None and Capability.ATTACH in self.started.capabilities:
            self._draft.typed(text, answers=self._screen_asks())
        await self._at_screen(self.agent.type_keys(text))
        self._changed()

    async def resize(self, columns: int, rows: int) -> None:
        """Give the agent's screen another size."""
        if self.agent is not None:
            await self._at_screen(self.agent.resize(columns, rows))

    async def _at_screen(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            async with asyncio.timeout(KEYS_DEADLINE):
                await work
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises, the life goes on
            self._note(f"the agent's screen did not take it: {_words(error)}", "warning")

    async def set_mode(self, mode: str) -> str:
        """Give the agent another mode; returns why not, or nothing."""
        if self.agent is None or self.started is None or self.gone:
            return NOT_READY
        return await _set("mode", self.agent.set_mode(mode))

    async def set_model(self, model: str) -> str:
        """Give the agent another model; returns why not, or nothing."""
        if self.agent is None or self.started is None or self.gone:
            return NOT_READY
        return await _set("model", self.agent.set_model(model))

    async def close(self, patience: float) -> None:
        """End the agent's process as its protocol has it; the tree is killed afterwards anyway."""
        self.steering.turn_over()
        for task in (self.starting, self.turn):
            if task and not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=patience)
        if self.agent is None:
            return
        try:
            async with asyncio.timeout(patience):
                await self.agent.close()
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises, the life ends
            self._note(f"the agent did not close by itself: {_words(error)}", "warning")

    async def _start(self, sink: AgentSink) -> Started:
        reference = self._log.view.agent_reference
        if not self._setting.launch.quirks.resumes:
            reference = ""
        try:
            return await self._spawn(sink, reference)
        except AgentError as error:
            if not reference:
                raise
            self._note(f"the old conversation does not load, a new one begins: {error}", "warning")
            await self._give_up_agent()
            return await self._spawn(sink, "")

    async def _spawn(self, sink: AgentSink, reference: str) -> Started:
        self.agent = self._factory(self._setting)
        self._draft = Draft()
        return await self.agent.start(sink, reference)

    async def _give_up_agent(self) -> None:
        agent, self.agent = self.agent, None
        if agent is not None:
            with suppress(WuhuError, OSError):
                await agent.close()
        self.gone = None

    def _offer(self, messages: Sequence[Message], boundary: Boundary) -> None:
        for message in messages:
            self._log.write(MessageOffered(id=message.id, boundary=boundary))

    def _unsure(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._log.write(MessageUnsure(id=message.id))

    def _say_preface(self) -> tuple[Message, ...]:
        """Queue what must be told first, ahead of everything."""
        name = f"{RESUMPTION}{self._log.epoch}"
        self._queue.put(name, Lane.SYSTEM, self._preface, WUHU, sequence=0)
        self._preface = ""
        message = self._queue.find(name)
        return (message,) if message else ()

    def _forget_old_prefaces(self) -> None:
        """What an earlier life wanted to say and could not is said anew by this one."""
        for message in self._log.view.waiting:
            if message.id.startswith(RESUMPTION):
                self._log.write(MessageCancelled(id=message.id))

    def _note(self, text: str, level: str) -> None:
        self._log.write(Noted(text=text, level=level))

    def _task(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled():
            task.exception()  # looked at here, so that one which nobody awaits any more is no alarm
        self._changed()


async def _set(what: str, change: Coroutine[Any, Any, None]) -> str:
    """Why a change of the agent was not made; nothing: it was."""
    try:
        async with asyncio.timeout(SETTING_DEADLINE):
            await change
    except TimeoutError:
        return f"its agent did not say within {SETTING_DEADLINE:g} s whether its {what} changed"
    except WuhuError as error:
        return error.message
    except Exception as error:  # noqa: BLE001 - whatever an adapter raises, the life goes on
        return f"its {what} was not changed: {_words(error)}"
    return ""


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
