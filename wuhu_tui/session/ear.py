"""What an agent may tell the runner: recorded at once, acted on by the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wuhu_tui.agents.protocol import PROMPT
from wuhu_tui.journal.clock import new_id
from wuhu_tui.model.agent_events import (
    BackgroundEnded,
    BackgroundStarted,
    GuessMade,
    ScreenChanged,
)
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import AnswerDelivered, Event, Noted, PhaseChanged, ToolEnded
from wuhu_tui.model.history_events import LOOKS_ONLY
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.session_events import STREAMED
from wuhu_tui.model.states import PhaseKind
from wuhu_tui.session.conversation import Conversation
from wuhu_tui.session.desk import QuestionDesk
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.message_queue import MessageQueue
from wuhu_tui.session.policy import Leave

_NO_SIGN = (Noted, ScreenChanged, GuessMade, BackgroundEnded)
"""What may be told although the agent has not read what it was offered."""

_AT_WORK = (PhaseKind.THINKING, PhaseKind.STREAMING, PhaseKind.TOOL)


class Ear:
    """The runner's side of the agent seam (an `AgentSink`); never blocks its caller."""

    def __init__(
        self,
        log: SessionLog,
        desk: QuestionDesk,
        conversation: Conversation,
        queue: MessageQueue,
        *,
        leave: Leave,
        changed: Callable[[], None],
    ) -> None:
        self.tool_ended = False
        """A `tool_end` boundary that nobody has used yet."""
        self.commands_ran = False
        """Whether a tool that may have committed ended since the last look at the head."""
        self.changed_by = ""
        """The newest tool call that ended and may have changed files; empty: none since the look."""
        self.works_alone = False
        """Whether the agent says that it works although nobody prompted it."""
        self.closing = False
        """Whether the agent's end is wanted."""
        self._log = log
        self._desk = desk
        self._conversation = conversation
        self._queue = queue
        self._leave = leave
        self._changed = changed

    def emit(self, event: Event) -> None:
        """Record what the agent says or does; any sign of work lands what was offered."""
        with self._told():
            if not isinstance(event, _NO_SIGN):
                self._conversation.sign()
            self._record(event)

    async def ask(self, question: Question) -> Answer | None:
        """Put a question to the lead, unless a rule answers it, and wait for the answer."""
        self._conversation.sign()
        decided = self._leave.decide(question)
        if decided is not None:
            return decided
        answer = await self._desk.ask(question, minutes=self._leave.minutes)
        if answer is not None:
            with self._told():
                self._log.write(AnswerDelivered(question=question.id))
        return answer

    def accepted(self, token: str) -> None:
        """The agent took a delivered message in, or the prompt."""
        with self._told():
            if token == PROMPT:
                self._conversation.land()
            else:
                self._conversation.steering.accepted(token)

    def not_accepted(self, token: str, reason: str, *, lost: bool) -> None:
        """The agent did not take a delivered message in."""
        with self._told():
            self._conversation.steering.not_accepted(token, reason, lost=lost)

    def pass_on(self, text: str) -> None:
        """Words that the protocol could not carry."""
        with self._told():
            self._queue.put_steer(new_id(), text, "lead")
            self._changed()

    def exited(self, code: int | None, last_words: str) -> None:
        """The agent's process is gone; its questions stay."""
        try:
            self._conversation.exited(code, last_words, expected=self.closing)
            self._desk.detach_all()
        finally:
            self._changed()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A disk that refuses is no matter of the agent's; the loop sees that the log is broken."""
        try:
            yield
        except JournalError:
            self._changed()

    def _record(self, event: Event) -> None:
        if type(event) in STREAMED:
            self._log.stream(event)
            if isinstance(event, PhaseChanged) and self._conversation.turn is None:
                self.works_alone = event.kind in _AT_WORK
                self._changed()
            return
        tool = self._log.history.tools.get(event.call) if isinstance(event, ToolEnded) else None
        self._log.write(event)
        if isinstance(event, BackgroundStarted | BackgroundEnded | GuessMade):
            self._changed()
        if isinstance(event, ToolEnded):
            self.tool_ended = True
            self.commands_ran = self.commands_ran or tool is None or tool.kind == "execute"
            if tool is None or tool.kind not in LOOKS_ONLY:
                self.changed_by = event.call
            self._show_other_tool()
            self._changed()

    def _show_other_tool(self) -> None:
        """Of several tools at once one ended: the phase is that of one that still runs."""
        running = list(self._log.history.tools.values())
        if running:
            self._log.stream(PhaseChanged(kind=PhaseKind.TOOL, detail=running[-1].title))
