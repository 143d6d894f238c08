"""What this process knows: board, transcripts, who is alive, what became of commands. No I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.fold_session import MAX_WARNINGS
from wuhu_tui.model.project_events import CheckEnded, MergeChecked, SessionMoved
from wuhu_tui.model.receipts import ReceiptStep
from wuhu_tui.model.records import Record
from wuhu_tui.model.reviews import CheckState
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import Transcript

T = TypeVar("T")

COMMANDS_KEPT = 10_000
"""How many of the newest commands' outcomes are remembered for whoever waits for them."""

OUTPUT_KEPT = 20_000
"""Characters of a running check's output that are kept."""

Listener = Callable[[Board, list[Record]], object]
"""Takes new records, and the board that knows them."""

Closing = events.QuestionAnswered | events.QuestionWithdrawn


class Ledger:
    """Takes records in, each once, and wakes whoever waits for a change.

    Every journal's records come in their own order, but may come twice, from two readers.
    """

    def __init__(self) -> None:
        self.board = Board()
        self.revision = 0
        self.alive: dict[str, bool] = {}
        self._transcripts: dict[str, Transcript] = {}
        self._screens: dict[str, Screen] = {}
        self._last: dict[str, int] = {}
        self._commands: dict[str, str] = {}
        self._taken: set[str] = set()
        self._ends: dict[str, ReceiptStep] = {}
        self._closings: dict[str, Closing] = {}
        self._refusals: dict[str, list[events.AnswerRefused]] = {}
        self._outputs: dict[tuple[str, str], str] = {}
        self.listeners: list[Listener] = []
        """Told of all records that come, each once, unless the journals begin anew."""
        self._news = asyncio.Event()

    def apply(self, records: Iterable[Record]) -> bool:
        """Take what is new of these records; whether anything was."""
        fresh = [record for record in records if self._is_fresh(record)]
        if not fresh:
            return False
        self.board = fold_all(self.board, fresh)
        for record in fresh:
            self._keep(record)
        for listener in self.listeners:
            listener(self.board, fresh)
        self.touch()
        return True

    def seen(self) -> dict[str, int]:
        """The newest record taken of every journal; the project's own under an empty name."""
        return dict(self._last)

    def _keep(self, record: Record) -> None:
        """Remember more of a record than the board does; nothing of a session that is off it."""
        match record.event:
            case SessionMoved(session=session, after=SessionState.ARCHIVED):
                self._forget_session(session)
            case (
                CheckEnded(session=session, check=check)
                | MergeChecked(session=session, check=check)
            ) if check.state is CheckState.RUNNING:
                self._outputs.pop((session, check.name), None)
            case _ if record.session and not self._is_archived(record.session):
                self._show(record)
                self._remember(record)

    def _show(self, record: Record) -> None:
        """What the session's pane shows: its screen, or else its transcript."""
        if isinstance(record.event, ScreenChanged):
            before = self._screens.get(record.session) or Screen()
            self._screens[record.session] = before.changed(record.event)
        else:
            self.transcript(record.session).apply(record)

    def _is_archived(self, session: str) -> bool:
        return self.board.sessions[session].given.state is SessionState.ARCHIVED

    def revive(self, session: str, records: Iterable[Record]) -> None:
        """Show again what a session wrote before it left the board, from its whole journal."""
        self._forget_session(session)
        for record in records:
            if record.seq <= self._last.get(session, 0):
                self._show(record)
        self.touch()

    def _forget_session(self, session: str) -> None:
        self._transcripts.pop(session, None)
        self._screens.pop(session, None)
        for place in [place for place in self._outputs if place[0] == session]:
            del self._outputs[place]

    def begin_anew(self) -> None:
        """A journal was replaced: everything told before is void."""
        self.board = Board()
        kept: dict[str, Any]
        for kept in (self._transcripts, self._screens, self._last, self._closings, self._refusals):
            kept.clear()
        self.touch()

    def warn(self, words: str) -> None:
        """Show a trouble that no journal tells; the same words once."""
        project = self.board.project
        if words not in project.warnings:
            warnings = (*project.warnings, words)[-MAX_WARNINGS:]
            self.board = replace(self.board, project=replace(project, warnings=warnings))
            self.touch()

    def _is_fresh(self, record: Record) -> bool:
        if record.seq <= self._last.get(record.session, 0):
            return False
        self._last[record.session] = record.seq
        return True

    def _remember(self, record: Record) -> None:
        match record.event:
            case events.CommandTaken(command=name):
                self._taken.add(name)
                self._commands.setdefault(name, "")
                self._forget_oldest()
            case events.CommandRefused(command=name, reason=reason):
                self._commands[name] = reason
            case events.MessageLanded(id=name):
                self._end(name, ReceiptStep.ACCEPTED)
            case events.MessageCancelled(id=name):
                self._end(name, ReceiptStep.CANCELLED)
            case events.QuestionAsked(question=question):
                self._closings.pop(question.id, None)
            case events.QuestionAnswered(answer=answer) as event:
                self._closings.setdefault(answer.question, event)
            case events.QuestionWithdrawn(id=name) as event:
                self._closings.setdefault(name, event)
            case events.AnswerRefused(question=name) as event:
                self._refusals.setdefault(name, []).append(event)
            case _:
                pass

    def transcript(self, session: str) -> Transcript:
        """The session's transcript, growing in place; an archived one's is in its journal alone."""
        return self._transcripts.setdefault(session, Transcript())

    def screen(self, session: str) -> Screen | None:
        """The session's terminal screen as it was last told; None: it has none."""
        return self._screens.get(session)

    def _forget_oldest(self) -> None:
        if len(self._commands) > COMMANDS_KEPT:
            oldest = next(iter(self._commands))
            del self._commands[oldest]
            self._taken.discard(oldest)

    def _end(self, message: str, step: ReceiptStep) -> None:
        self._ends[message] = step
        if len(self._ends) > COMMANDS_KEPT:
            del self._ends[next(iter(self._ends))]

    def end_of(self, message: str) -> ReceiptStep | None:
        """How a message left its lane, also long after its receipt is gone; None: nothing is known."""
        return self._ends.get(message)

    def is_taken(self, command: str) -> bool:
        """Whether the runner is known to have taken this command."""
        return command in self._taken

    def refusal(self, command: str) -> str:
        """Why the runner did not carry out a command; empty as far as nothing is known."""
        return self._commands.get(command, "")

    def closing(self, question: str) -> Closing | None:
        """How a question was closed; None for an open or unknown one."""
        return self._closings.get(question)

    def refusals(self, question: str) -> list[events.AnswerRefused]:
        """The answers to a question that came too late."""
        return self._refusals.get(question, [])

    def set_alive(self, found: Mapping[str, bool]) -> None:
        """What a look at the runners' locks found."""
        if any(self.alive.get(name) is not value for name, value in found.items()):
            self.alive.update(found)
            self.touch()

    def check_output(self, session: str, check: str, text: str) -> None:
        """Keep the end of a running check's output."""
        kept = self._outputs.get((session, check), "") + text
        self._outputs[session, check] = kept[-OUTPUT_KEPT:]
        self.touch()

    def output_of(self, session: str, check: str) -> str:
        """The end of a check's output as this process saw it come."""
        return self._outputs.get((session, check), "")

    def touch(self) -> None:
        """Something changed: wake whoever waits."""
        self.revision += 1
        self._news.set()
        self._news = asyncio.Event()

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; one burst is one wake-up."""
        while self.revision <= since:
            await self._news.wait()
        return self.revision

    async def until(self, look: Callable[[], T | None], timeout: float | None) -> T | None:
        """The first thing `look` finds at any change; None when the time is up."""
        try:
            async with asyncio.timeout(timeout):
                while (found := look()) is None:
                    await self.changed(self.revision)
                return found
        except TimeoutError:
            return look()
