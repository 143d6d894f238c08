"""What a life must know of its session's journal beyond what the board shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from wuhu_tui.model import events
from wuhu_tui.model.agent_events import BudgetReached
from wuhu_tui.model.history_events import WorktreeSeen
from wuhu_tui.model.messages import ANSWER, Boundary
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Report

TAIL = 2000
"""Characters of the agent's last words that a new conversation is told."""

WAITING = "waiting"


class History:
    """Grows record by record; rebuilt from the journal at the start of every life."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.fates: dict[str, str] = {}
        """What became of every message: `waiting`, or a sentence for whoever wants to change it."""
        self.last_sequence = 0
        self.questions: dict[str, Question] = {}
        self.answers: dict[str, events.QuestionAnswered] = {}
        self.budgets: dict[str, BudgetReached] = {}
        """What was used up, by the question that was asked about it."""
        self.heard: set[str] = set()
        """Questions whose asker has the answer."""
        self.withdrawn: dict[str, str] = {}
        self.reports: list[Report] = []
        self.tools: dict[str, events.ToolStarted] = {}
        """Tool calls that run now, oldest first."""
        self.tools_since: dict[str, datetime] = {}
        self.in_turn = False
        self.turn_was_cut = False
        """Whether a runner or agent died in the last turn: it began and nothing ended it."""
        self.unheard_answers: list[Answer] = []
        """Answers since the agent last took a prompt, to questions whose asker lived."""
        self.unread: dict[str, events.QuestionAnswered] = {}
        """Answers to a worker's own questions that it has not fetched and no message carries."""
        self.unsure: list[str] = []
        """Messages that became unsure since the agent last took a prompt."""
        self._detached: set[str] = set()
        self.ended_cleanly = True
        self.said = ""
        self.seen: WorktreeSeen | None = None
        """How the worktree stood when it was last looked at."""

    @property
    def command_runs_since(self) -> datetime | None:
        """When the oldest command that runs now was begun; None when none runs."""
        begun = [self.tools_since[c] for c, tool in self.tools.items() if tool.kind == "execute"]
        return min(begun, default=None)

    def apply(self, record: Record) -> None:
        """Take one more record of the session's journal."""
        step = _STEPS.get(type(record.event))
        if step:
            step(self, record.event, record.ts)

    def _runner_started(self, event: events.RunnerStarted, at: datetime) -> None:
        self.turn_was_cut = self.turn_was_cut or self.in_turn
        self.in_turn = False
        self.ended_cleanly = False
        self._forget_tools()

    def _runner_ended(self, event: events.RunnerEnded, at: datetime) -> None:
        self.ended_cleanly = True

    def _turn_started(self, event: events.TurnStarted, at: datetime) -> None:
        self.in_turn = True
        self.turn_was_cut = False

    def _turn_ended(self, event: events.TurnEnded, at: datetime) -> None:
        self.in_turn = False
        self.turn_was_cut = False
        self._forget_tools()

    def _forget_tools(self) -> None:
        self.tools.clear()
        self.tools_since.clear()

    def _said(self, event: events.AgentSaid, at: datetime) -> None:
        self.said = (self.said + event.text)[-TAIL:]

    def _tool_started(self, event: events.ToolStarted, at: datetime) -> None:
        self.tools[event.call] = event
        self.tools_since[event.call] = at

    def _tool_ended(self, event: events.ToolEnded, at: datetime) -> None:
        self.tools.pop(event.call, None)
        self.tools_since.pop(event.call, None)

    def _taken(self, event: events.CommandTaken, at: datetime) -> None:
        self.taken.add(event.command)

    def _queued(self, event: events.MessageQueued, at: datetime) -> None:
        self.fates[event.message.id] = WAITING
        if event.message.id.startswith(ANSWER):
            self.unread.pop(event.message.id.removeprefix(ANSWER), None)
        self.last_sequence = max(self.last_sequence, event.message.sequence)

    def _moved(self, event: events.MessageMoved, at: datetime) -> None:
        self.last_sequence = max(self.last_sequence, event.sequence)

    def _delivered(self, event: events.MessageDelivered, at: datetime) -> None:
        self.fates[event.id] = f"already with the agent since {at:%H:%M:%S} UTC"

    def _deferred(self, event: events.MessageDeferred, at: datetime) -> None:
        self.fates[event.id] = WAITING

    def _landed(self, event: events.MessageLanded, at: datetime) -> None:
        self.fates[event.id] = f"already delivered at {at:%H:%M:%S} UTC"
        if event.id in self.unsure:
            self.unsure.remove(event.id)
        if event.boundary is not Boundary.TOOL_END:
            self.unheard_answers.clear()
            self.unsure.clear()

    def _cancelled(self, event: events.MessageCancelled, at: datetime) -> None:
        by = f"{event.by} took it back" if event.by else "already taken back"
        self.fates[event.id] = f"{by} at {at:%H:%M:%S} UTC"

    def _unsure(self, event: events.MessageUnsure, at: datetime) -> None:
        self.fates[event.id] = "handed to an agent that did not say if it took it"
        self.unsure.append(event.id)

    def _asked(self, event: events.QuestionAsked, at: datetime) -> None:
        self.questions[event.question.id] = event.question

    def _answered(self, event: events.QuestionAnswered, at: datetime) -> None:
        name = event.answer.question
        self.answers[name] = event
        question = self.questions.get(name)
        if question is not None and is_workers_own(question):
            self.unread[name] = event
        elif name not in self.budgets and name not in self._detached:
            self.unheard_answers.append(event.answer)

    def _answer_delivered(self, event: events.AnswerDelivered, at: datetime) -> None:
        self.unread.pop(event.question, None)
        self.heard.add(event.question)

    def _question_detached(self, event: events.QuestionDetached, at: datetime) -> None:
        self._detached.add(event.id)

    def _budget_reached(self, event: BudgetReached, at: datetime) -> None:
        self.budgets[event.question] = event

    def _withdrawn(self, event: events.QuestionWithdrawn, at: datetime) -> None:
        self.withdrawn[event.id] = event.reason

    def _seen(self, event: WorktreeSeen, at: datetime) -> None:
        self.seen = event

    def _reported(self, event: events.ReportMade, at: datetime) -> None:
        self.reports.append(event.report)


def is_workers_own(question: Question) -> bool:
    """Whether a worker asked it with wuhu's own tool."""
    return question.outlives_turn and question.kind is not QuestionKind.BUDGET


_STEPS: dict[type[Any], Callable[[History, Any, datetime], None]] = {
    events.RunnerStarted: History._runner_started,
    events.RunnerEnded: History._runner_ended,
    events.TurnStarted: History._turn_started,
    events.TurnEnded: History._turn_ended,
    events.AgentSaid: History._said,
    events.ToolStarted: History._tool_started,
    events.ToolEnded: History._tool_ended,
    events.CommandTaken: History._taken,
    events.MessageQueued: History._queued,
    events.MessageMoved: History._moved,
    events.MessageDelivered: History._delivered,
    events.MessageDeferred: History._deferred,
    events.MessageLanded: History._landed,
    events.MessageCancelled: History._cancelled,
    events.MessageUnsure: History._unsure,
    events.QuestionAsked: History._asked,
    events.QuestionAnswered: History._answered,
    events.AnswerDelivered: History._answer_delivered,
    events.QuestionDetached: History._question_detached,
    events.QuestionWithdrawn: History._withdrawn,
    events.ReportMade: History._reported,
    BudgetReached: History._budget_reached,
    WorktreeSeen: History._seen,
}
