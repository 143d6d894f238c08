"""Messages handed into a running turn: when, in which order, and what the agent says of them.

The handing over is a task of its own: while an agent makes up its mind about a message, its life
takes answers, interrupts and stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from wuhu_tui.agents.protocol import Agent, Started, SteerOutcome
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.events import (
    MessageDeferred,
    MessageDelivered,
    MessageLanded,
    MessageOffered,
    MessageUnsure,
    Noted,
)
from wuhu_tui.model.messages import Boundary, Message
from wuhu_tui.session.lanes import due
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.message_queue import MessageQueue

STEER_DEADLINE = 10.0
"""Seconds an agent may take to say what it did with a steering message."""

RETRY_AFTER = 2.0
"""Seconds after which an agent that queues messages itself is asked again without a boundary."""

NOT_NOW = "the agent takes none at this moment"
NEVER = "the agent takes messages only between its turns"


class Steering:
    """One message a call, in the order of the lanes; each call's token is the message's id."""

    def __init__(
        self,
        log: SessionLog,
        queue: MessageQueue,
        changed: Callable[[], None],
        held_because: Callable[[], str],
        *,
        policy: Callable[[], Policy],
    ) -> None:
        self._log = log
        self._queue = queue
        self._changed = changed
        self._held_because = held_because
        self._policy = policy
        self._agent: Agent | None = None
        self._turn: asyncio.Task[str] | None = None
        self._task: asyncio.Task[None] | None = None
        self._queues = False
        self._takes = False
        self._waits = False
        self._held = False
        self._refusals = 0
        self._told: set[tuple[str, str]] = set()
        self._undecided: set[str] = set()
        self._give_up_at: float | None = None

    def turn_began(self, agent: Agent, started: Started, turn: asyncio.Task[str]) -> None:
        """From now on messages may be handed into this turn."""
        if agent is not self._agent:
            self._takes = started.steers_in_turn
        self._agent, self._turn = agent, turn
        self._queues = started.queues_steers
        self._waits = self._held = False
        self._refusals = 0
        self._give_up_at = None

    def offer(self, *, tool_ended: bool) -> None:
        """Hand over what presses, if this is a moment at which the agent takes it."""
        if not self._turn_runs or not due(self._log.view.waiting, Boundary.TOOL_END):
            return
        if not self._takes:
            self._tell_once(NEVER, not_supported=True)
            return
        if reason := self._held_because():
            self._tell_once(reason)
            return
        if tool_ended and self._may_be_asked:
            self._waits = False
        is_moment = (tool_ended or self._queues) and not self._waits and not self._held
        if is_moment and self._task is None:
            self._task = asyncio.create_task(self._hand_over())
            self._task.add_done_callback(self._done)

    def hold(self) -> None:
        """The turn is interrupted: what still waits is for the next one."""
        self._held = True

    def release(self) -> None:
        """The turn goes on all the same."""
        self._held = False

    def accepted(self, token: str) -> None:
        """The agent has taken it in; a late word counts too."""
        unsure = any(message.id == token for message in self._log.view.unsure)
        if token in self._undecided or unsure:
            self._undecided.discard(token)
            self._log.write(MessageLanded(id=token, boundary=Boundary.TOOL_END))
            self._changed()

    def not_accepted(self, token: str, reason: str, *, lost: bool) -> None:
        """It came back and waits again; or nobody knows where it is, and it is not sent again."""
        if token not in self._undecided:
            return
        self._undecided.discard(token)
        if lost:
            self._note(f"the agent did not say if it took a message: {reason}")
            self._log.write(MessageUnsure(id=token))
        else:
            self._waits = True
            self._refusals += 1
            self._log.write(MessageDeferred(id=token, reason=reason or NOT_NOW))
        self._changed()

    def decided(self, patience: float) -> bool:
        """After the turn: whether the fate of all it was handed is known, or was waited for."""
        loop = asyncio.get_running_loop()
        if not self._undecided and self._task is None:
            return True
        if self._give_up_at is None:
            self._give_up_at = loop.time() + patience
            loop.call_later(patience, self._changed)
        return loop.time() >= self._give_up_at

    def turn_over(self) -> None:
        """Nothing more is handed over; what the agent said nothing of may have reached it."""
        if self._task is not None:
            self._task.cancel()
        self._turn = None
        undecided = [m.id for m in self._log.view.waiting if m.id in self._undecided]
        self._undecided.clear()
        for name in undecided:
            self._log.write(MessageUnsure(id=name))

    @property
    def _may_be_asked(self) -> bool:
        """Whether it has not refused so often that the message waits for the turn's end."""
        return self._refusals < self._policy().most_refusals

    @property
    def _turn_runs(self) -> bool:
        return self._turn is not None and not self._turn.done()

    async def _hand_over(self) -> None:
        while message := self._next():
            if not await self._hand_over_one(message):
                return

    def _next(self) -> Message | None:
        messages = due(self._log.view.waiting, Boundary.TOOL_END)
        may = self._turn_runs and not self._held and not self._log.broken
        may = may and not self._held_because()
        return messages[0] if may and messages else None

    async def _hand_over_one(self, message: Message) -> bool:
        """Whether the agent has it, so that the next one may follow."""
        assert self._agent is not None
        self._log.write(MessageOffered(id=message.id, boundary=Boundary.TOOL_END))
        self._undecided.add(message.id)
        try:
            async with asyncio.timeout(STEER_DEADLINE):
                outcome = await self._agent.steer(self._queue.words((message,)), message.id)
        except Exception as error:  # noqa: BLE001 - whatever an adapter raises, nobody knows
            self.not_accepted(message.id, str(error) or type(error).__name__, lost=True)
            return True
        return self._settle(message.id, outcome)

    def _settle(self, name: str, outcome: SteerOutcome) -> bool:
        """What the call's return says counts unless the sink was told more meanwhile."""
        has_it = outcome in (SteerOutcome.ACCEPTED, SteerOutcome.DELIVERED)
        if name not in self._undecided:
            return has_it and not self._waits
        if outcome is SteerOutcome.ACCEPTED:
            self.accepted(name)
        elif outcome is SteerOutcome.DELIVERED:
            self._log.write(MessageDelivered(id=name))
        else:
            self._refused(name, never=outcome is SteerOutcome.NOT_SUPPORTED)
        return has_it

    def _refused(self, name: str, *, never: bool) -> None:
        self._undecided.discard(name)
        self._waits = True
        self._refusals += 1
        if never:
            self._takes = False
            self._told.add((name, NEVER))
        elif self._queues:
            asyncio.get_running_loop().call_later(RETRY_AFTER, self._try_again, self._turn)
        reason = NEVER if never else NOT_NOW
        self._log.write(MessageDeferred(id=name, reason=reason, not_supported=never))

    def _try_again(self, turn: asyncio.Task[str] | None) -> None:
        if turn is self._turn and self._turn_runs and self._may_be_asked:
            self._waits = False
            self._changed()

    def _tell_once(self, reason: str, *, not_supported: bool = False) -> None:
        """Say of each message, once, what it waits for."""
        for message in due(self._log.view.waiting, Boundary.TOOL_END):
            if (message.id, reason) not in self._told:
                self._told.add((message.id, reason))
                event = MessageDeferred(id=message.id, reason=reason, not_supported=not_supported)
                self._log.write(event)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()):
            self._note(f"handing over a message failed: {error}")
        self._changed()

    def _note(self, text: str) -> None:
        self._log.write(Noted(text=text, level="warning"))
