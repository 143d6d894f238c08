"""A runner's side that records everything and answers what it was told to answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from wuhu_tui.model.events import AgentSaid, AgentThought, Event, Noted, ToolEnded, ToolStarted
from wuhu_tui.model.questions import Answer, Question

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LIMIT = 50

Kind = TypeVar("Kind", bound=Event)


class RecordingSink:
    """Keeps events, questions and exits; a question without a prepared answer stays open."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.questions: list[Question] = []
        self.withdrawn: list[Question] = []
        self.accepted_tokens: list[str] = []
        self.not_accepted_tokens: list[tuple[str, str, bool]] = []
        self.passed_on: list[str] = []
        self.exits: list[tuple[int | None, str]] = []
        self.answers: deque[dict[str, str]] = deque()
        self.order: list[str] = []
        self.on_event: Callable[[Event], None] = lambda event: None
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, event: Event) -> None:
        self.events.append(event)
        self.order.append(type(event).__name__)
        self._tell()
        self.on_event(event)

    async def ask(self, question: Question) -> Answer | None:
        self.questions.append(question)
        self._tell()
        try:
            if not self.answers:
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.withdrawn.append(question)
            self._tell()
            raise
        return Answer(question=question.id, by="lead", at=NOW, **self.answers.popleft())

    def accepted(self, token: str) -> None:
        self.accepted_tokens.append(token)
        self._tell()

    def not_accepted(self, token: str, reason: str, *, lost: bool) -> None:
        self.not_accepted_tokens.append((token, reason, lost))
        self._tell()

    def pass_on(self, text: str) -> None:
        self.passed_on.append(text)
        self._tell()

    def exited(self, code: int | None, last_words: str) -> None:
        self.exits.append((code, last_words))
        self.order.append("exited")
        self._tell()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something recorded makes it true."""
        async with asyncio.timeout(LIMIT), self._news:
            await self._news.wait_for(condition)

    async def until_event(self, kind: type[Event], count: int = 1) -> None:
        """Wait until so many events of a kind were emitted."""
        await self.until(lambda: len(self.all(kind)) >= count)

    async def until_asked(self, count: int = 1) -> None:
        """Wait until so many questions were asked."""
        await self.until(lambda: len(self.questions) >= count)

    def all(self, kind: type[Kind]) -> list[Kind]:
        """The events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def said(self) -> str:
        return "".join(event.text for event in self.all(AgentSaid))

    @property
    def thought(self) -> str:
        return "".join(event.text for event in self.all(AgentThought))

    @property
    def notes(self) -> list[tuple[str, str]]:
        return [(event.level, event.text) for event in self.all(Noted)]

    @property
    def tools(self) -> list[tuple[str, bool]]:
        """Ended tool calls by title."""
        titles = {event.call: event.title for event in self.all(ToolStarted)}
        return [(titles[event.call], event.ok) for event in self.all(ToolEnded)]

    def _tell(self) -> None:
        async def notify() -> None:
            async with self._news:
                self._news.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
