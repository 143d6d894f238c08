"""One session's records, condensed to what a colleague wants to know of it. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.event_words import event_words
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import ExitReason, Report, Usage
from wuhu_tui.model.review_events import OpinionGiven
from wuhu_tui.model.reviews import Verdict
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

_CHANGING = frozenset({"edit", "delete", "move"})
_SAID = 4000
_BAD_ENDS = frozenset({MergeOutcome.CONFLICT, MergeOutcome.ROLLED_BACK, MergeOutcome.REFUSED})


@dataclass
class Turn:
    """What happened between a prompt and the agent's giving the word back."""

    number: int
    began: datetime
    ended: datetime | None = None
    stop_reason: str = ""
    prompts: list[str] = field(default_factory=list)
    said: str = ""
    """The last thing the agent said."""
    tools: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    files: dict[str, None] = field(default_factory=dict)
    commits: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Asked:
    """A question and what became of it."""

    question: Question
    at: datetime
    answer: Answer | None = None
    answered_at: datetime | None = None
    expired: bool = False


class Tale:
    """Takes a session's records one by one, and what the project's journal tells of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.spec: SessionSpec | None = None
        self.turns: list[Turn] = []
        self.asked: dict[str, Asked] = {}
        self.reports: list[tuple[datetime, Report]] = []
        self.verdicts: list[tuple[datetime, Verdict]] = []
        self.merges: list[tuple[datetime, str, str, tuple[str, ...]]] = []
        self.steers: list[tuple[datetime, str, str]] = []
        self.faults: list[tuple[datetime, str]] = []
        self.usage = Usage()
        self.state = SessionState.INSTANTIATED
        """Told by the board, in the end."""
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._messages: dict[str, tuple[str, str]] = {}
        self._speech = ""

    @property
    def files(self) -> list[str]:
        """All files that its tools said to change, in order of their names."""
        return sorted({path for turn in self.turns for path in turn.files})

    def take(self, record: Record) -> None:
        """Take one more record that concerns the session."""
        self.first = self.first or record.ts
        self.last = record.ts
        match record.event:
            case project.SessionInstantiated(spec=spec):
                self.spec = spec
            case project.SessionMoved(after=after):
                self._fault(record, counts=after is SessionState.LOST)
            case events.UsageChanged(usage=usage):
                self.usage = usage
            case events.TurnStarted() | events.TurnEnded():
                self._turn(record)
            case events.AgentSaid(text=text, message=message, parent=""):
                self._said(text, message)
            case events.ToolStarted() | events.ToolEnded() | events.CommitSeen():
                self._worked(record.event)
            case _:
                self._talk(record)

    def _turn(self, record: Record) -> None:
        match record.event:
            case events.TurnStarted(turn=number, messages=ids):
                prompts = [self._messages[one][1] for one in ids if one in self._messages]
                self.turns.append(Turn(number=number, began=record.ts, prompts=prompts))
                self._speech = ""
            case events.TurnEnded(stop_reason=reason) if self.turns:
                self.turns[-1].ended = record.ts
                self.turns[-1].stop_reason = reason

    def _said(self, text: str, message: str) -> None:
        if not self.turns:
            return
        turn = self.turns[-1]
        same = bool(message) and message == self._speech
        turn.said = (turn.said + text if same else text)[: _SAID + 1]
        self._speech = message

    def _worked(self, event: object) -> None:
        if not self.turns:
            return
        turn = self.turns[-1]
        match event:
            case events.ToolStarted(kind=kind, paths=paths):
                turn.tools[kind] += 1
                if kind in _CHANGING:
                    turn.files.update(dict.fromkeys(paths))
            case events.ToolEnded(ok=False):
                turn.failed += 1
            case events.CommitSeen(sha=sha, subject=subject):
                turn.commits.append((sha, subject))

    def _talk(self, record: Record) -> None:
        match record.event:
            case events.MessageQueued(message=message):
                self._messages[message.id] = (message.by, message.text)
            case events.MessageLanded(id=name) if name in self._messages:
                self._landed(record.ts, *self._messages[name])
            case events.QuestionAsked(question=question):
                self.asked[question.id] = Asked(question=question, at=record.ts)
            case events.QuestionAnswered(answer=answer, expired=expired):
                self._answered(answer, record.ts, expired=expired)
            case events.ReportMade(report=report):
                self.reports.append((record.ts, report))
            case _:
                self._judged(record)

    def _landed(self, at: datetime, by: str, text: str) -> None:
        """Somebody's words; not the brief, which begins with the task."""
        if self.spec is None or not self.spec.task or not text.startswith(self.spec.task):
            self.steers.append((at, by, text))

    def _answered(self, answer: Answer, at: datetime, *, expired: bool) -> None:
        asked = self.asked.get(answer.question)
        if asked is not None and asked.answer is None:
            asked.answer, asked.answered_at, asked.expired = answer, at, expired

    def _judged(self, record: Record) -> None:
        match record.event:
            case project.VerdictGiven(verdict=verdict) | OpinionGiven(verdict=verdict):
                self.verdicts.append((record.ts, verdict))
            case project.MergeEnded(outcome=outcome, detail=detail, files=files):
                self.merges.append((record.ts, outcome.value.replace("_", " "), detail, files))
                self._fault(record, counts=outcome in _BAD_ENDS)
            case events.RunnerEnded(exit=ended):
                self._fault(record, counts=ended.reason is ExitReason.FAILED)
            case events.AgentExited(expected=False) | events.MessageUnsure():
                self._fault(record, counts=True)
            case events.Noted(level=level):
                self._fault(record, counts=level == "error")

    def _fault(self, record: Record, *, counts: bool) -> None:
        if counts:
            self.faults.append((record.ts, event_words(record.event)))
