"""A session's transcript: what its pane shows, built record by record.

Items are frozen; the list grows at its end and its last items may be replaced while they grow.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.records import Cursor, Record
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
    """One thing in the pane; `key` is stable: a tool's call, a message's or question's id."""

    kind: ItemKind
    key: str
    at: datetime
    cursor: Cursor
    title: str = ""
    text: str = ""
    detail: str = ""
    """A tool's arguments, a question's options, a report's evidence, who wrote a message."""
    diff: str = ""
    state: ItemState = ItemState.PLAIN
    tool_kind: str = ""


MAX_TOOL_TEXT = 200_000
"""Characters of one tool's output that a pane keeps; the journal keeps all."""


class Transcript:
    """The growing list of items of one session; `revision` rises with every change.

    `first_changed_since(revision)` tells a pane from where it must draw anew.
    """

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.revision = 0
        self._places: dict[str, int] = {}
        self._messages: dict[str, tuple[str, str]] = {}
        self._changes: list[int] = []

    def first_changed_since(self, revision: int) -> int:
        """Index of the first item changed after that revision; `len(items)` when none was."""
        return min(self._changes[revision:], default=len(self.items))

    def apply(self, record: Record) -> None:
        """Take one more record of the session's journal."""
        match record.event:
            case events.AgentSaid(text=text, message=message):
                self._grow(ItemKind.SAID, f"said:{message}", text, record)
            case events.AgentThought(text=text):
                self._grow(ItemKind.THOUGHT, "thought:", text, record)
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
                self._add(ItemKind.TURN, f"turn:{turn}", record, title=f"turn {turn}")
            case events.MessageQueued(message=message):
                self._messages[message.id] = (message.text, message.by)
            case events.MessageEdited(id=name, text=text):
                self._messages[name] = (text, self._messages.get(name, ("", ""))[1])
            case events.MessageLanded(id=name, boundary=boundary):
                text, by = self._messages.pop(name, ("", ""))
                self._add(
                    ItemKind.MESSAGE, name, record, title=boundary.value, text=text, detail=by
                )
            case events.QuestionAsked(question=question):
                options = "\n".join(option.label for option in question.options)
                self._add(
                    ItemKind.QUESTION, question.id, record, text=question.text, detail=options
                )
            case events.QuestionAnswered(answer=answer):
                text = " ".join(filter(None, (answer.choice, answer.text, answer.note)))
                self._add(ItemKind.ANSWER, answer.question, record, title=answer.by, text=text)
            case events.ReportMade(report=report):
                self._add(
                    ItemKind.REPORT,
                    f"report:{record.seq}",
                    record,
                    title=report.kind.value,
                    text=report.summary,
                    detail=report.evidence,
                )
            case _:
                self._note(record)

    def _note(self, record: Record) -> None:
        match record.event:
            case events.Noted(text=text, level=level):
                self._add(ItemKind.NOTE, f"note:{record.seq}", record, title=level, text=text)
            case events.RunnerEnded(exit=ended):
                text = "\n".join(filter(None, (ended.detail, ended.last_words)))
                self._add(
                    ItemKind.NOTE,
                    f"exit:{record.seq}",
                    record,
                    title=ended.reason.value,
                    text=text,
                )
            case events.UnknownEvent(type=type_):
                self._add(
                    ItemKind.NOTE, f"unknown:{record.seq}", record, title="unknown", text=type_
                )
            case _:
                pass

    def _add(
        self,
        kind: ItemKind,
        key: str,
        record: Record,
        *,
        title: str = "",
        text: str = "",
        detail: str = "",
    ) -> None:
        item = Item(
            kind=kind,
            key=key,
            at=record.ts,
            cursor=record.cursor,
            title=title,
            text=text,
            detail=detail,
        )
        self._append(item)

    def _append(self, item: Item) -> None:
        self.items.append(item)
        self._changed(len(self.items) - 1)

    def _replace(self, place: int, item: Item) -> None:
        self.items[place] = item
        self._changed(place)

    def _changed(self, place: int) -> None:
        self._changes.append(place)
        self.revision += 1

    def _grow(self, kind: ItemKind, key: str, text: str, record: Record) -> None:
        last = self.items[-1] if self.items else None
        if last and last.kind is kind and last.key == key:
            self._replace(len(self.items) - 1, replace(last, text=last.text + text))
        else:
            self._add(kind, key, record, text=text)

    def _tool_started(self, tool: events.ToolStarted, record: Record) -> None:
        item = Item(
            kind=ItemKind.TOOL,
            key=tool.call,
            at=record.ts,
            cursor=record.cursor,
            title=tool.title,
            detail=tool.arguments,
            state=ItemState.RUNNING,
            tool_kind=tool.kind,
        )
        place = self._places.get(tool.call)
        if place is None:
            self._places[tool.call] = len(self.items)
            self._append(item)
        else:
            self._replace(place, replace(item, text=self.items[place].text))

    def _tool_output(self, call: str, text: str) -> None:
        place = self._places.get(call)
        if place is not None:
            item = self.items[place]
            self._replace(place, replace(item, text=(item.text + text)[-MAX_TOOL_TEXT:]))

    def _tool_ended(self, ended: events.ToolEnded, record: Record) -> None:
        place = self._places.get(ended.call)
        if place is None:
            return
        item = self.items[place]
        state = ItemState.OK if ended.ok else ItemState.FAILED
        text = ended.output[-MAX_TOOL_TEXT:] or item.text
        self._replace(place, replace(item, state=state, text=text, diff=ended.diff))
