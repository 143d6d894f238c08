"""The question desk: who waits for which answer, who answered first, and what a deadline does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace

from wuhu_tui.model.events import (
    AnswerRefused,
    QuestionAdopted,
    QuestionAnswered,
    QuestionAsked,
    QuestionDetached,
    QuestionWithdrawn,
)
from wuhu_tui.model.messages import answer_message
from wuhu_tui.model.permissions import ALLOW, DENY
from wuhu_tui.model.questions import Answer, OnTimeout, Question, QuestionKind
from wuhu_tui.session.briefing import answer_as_message
from wuhu_tui.session.history import History
from wuhu_tui.session.log import SessionLog

DEADLINE = "deadline"
"""Who answers when nobody did in time."""

UNANSWERED = "nobody answered in time"
"""What the asker reads then."""

ABANDONED = 1.0
"""Seconds an agent may be silent about a question it dropped before it counts as withdrawn."""

UNHURRIED = timedelta(minutes=5)
"""The deadline of a question that does not block and names none."""

Pass = Callable[[str, str, str], None]
"""Queues a steering message: its id, its text, and who says it."""


class Consequences(Protocol):
    """What an answer brings about beside reaching whoever asked."""

    def why_not(self, question: Question, answer: Answer) -> str:
        """Why it cannot be followed; empty when it can."""

    def follow(self, question: Question, answer: Answer) -> None:
        """Do it; the answer is on disk."""


class QuestionDesk:
    """Every question is on disk before anybody is asked, every answer before anybody hears it."""

    def __init__(
        self,
        log: SessionLog,
        *,
        clock: Callable[[], datetime],
        pass_on: Pass,
        changed: Callable[[], None],
        consequences: Consequences,
    ) -> None:
        self._log = log
        self._clock = clock
        self._pass_on = pass_on
        self._changed = changed
        self._consequences = consequences
        self._waiters: dict[str, asyncio.Future[Answer | None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def asking(self) -> bool:
        """Whether a living agent waits for an answer."""
        return bool(self._waiters)

    def ask_for_worker(self, question: Question) -> str:
        """Put a worker's own question to the lead; asked again, it is the one it was before."""
        if not question.text.strip():
            return "a question needs words"
        question = as_it_holds(as_worker_asks(question))
        known = self._same(question)
        if not known:
            self._log.write(QuestionAsked(question=question))
            self._set_deadline(question)
            self._changed()
        elif known != question.id:
            self._log.write(QuestionAdopted(question=known, again=question.id))
        return ""

    def take_up(self) -> None:
        """A life begins: deadlines of questions that outlived the one before hold on."""
        for question in self._log.view.questions:
            if question.outlives_turn:
                self._set_deadline(question)

    def pass_on_unread(self, *, reported: bool) -> None:
        """No turn runs: answers nobody fetched reach the agent as messages.

        What only a deadline said wakes nobody who has reported.
        """
        history = self._log.history
        for name, answered in list(history.unread.items()):
            question = history.questions.get(name)
            if question is not None and not (answered.expired and reported):
                answer = answered.answer
                words = answer_as_message(question, answer)
                self._pass_on(answer_message(name), words, answer.by)

    def open(self, question: Question) -> None:
        """Put a question of the runner's own to the lead; nobody waits for the answer here."""
        self._log.write(QuestionAsked(question=question))
        self._changed()

    async def ask(self, question: Question, *, minutes: float = 0.0) -> Answer | None:
        """Put a question to the lead; None when it was withdrawn or the life ends.

        A permission is denied after so many minutes; 0: it waits for ever.
        """
        question = as_it_holds(question, minutes)
        self._log.write(QuestionAsked(question=question))
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._waiters[question.id] = future
        self._set_deadline(question)
        self._changed()
        try:
            return await future
        except asyncio.CancelledError:
            self._dropped(question.id, future)
            raise

    def answer(self, command: str, answer: Answer) -> str:
        """Take an answer; the first wins. Returns why it cannot be one, empty when it was taken."""
        question = self._open(answer.question)
        if question is None:
            return self._answer_late(command, answer)
        refusal = why_no_answer(question, answer) or self._consequences.why_not(question, answer)
        if refusal:
            return refusal
        if answer.question not in self._waiters and not question.outlives_turn:
            name = answer_message(question.id)
            self._pass_on(name, answer_as_message(question, answer), answer.by)
        self._settle(answer)
        self._consequences.follow(question, answer)
        return ""

    def withdraw_own(self, name: str, reason: str) -> str:
        """Its asker does not want to know any more. Returns why not, empty when it was done."""
        question = self._open(name)
        if question is None:
            return ""
        if not question.outlives_turn or question.kind is QuestionKind.BUDGET:
            return "only what was asked with wuhu's own tool can be withdrawn"
        self._withdraw(name, reason)
        return ""

    def withdraw_all(self, reason: str) -> None:
        """The turn is over: its agent does not want to know any more."""
        for question in self._log.view.questions:
            if not question.detached and not question.outlives_turn:
                self._withdraw(question.id, reason)

    def detach_all(self) -> None:
        """The agent goes; its questions stay and their answers will be messages."""
        for question in self._log.view.questions:
            if question.outlives_turn:
                continue
            if not question.detached:
                self._log.write(QuestionDetached(id=question.id))
            self._release(question.id, None)

    def close(self) -> None:
        """The life is over: no deadline is its matter any more."""
        for timer in self._timers.values():
            timer.cancel()

    def _open(self, name: str) -> Question | None:
        return next((open_ for open_ in self._log.view.questions if open_.id == name), None)

    def _same(self, question: Question) -> str:
        """The id under which this was asked before and still counts; empty: it is new."""
        history = self._log.history
        open_ = {known.id: known for known in self._log.view.questions}
        if question.id in open_ or question.id in history.answers:
            return question.id
        unread = [history.questions[name] for name in history.unread if name in history.questions]
        for known in (*open_.values(), *unread):
            if known.outlives_turn and asks_the_same(known, question):
                return known.id
        return ""

    def _answer_late(self, command: str, answer: Answer) -> str:
        history = self._log.history
        won = history.answers.get(answer.question)
        if won is not None and (won.answer.by, won.answer.at) == (answer.by, answer.at):
            return ""  # the same answer again, from before a crash
        if won is not None:
            self._refuse_second(command, answer, won)
            return ""
        return why_closed(answer.question, history)

    def _refuse_second(self, command: str, answer: Answer, won: QuestionAnswered) -> None:
        reason = f"{won.answer.by} answered at {won.answer.at:%H:%M:%S} UTC"
        question = self._log.history.questions.get(answer.question)
        if won.expired and question is not None:
            reason = f"the deadline passed at {won.answer.at:%H:%M:%S} UTC; passed on as a message"
            self._pass_on(command, answer_as_message(question, answer), answer.by)
        self._log.write(
            AnswerRefused(
                question=answer.question, by=answer.by, won_by=won.answer.by, reason=reason
            )
        )

    def _settle(self, answer: Answer, *, expired: bool = False) -> None:
        self._log.write(QuestionAnswered(answer=answer, expired=expired))
        self._release(answer.question, answer)
        self._changed()

    def _withdraw(self, name: str, reason: str) -> None:
        self._log.write(QuestionWithdrawn(id=name, reason=reason))
        self._release(name, None)
        self._changed()

    def _release(self, name: str, answer: Answer | None) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()
        future = self._waiters.pop(name, None)
        if future and not future.done():
            future.set_result(answer)

    def _dropped(self, name: str, future: asyncio.Future[Answer | None]) -> None:
        """The asker waits no longer: withdrawn, unless its agent turns out to be dying."""
        if self._waiters.get(name) is not future:
            return
        self._release(name, None)
        self._changed()
        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(ABANDONED, self._give_up, name)

    def _give_up(self, name: str) -> None:
        if self._open(name):
            self._withdraw(name, "the agent no longer waits for it")

    def _set_deadline(self, question: Question) -> None:
        if question.deadline is None or question.on_timeout is OnTimeout.BLOCK:
            return
        wait = max(0.0, (question.deadline - self._clock()).total_seconds())
        loop = asyncio.get_running_loop()
        self._timers[question.id] = loop.call_later(wait, self._expire, question)

    def _expire(self, question: Question) -> None:
        if question.id in self._waiters or self._outlived(question.id):
            self._settle(answer_at_deadline(question, self._clock()), expired=True)

    def _outlived(self, name: str) -> bool:
        open_ = self._open(name)
        return open_ is not None and open_.outlives_turn


def as_worker_asks(question: Question) -> Question:
    """A worker's tool asks questions, and leave for one deed of wuhu's own; no budget."""
    kind = question.kind
    keys = {option.key for option in question.options}
    asks_leave = kind is QuestionKind.PERMISSION and keys == {ALLOW, DENY}
    if kind not in (QuestionKind.CHOICE, QuestionKind.OPEN, QuestionKind.PLAN) and not asks_leave:
        kind = QuestionKind.CHOICE if question.options else QuestionKind.OPEN
    return replace(question, kind=kind, outlives_turn=True, detached=False)


def asks_the_same(one: Question, other: Question) -> bool:
    """Whether both have the same words and options, in whatever order those stand.

    Leave is never taken for other leave: its words do not say all of what would be done.
    """
    if QuestionKind.PERMISSION in (one.kind, other.kind):
        return False
    return _asked_words(one) == _asked_words(other)


def _asked_words(question: Question) -> tuple[str, list[tuple[str, str]]]:
    options = sorted((option.key, option.label) for option in question.options)
    return question.text.strip(), options


def as_it_holds(question: Question, minutes: float = 0.0) -> Question:
    """The question with what really happens at its deadline, as the lead will read it.

    Permissions wait so many minutes, or for ever, as defaults that are none do; what need not
    block has five minutes.
    """
    if question.kind is QuestionKind.PERMISSION and minutes:
        deadline = question.asked_at + timedelta(minutes=minutes)
        return replace(question, deadline=deadline, on_timeout=OnTimeout.FAIL)
    nothing_to_apply = question.on_timeout is OnTimeout.DEFAULT and not question.default
    if question.kind is QuestionKind.PERMISSION or nothing_to_apply:
        return replace(question, on_timeout=OnTimeout.BLOCK)
    if question.deadline or question.blocking or question.on_timeout is OnTimeout.BLOCK:
        return question
    return replace(question, deadline=question.asked_at + UNHURRIED)


def answer_at_deadline(question: Question, at: datetime) -> Answer:
    """The answer nobody gave: the default, or that none came."""
    if question.on_timeout is OnTimeout.DEFAULT:
        return Answer(question=question.id, by=DEADLINE, at=at, choice=question.default)
    denies = question.kind is QuestionKind.PERMISSION
    choice = next((option.key for option in question.options if denies and option.key == DENY), "")
    return Answer(question=question.id, by=DEADLINE, at=at, choice=choice, text=UNANSWERED)


def why_no_answer(question: Question, answer: Answer) -> str:
    """Why this cannot answer that question; empty when it can."""
    keys = [option.key for option in question.options]
    if answer.choice and keys and answer.choice not in keys:
        return f"no option is named {answer.choice}; there are: {', '.join(keys)}"
    if not answer.choice and not answer.text.strip():
        return "an answer needs a choice or words"
    return ""


def why_closed(name: str, history: History) -> str:
    """Why a question that nobody answered takes no answer."""
    if name in history.withdrawn:
        return f"the question was withdrawn: {history.withdrawn[name]}"
    return f"there is no question {name}"
