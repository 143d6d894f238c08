"""A session's transcript: what its pane shows, built record by record.

Items are frozen; the list grows at its end and items may be replaced while they grow. The oldest
are dropped when there are too many: the journal keeps all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.changes import Changes
from wuhu_tui.model.messages import Message
from wuhu_tui.model.questions import Answer, Question
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.reports import ExitReason
from wuhu_tui.model.transcript_notes import DELAYED, Notes
from wuhu_tui.model.value import Value


class ItemKind(StrEnum):
    """What a transcript item is."""

    SAID = "said"
    THOUGHT = "thought"
    TOOL = "tool"
    MESSAGE = "message"
    QUESTION = "question"
    ANSWER = "answer"
    REPORT = "report"
    TURN = "turn"
    NOTE = "note"


class ItemState(StrEnum):
    """How far an item has come; `plain` items have no course."""

    PLAIN = "plain"
    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"


class Item(Value, frozen=True):
    """One thing in the pane; `key` is its own and stable, however it grows."""

    kind: ItemKind
    key: str
    at: datetime
    cursor: Cursor
    title: str = ""
    """A tool's title, a question's context, a note's level, the boundary a message landed at."""
    text: str = ""
    detail: str = ""
    """A tool's arguments, a question's options, a report's evidence, who wrote a message."""
    diff: str = ""
    state: ItemState = ItemState.PLAIN
    tool_kind: str = ""
    nested: bool = False
    """Whether a sub-agent did it."""


MAX_TOOL_TEXT = 200_000
"""Characters of one tool's output that a pane keeps, the newest; the journal keeps all."""

MAX_PIECE = 32_000
"""Characters of what an agent says after which the rest becomes an item of its own."""

MAX_ITEMS = 20_000
"""Items that a pane keeps, the newest."""

MAX_TEXT = 16_000_000
"""Characters that all items of a pane keep together."""

_SLACK = 1_000
"""Items above the limit before the oldest are dropped: each drop draws the pane anew."""


class Transcript:
    """The growing list of items of one session; `revision` rises with every change.

    `first_changed_since(revision)` tells a pane from where it must draw anew. `dropped` counts the
    items that are gone from the front of `items`; after a drop everything counts as changed.
    """

    def __init__(self, *, max_items: int = MAX_ITEMS, max_text: int = MAX_TEXT) -> None:
        self.items: list[Item] = []
        self.dropped = 0
        self._max_items = max_items
        self._max_text = max_text
        self._text = 0
        self._changes = Changes()
        self._notes = Notes()
        self._tools: dict[str, int] = {}
        self._messages: dict[str, tuple[str, str]] = {}
        self._questions: dict[str, tuple[int, Question]] = {}
        self._speech = ""

    @property
    def revision(self) -> int:
        """How many changes there were."""
        return self._changes.revision

    def first_changed_since(self, revision: int) -> int:
        """Index of the first item changed after that revision; `len(items)` when none was."""
        first = self._changes.first_since(revision)
        return len(self.items) if first is None else first

    def begin(
        self, *, messages: Iterable[Message], questions: Iterable[Question], tasks: dict[str, str]
    ) -> None:
        """Begin in the middle of a journal: what waits there, and what goes on beside the turn."""
        for message in messages:
            self._messages[message.id] = (message.text, message.by)
        for question in questions:
            self._questions[question.id] = (-1, question)
        self._notes.begin(tasks)

    def apply(self, record: Record) -> None:
        """Take one more record of the session's journal."""
        match record.event:
            case events.AgentSaid(text=text, message=message, parent=""):
                self._grow(ItemKind.SAID, message, text, record)
            case events.AgentSaid(text=text, message=message, parent=parent):
                self._grow(ItemKind.THOUGHT, f"{parent}/{message}", text, record, nested=True)
            case events.AgentThought(text=text):
                self._grow(ItemKind.THOUGHT, "", text, record)
            case events.ToolStarted() as tool:
                self._tool_started(tool, record)
            case events.ToolOutput(call=call, text=text):
                self._tool_output(call, text)
            case events.ToolEnded() as ended:
                self._tool_ended(ended, record)
            case _:
                self._marker(record)

    def _marker(self, record: Record) -> None:
        match record.event:
            case events.TurnStarted(turn=turn):
                self._add(ItemKind.TURN, record, title=f"turn {turn}")
            case events.QuestionAsked(question=question):
                self._asked(question, record)
            case events.QuestionAnswered(answer=answer):
                self._answered(answer, record)
            case events.ReportMade(report=made):
                title = made.kind.value
                self._add(
                    ItemKind.REPORT, record, title=title, text=made.summary, detail=made.evidence
                )
            case _:
                self._message(record)

    def _asked(self, question: Question, record: Record) -> None:
        options = "\n".join(option.label for option in question.options)
        title, text = question.context, question.text
        self._add(ItemKind.QUESTION, record, title=title, text=text, detail=options)
        self._questions[question.id] = (self.dropped + len(self.items) - 1, question)

    def _answered(self, answer: Answer, record: Record) -> None:
        """The answer in the option's own words; the question is settled."""
        at, question = self._questions.pop(answer.question, (-1, None))
        options = question.options if question else ()
        labels = {option.key: option.label for option in options}
        choice = labels.get(answer.choice, answer.choice)
        text = " · ".join(filter(None, (choice, answer.text, answer.note)))
        if at >= self.dropped:
            place = at - self.dropped
            self._replace(place, replace(self.items[place], state=ItemState.OK))
        self._add(ItemKind.ANSWER, record, title=answer.by, text=text)

    def _message(self, record: Record) -> None:
        match record.event:
            case events.MessageQueued(message=message):
                self._messages[message.id] = (message.text, message.by)
            case events.MessageEdited(id=name, text=text):
                self._messages[name] = (text, self._messages.get(name, ("", ""))[1])
            case events.MessageCancelled(id=name):
                self._messages.pop(name, None)
            case events.MessageLanded(id=name, boundary=boundary):
                text, by = self._messages.pop(name, ("", ""))
                self._add(ItemKind.MESSAGE, record, title=boundary.value, text=text, detail=by)
            case _:
                self._life(record)

    def _life(self, record: Record) -> None:
        match record.event:
            case events.RunnerStarted() | events.AgentStarted() | events.AgentExited():
                self._end_tools()
            case events.RunnerEnded(exit=ended):
                self._end_tools()
                said = ended.last_words if ended.reason is ExitReason.FAILED else ""
                text = "\n".join(filter(None, (ended.detail, said)))
                self._add(ItemKind.NOTE, record, title=ended.reason.value, text=text)
            case _:
                self._note(record)

    def _note(self, record: Record) -> None:
        note = self._notes.of(record.event)
        if note is None:
            return
        title, text = note
        last = self.items[-1] if self.items else None
        if title == DELAYED and last and last.kind is ItemKind.NOTE and last.title == DELAYED:
            self._replace(len(self.items) - 1, replace(last, text=text))
        else:
            self._add(ItemKind.NOTE, record, title=title, text=text)

    def _add(
        self,
        kind: ItemKind,
        record: Record,
        *,
        title: str = "",
        text: str = "",
        detail: str = "",
        nested: bool = False,
    ) -> None:
        key = f"{kind.value}:{record.seq}"
        self._append(
            Item(
                kind=kind,
                key=key,
                at=record.ts,
                cursor=record.cursor,
                title=title,
                text=text,
                detail=detail,
                nested=nested,
            )
        )

    def _grow(
        self, kind: ItemKind, message: str, text: str, record: Record, *, nested: bool = False
    ) -> None:
        """More of what the agent says: into its last item if that is of the same message."""
        speech = f"{kind.value}:{message}"
        last = self.items[-1] if self.items else None
        if last and self._speech == speech and len(last.text) < MAX_PIECE:
            self._replace(len(self.items) - 1, replace(last, text=last.text + text))
        else:
            self._add(kind, record, text=text, nested=nested)
            self._speech = speech

    def _tool_started(self, tool: events.ToolStarted, record: Record) -> None:
        item = Item(
            kind=ItemKind.TOOL,
            key=f"tool:{record.seq}",
            at=record.ts,
            cursor=record.cursor,
            title=tool.title,
            detail=tool.arguments,
            state=ItemState.RUNNING,
            tool_kind=tool.kind,
            nested=bool(tool.parent),
        )
        place = self._tool_place(tool.call)
        old = self.items[place] if place is not None else None
        if place is None or old is None or old.state is not ItemState.RUNNING:
            self._tools[tool.call] = self.dropped + len(self.items)
            self._append(item)
        else:
            again = replace(item, key=old.key, at=old.at, cursor=old.cursor, text=old.text)
            self._replace(place, again)

    def _tool_output(self, call: str, text: str) -> None:
        place = self._tool_place(call)
        if place is not None:
            item = self.items[place]
            self._replace(place, replace(item, text=_newest(item.text + text)))

    def _tool_ended(self, ended: events.ToolEnded, record: Record) -> None:
        place = self._tool_place(ended.call)
        if place is None:
            return
        item = self.items[place]
        state = ItemState.OK if ended.ok else ItemState.FAILED
        text = ended.output[-MAX_TOOL_TEXT:] or item.text
        self._replace(place, replace(item, state=state, text=text, diff=ended.diff))

    def _end_tools(self) -> None:
        """The agent is gone or new: none of its tools runs, and its call names mean nothing."""
        for call in self._tools:
            place = self._tool_place(call)
            if place is not None and self.items[place].state is ItemState.RUNNING:
                self._replace(place, replace(self.items[place], state=ItemState.FAILED))
        self._tools.clear()

    def _tool_place(self, call: str) -> int | None:
        """Index of a tool call's item, unless it is unknown or was dropped."""
        place = self._tools.get(call, -1) - self.dropped
        return place if place >= 0 else None

    def _append(self, item: Item) -> None:
        self.items.append(item)
        self._speech = ""
        self._text += _size(item)
        self._changes.note(len(self.items) - 1)
        self._drop()

    def _replace(self, place: int, item: Item) -> None:
        self._text += _size(item) - _size(self.items[place])
        self.items[place] = item
        self._changes.note(place)
        self._drop()

    def _drop(self) -> None:
        """Let the oldest items go, some at once, when there are too many or too long ones."""
        count = 0
        if len(self.items) > self._max_items + min(_SLACK, self._max_items):
            count = len(self.items) - self._max_items
        text = self._text - sum(_size(item) for item in self.items[:count])
        if text > self._max_text:
            while text > self._max_text * 7 // 8 and count < len(self.items) - 1:
                text -= _size(self.items[count])
                count += 1
        if count:
            self._forget(count, text)

    def _forget(self, count: int, text: int) -> None:
        del self.items[:count]
        self._text = text
        self.dropped += count
        self._tools = {call: at for call, at in self._tools.items() if at >= self.dropped}
        self._changes.note(0)


def _size(item: Item) -> int:
    """Characters that an item keeps in memory."""
    return len(item.title) + len(item.text) + len(item.detail) + len(item.diff)


def _newest(text: str) -> str:
    """The end of a tool's output; cut well below the limit, so that not every piece cuts it."""
    return text if len(text) <= MAX_TOOL_TEXT else text[-(MAX_TOOL_TEXT * 3 // 4) :]
