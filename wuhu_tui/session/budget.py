"""Watches what a session uses: at its limit it pauses, asks, and goes on only when the lead says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wuhu_tui.journal.clock import new_id
from wuhu_tui.model.agent_events import BudgetRaised, BudgetReached
from wuhu_tui.model.budgets import RAISE, STOP, Budget, limit_of
from wuhu_tui.model.commands import Hold
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.spending import (
    PROJECT,
    SESSION,
    budget_question,
    doubled,
    named_limit,
    used_up,
    whose_budget,
)
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.message_queue import WUHU, MessageQueue
from wuhu_tui.session.policy import PolicyFile

CONTINUE = (
    "You were paused because a budget was used up; there is more now. Continue where you were."
)
"""What a session is told that goes on."""


class BudgetGuard:
    """While one of its questions is open, no turn begins."""

    def __init__(
        self,
        log: SessionLog,
        queue: MessageQueue,
        policy: PolicyFile,
        *,
        clock: Callable[[], datetime],
        ask: Callable[[Question], None],
    ) -> None:
        self._log = log
        self._queue = queue
        self._policy = policy
        self._clock = clock
        self._put = ask

    @property
    def limit(self) -> Budget:
        """The limit that holds for this session now."""
        view = self._log.view
        return limit_of(self._policy.look().session_budget, view.spec.budget, view.raised_budget)

    @property
    def holds(self) -> bool:
        """Whether the lead was asked and has not answered."""
        return any(open_.kind is QuestionKind.BUDGET for open_ in self._log.view.questions)

    def look(self) -> bool:
        """Ask if the session's limit is reached; whether the session is to pause."""
        limit, usage = self.limit, self._log.view.usage
        if self.holds:
            return True
        if not used_up(usage, limit):
            return False
        self._ask(new_id(), SESSION, usage, limit)
        return True

    def hold(self, command: Hold) -> None:
        """The project's limit is reached: pause as well."""
        self._ask(command.id, PROJECT, command.used, command.limit, command.reason)

    def why_not(self, question: Question, answer: Answer) -> str:
        """Why this is no answer; empty when it is one."""
        if question.kind is not QuestionKind.BUDGET or answer.choice in (RAISE, STOP):
            return ""
        found = named_limit(answer.text, *self._asked(question))
        return found if isinstance(found, str) else ""

    def raise_limit(self, question: Question, answer: Answer) -> None:
        """The lead gave more: write the new limit down."""
        limit, usage = self._asked(question)
        named = named_limit(answer.text, limit, usage) if not answer.choice else ""
        new = doubled(limit, usage) if isinstance(named, str) else named
        whose = whose_budget(question)
        self._log.write(BudgetRaised(limit=new, by=answer.by, whose=whose))

    def go_on(self, question: Question) -> None:
        """Tell the agent to continue, unless something else holds it."""
        if not self.holds:
            self._queue.put(f"continue:{question.id}", Lane.SYSTEM, CONTINUE, WUHU)

    def _ask(self, name: str, whose: str, usage: Usage, limit: Budget, reason: str = "") -> None:
        question = budget_question(name, whose, usage, limit, at=self._clock(), reason=reason)
        if question.id in self._log.history.questions:
            return
        self._log.write(BudgetReached(whose=whose, used=usage, limit=limit, question=question.id))
        self._put(question)

    def _asked(self, question: Question) -> tuple[Budget, Usage]:
        reached = self._log.history.budgets[question.id]
        usage = self._log.view.usage if reached.whose == SESSION else reached.used
        return reached.limit, usage
