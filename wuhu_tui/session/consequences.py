"""What the lead's answers bring about beside reaching whoever asked: rules, budgets, an end."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.model.budgets import STOP
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.session.budget import BudgetGuard
from wuhu_tui.session.policy import Leave

CORE = "core"
"""Who lets a session go on because the lead gave all of them more."""


class AnswerConsequences:
    """Followed once the answer is on disk: what a crash cuts off here is asked for again."""

    def __init__(
        self,
        leave: Leave,
        budget: BudgetGuard,
        *,
        stop: Callable[[str, str], str],
        went_on: Callable[[Question], None],
    ) -> None:
        self._leave = leave
        self._budget = budget
        self._stop = stop
        self._went_on = went_on

    def why_not(self, question: Question, answer: Answer) -> str:
        """Why the answer cannot be followed; empty when it can."""
        return self._budget.why_not(question, answer)

    def follow(self, question: Question, answer: Answer) -> None:
        """Keep the rule, raise the limit, or end."""
        if question.kind is QuestionKind.PERMISSION:
            self._leave.remember(question, answer)
        if question.kind is not QuestionKind.BUDGET:
            return
        if answer.choice == STOP:
            self._stop(answer.by, question.text)
            return
        if answer.by != CORE:
            self._budget.raise_limit(question, answer)
        self._went_on(question)
