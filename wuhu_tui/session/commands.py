"""Carries out what lies in the mailbox, each command once, in the order it was put.

What a command changes is written before the word that it was taken: a runner killed in between
finds the file again and sees by its journal what is done already. Commands that only concern the
living process (interrupt, stop, hibernate) are written as taken first: they die with their life.
Settings of the living agent are written as taken once it is known whether the agent took them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from wuhu_tui.model import commands
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import (
    AnswerDelivered,
    CommandRefused,
    CommandTaken,
    CommentReplied,
    JudgementMade,
    MessageCancelled,
    Noted,
    ReportMade,
)
from wuhu_tui.model.messages import TASK, Lane, answer_message
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.reviews import Assignment, Verdict, VerdictKind
from wuhu_tui.session.briefing_first import opening
from wuhu_tui.session.desk import QuestionDesk
from wuhu_tui.session.history import WAITING
from wuhu_tui.session.lanes import why_fixed
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.mailbox import BadCommand, Mailbox
from wuhu_tui.session.message_queue import MessageQueue


class Control(Protocol):
    """What commands may ask of the life they reach; each returns why not, or nothing."""

    async def interrupt(self, by: str) -> str:
        """End the running turn."""

    def stop(self, by: str, reason: str) -> str:
        """End the life."""

    def hibernate(self, by: str) -> str:
        """End the life of an idle session."""

    def hold(self, command: commands.Hold) -> str:
        """Pause and ask whether the session may use more."""

    async def set_mode(self, mode: str, by: str) -> str:
        """Give the agent another mode."""

    async def set_model(self, model: str, by: str) -> str:
        """Give the agent another model."""

    async def type_keys(self, text: str) -> None:
        """Give keys to the agent's screen."""

    async def resize(self, columns: int, rows: int) -> None:
        """Give the agent's screen another size."""

    async def look_at_head(self) -> str:
        """The branch's commit as it is now; empty when git does not say."""

    def reported(self, report: Report) -> None:
        """The session said what its work has come to."""


class Commands:
    """One life's ear at the mailbox."""

    def __init__(
        self,
        log: SessionLog,
        desk: QuestionDesk,
        queue: MessageQueue,
        control: Control,
        asked_at: datetime,
        *,
        judges: Assignment | None = None,
    ) -> None:
        self._log = log
        self._desk = desk
        self._queue = queue
        self._control = control
        self._asked_at = asked_at
        self._judges = judges
        self._looked = False
        """Whether the mailbox was emptied in this life: what comes later cannot be of another."""
        self._mailbox = Mailbox(log.folder.mailbox, self._tell_bad)
        self._stuck: set[Path] = set()
        """Files of commands that were carried out and cannot be moved away."""

    async def take_all(self) -> None:
        """Carry out everything that waits in the mailbox."""
        for command, path in self._mailbox.take_all():
            if path in self._stuck:
                continue
            if isinstance(command, _FLEETING):
                await self._show(command)
                self._done(path, self._mailbox.discard)
            else:
                await self._take(command)
                self._done(path, self._mailbox.done)
        self._looked = True

    def _done(self, path: Path, put_away: Callable[[Path], None]) -> None:
        if self._log.broken is not None:
            return
        try:
            put_away(path)
        except JournalError as error:
            self._stuck.add(path)
            self._log.write(Noted(text=f"a command that was taken stays: {error}", level="error"))

    async def _take(self, command: commands.AnyCommand) -> None:
        if command.id in self._log.history.taken:
            self._taken(command, repeated=True)
            return
        if isinstance(command, _CONTROLS):
            self._taken(command)
        if isinstance(command, _OF_THIS_LIFE):
            reason = await self._carry_out_now(command)
        else:
            reason = await _STEPS[type(command)](self, command)
        if reason:
            self._log.write(CommandRefused(command=command.id, reason=reason))
        if not isinstance(command, _CONTROLS):
            self._taken(command)

    async def _show(self, command: commands.Keys | commands.Resize) -> None:
        """For the agent that lives now, and nothing that anybody would look for in a journal."""
        if self._is_of_an_earlier_life(command):
            return
        if isinstance(command, commands.Keys):
            await self._control.type_keys(command.text)
        else:
            await self._control.resize(command.columns, command.rows)

    async def _carry_out_now(self, command: commands.AnyCommand) -> str:
        if self._is_of_an_earlier_life(command):
            return "it was meant for an earlier life of this session"
        return await _STEPS[type(command)](self, command)

    def _is_of_an_earlier_life(self, command: commands.AnyCommand) -> bool:
        """Its time tells only of what lay there before: a clock may be set back meanwhile."""
        return not self._looked and command.at < self._asked_at

    def _taken(self, command: commands.AnyCommand, *, repeated: bool = False) -> None:
        kind = str(command.__struct_config__.tag)
        event = CommandTaken(command=command.id, kind=kind, by=command.by, repeated=repeated)
        self._log.write(event)

    def _tell_bad(self, problem: BadCommand) -> None:
        place = f"{problem.path.parent.name}/{problem.path.name}"
        text = f"a mailbox file is no command and lies in {place} now"
        self._log.write(Noted(text=f"{text} ({problem.reason})", level="warning"))

    async def _prompt(self, command: commands.Prompt) -> str:
        if command.text.strip() == self._log.view.spec.task.strip():
            return ""  # the runner queued the task itself
        first = TASK not in self._log.history.fates and self._log.view.turn == 0
        spec = self._log.view.spec
        text = opening(self._log.folder, spec, command.text) if first else command.text
        return self._say(command, Lane.FOLLOW_UP, text)

    async def _steer(self, command: commands.Steer) -> str:
        return self._say(command, Lane.STEER, command.text)

    async def _follow_up(self, command: commands.FollowUp) -> str:
        return self._say(command, Lane.FOLLOW_UP, command.text)

    async def _system_note(self, command: commands.SystemNote) -> str:
        return self._say(command, Lane.SYSTEM, command.text)

    def _say(self, command: commands.AnyCommand, lane: Lane, text: str) -> str:
        if not text.strip():
            return "there is nothing in it to say"
        self._queue.put(command.id, lane, text, command.by)
        return ""

    async def _answer(self, command: commands.AnswerQuestion) -> str:
        if command.id in self._log.history.fates:
            return ""  # it was taken back before it came, or is a message already
        return self._desk.answer(command.id, command.answer)

    async def _ask(self, command: commands.Ask) -> str:
        return self._desk.ask_for_worker(command.question)

    async def _withdraw_question(self, command: commands.WithdrawQuestion) -> str:
        return self._desk.withdraw_own(command.question, command.reason)

    async def _answer_taken(self, command: commands.AnswerTaken) -> str:
        """The asker has its answer: a message that carries it is not needed any more."""
        history = self._log.history
        if command.question not in history.answers:
            return "that question has no answer yet"
        message = self._queue.find(answer_message(command.question))
        if message is not None and not why_fixed(message):
            self._log.write(MessageCancelled(id=message.id))
        if command.question not in history.heard:
            self._log.write(AnswerDelivered(question=command.question))
        return ""

    async def _interrupt(self, command: commands.Interrupt) -> str:
        return await self._control.interrupt(command.by)

    async def _set_mode(self, command: commands.SetMode) -> str:
        return await self._control.set_mode(command.mode, command.by)

    async def _set_model(self, command: commands.SetModel) -> str:
        return await self._control.set_model(command.model, command.by)

    async def _stop(self, command: commands.Stop) -> str:
        return self._control.stop(command.by, command.reason)

    async def _hold(self, command: commands.Hold) -> str:
        return self._control.hold(command)

    async def _hibernate(self, command: commands.Hibernate) -> str:
        return self._control.hibernate(command.by)

    async def _cancel(self, command: commands.CancelMessage) -> str:
        is_to_come = command.may_come and command.message not in self._log.history.fates
        if not is_to_come and (reason := self._why_fixed(command.message)):
            return reason
        self._log.write(MessageCancelled(id=command.message, by=command.by))
        return ""

    async def _edit(self, command: commands.EditMessage) -> str:
        if not command.text.strip():
            return "an empty message says nothing; cancel it instead"
        if reason := self._why_fixed(command.message):
            return reason
        self._queue.edit(command.message, command.text)
        return ""

    async def _move(self, command: commands.MoveMessage) -> str:
        if reason := self._why_fixed(command.message):
            return reason
        if command.before and (reason := self._why_fixed(command.before)):
            return f"it cannot go ahead of that message: {reason}"
        self._queue.move(command.message, command.lane, command.before)
        return ""

    def _why_fixed(self, name: str) -> str:
        message = self._queue.find(name)
        fate = self._log.history.fates.get(name, "")
        if message is None or (why_fixed(message) and fate != WAITING):
            return fate or why_fixed(message)
        return why_fixed(message)

    async def _report(self, command: commands.MakeReport) -> str:
        if not command.summary.strip():
            return "a report needs a summary"
        report = Report(
            kind=command.kind,
            summary=command.summary,
            evidence=command.evidence,
            head=await self._control.look_at_head(),
            at=command.at,
            criteria=command.criteria,
        )
        self._is_over(report)
        return ""

    async def _judge(self, command: commands.MakeJudgement) -> str:
        judges = self._judges
        if judges is None:
            return "it was not made to judge anything"
        verdict = Verdict(
            kind=command.kind,
            head=command.head or judges.head,
            by=self._log.folder.name,
            at=command.at,
            note=command.note,
            findings=command.findings,
            judge=judges.judge,
            criteria=command.criteria,
            checks=command.checks,
            round=judges.round,
        )
        self._log.write(JudgementMade(verdict=verdict))
        self._is_over(
            Report(kind=_REPORTED[verdict.kind], summary=_summary(verdict), at=verdict.at)
        )
        return ""

    def _is_over(self, report: Report) -> None:
        """With its verdict a reviewer has said what its work came to."""
        if not any(is_same(report, earlier) for earlier in self._log.history.reports):
            self._log.write(ReportMade(report=report))
            self._control.reported(report)

    async def _reply(self, command: commands.ReplyToComment) -> str:
        if not command.text.strip():
            return "a reply needs words"
        self._log.write(CommentReplied(comment=command.comment, text=command.text))
        return ""


def is_same(report: Report, earlier: Report) -> bool:
    """Whether it is one report, found again after a crash: its words may have been redacted."""
    return (report.kind, report.at) == (earlier.kind, earlier.at)


def _summary(verdict: Verdict) -> str:
    """A verdict as a report tells it."""
    number = len(verdict.findings)
    findings = f", {number} finding{'s' if number > 1 else ''}" if number else ""
    words = f"{verdict.kind.value.replace('_', ' ')} {verdict.head[:12]}{findings}"
    return f"{words}: {verdict.note.strip()}" if verdict.note.strip() else words


_REPORTED = {
    VerdictKind.APPROVED: ReportKind.DONE,
    VerdictKind.CHANGES_REQUESTED: ReportKind.DONE,
    VerdictKind.BLOCKED: ReportKind.BLOCKED,
}
_FLEETING = (commands.Keys, commands.Resize)
_CONTROLS = (commands.Interrupt, commands.Stop, commands.Hibernate)
_OF_THIS_LIFE = (*_CONTROLS, commands.SetMode, commands.SetModel)

_STEPS: dict[type[Any], Callable[[Commands, Any], Awaitable[str]]] = {
    commands.Prompt: Commands._prompt,
    commands.Steer: Commands._steer,
    commands.FollowUp: Commands._follow_up,
    commands.SystemNote: Commands._system_note,
    commands.AnswerQuestion: Commands._answer,
    commands.Interrupt: Commands._interrupt,
    commands.SetMode: Commands._set_mode,
    commands.SetModel: Commands._set_model,
    commands.Stop: Commands._stop,
    commands.Hibernate: Commands._hibernate,
    commands.Hold: Commands._hold,
    commands.CancelMessage: Commands._cancel,
    commands.EditMessage: Commands._edit,
    commands.MoveMessage: Commands._move,
    commands.MakeReport: Commands._report,
    commands.MakeJudgement: Commands._judge,
    commands.ReplyToComment: Commands._reply,
    commands.Ask: Commands._ask,
    commands.AnswerTaken: Commands._answer_taken,
    commands.WithdrawQuestion: Commands._withdraw_question,
}
