"""Ask the lead and wait: the question lies in the mailbox, its answer comes by the journal.

Nothing here lives longer than the asker. The question is the runner's, so an asker that dies, or
asks the same again in another life, finds the answer that was given meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import AnswerTaken, AnyCommand, Ask
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.events import (
    AnswerDelivered,
    CommandRefused,
    QuestionAdopted,
    QuestionAnswered,
    QuestionAsked,
    QuestionWithdrawn,
)
from wuhu_tui.model.questions import Answer, Question, QuestionKind, spoken
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import Value
from wuhu_tui.worker.watch import Watch
from wuhu_tui.worker.wishes import Wish, question_of

FIRST_LOOK = 0.2
LAST_LOOK = 1.0
"""Seconds between two looks, at first and after a while."""


class Answered(Value, frozen=True):
    """An answer as its asker reads it; `expired`: nobody gave it, the deadline did."""

    question: str
    words: str
    choice: str = ""
    text: str = ""
    note: str = ""
    by: str = ""
    expired: bool = False

    @property
    def is_none(self) -> bool:
        """Whether the deadline passed without anything to go by."""
        return self.expired and not self.choice


class Asking:
    """One question of one worker, from asking to its answer."""

    def __init__(
        self,
        folder: SessionFolder,
        question: Question,
        *,
        clock: Callable[[], datetime] = now,
        put: Callable[[SessionFolder, AnyCommand], None] | None = None,
    ) -> None:
        self.question = question
        self._folder = folder
        self._clock = clock
        self._put = put or lay_down
        self._watch = Watch(folder)
        self._command = ""
        self._refused = ""
        self._asked: dict[str, Question] = {}
        self._withdrawn: dict[str, str] = {}
        self._answers: dict[str, QuestionAnswered] = {}
        self._delivered: set[str] = set()
        self._adopted: dict[str, str] = {}
        """Questions that the runner took for an older one, whose answer is theirs too."""

    @classmethod
    def of(cls, folder: SessionFolder, wish: Wish, at: datetime | None = None) -> Asking:
        """The asking of what a worker wants to know.

        Raises:
            UsageError: it is not clear what is asked.
        """
        return cls(folder, question_of(wish, folder.name, at or now()))

    @classmethod
    def again(cls, folder: SessionFolder, name: str) -> Asking:
        """A question asked before, by its id.

        Raises:
            NotFound: this session never asked it.
        """
        unknown = Question(id=name, kind=QuestionKind.OPEN, text="", asked_at=now())
        asking = cls(folder, unknown)
        asking._read()
        if asking._name not in asking._asked:
            raise NotFound(
                f"this session never asked a question {name}",
                where=str(folder.journal),
                remedy="wuhu read-brief lists its open questions",
            )
        return asking

    def begin(self) -> None:
        """Ask, unless it is open or answered already.

        Raises:
            NotFound: there is no session here.
            JournalError: the question could not be laid down; it was not asked.
        """
        self._read()
        name = self._name
        if name in self._answers or (name in self._asked and name not in self._withdrawn):
            return
        self._withdrawn.pop(name, None)
        self._command = new_id()
        command = Ask(
            id=self._command, by=self._folder.name, at=self._clock(), question=self.question
        )
        self._put(self._folder, command)

    def look(self) -> Answered | None:
        """The answer, once there is one; whoever gets it has it, so the runner is told.

        Raises:
            NotPossible: the question was withdrawn, or not taken.
        """
        self._read()
        answered = self._answers.get(self._name)
        if answered is not None:
            self._take(answered.answer)
            return self._shown(answered)
        if self._refused:
            raise NotPossible(
                f"the question was not taken: {self._refused}", remedy="ask in other words"
            )
        if self._name in self._withdrawn:
            raise NotPossible(
                f"the question was withdrawn: {self._withdrawn[self._name]}",
                remedy="ask again if you still need to know",
            )
        return None

    @property
    def spent(self) -> bool:
        """Whether it was answered, and its asker has read that."""
        self._read()
        return self._name in self._answers and self._name in self._delivered

    def wait(
        self,
        limit: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> Answered | None:
        """The answer; None when `limit` seconds passed before there was one.

        Raises:
            NotPossible: the question was withdrawn, or not taken.
        """
        give_up = None if limit is None else clock() + limit
        for pause in pauses():
            answered = self.look()
            left = pause if give_up is None else give_up - clock()
            if answered is not None or left <= 0:
                return answered
            sleep(min(pause, left))
        raise AssertionError("pauses do not end")

    def _read(self) -> None:
        for record in self._watch.read():
            self._apply(record)

    @property
    def _name(self) -> str:
        """The id under which the runner knows the question."""
        return self._adopted.get(self.question.id, self.question.id)

    def _apply(self, record: Record) -> None:
        match record.event:
            case QuestionAsked(question=question):
                self._asked[question.id] = question
                self._withdrawn.pop(question.id, None)
            case QuestionAdopted(question=name, again=again):
                self._adopted[again] = name
            case QuestionAnswered(answer=answer):
                self._answers[answer.question] = record.event
            case QuestionWithdrawn(id=name, reason=reason):
                self._withdrawn[name] = reason or "no reason was given"
            case AnswerDelivered(question=name):
                self._delivered.add(name)
            case CommandRefused(command=name, reason=reason) if name == self._command:
                self._refused = reason or "no reason was given"
            case _:
                pass

    def _shown(self, event: QuestionAnswered) -> Answered:
        answer = event.answer
        return Answered(
            question=answer.question,
            words=spoken(self._asked.get(answer.question, self.question), answer),
            choice=answer.choice,
            text=answer.text,
            note=answer.note,
            by=answer.by,
            expired=event.expired,
        )

    def _take(self, answer: Answer) -> None:
        """Tell the runner, once, that the answer arrived: else it would send it as a message."""
        if answer.question in self._delivered:
            return
        self._delivered.add(answer.question)
        moment = int(answer.at.timestamp() * 1000)
        command = AnswerTaken(
            id=f"taken-{answer.question}-{moment}",
            by=self._folder.name,
            at=self._clock(),
            question=answer.question,
        )
        self._put(self._folder, command)


def pauses() -> Iterator[float]:
    """How long to wait before each look: short at first, then a second; without end."""
    pause = FIRST_LOOK
    while True:
        yield pause
        pause = min(pause * 1.1, LAST_LOOK)


def lay_down(folder: SessionFolder, command: AnyCommand) -> None:
    """Put a command into the session's mailbox.

    Raises:
        NotFound: there is no session here.
        JournalError: the disk refused.
    """
    from wuhu_tui.session.mailbox import Mailbox

    Mailbox(folder.mailbox).put(command)
