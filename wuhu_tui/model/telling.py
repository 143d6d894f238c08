"""What of a record can be searched: its texts, with their kind, tool and files. Pure.

What is streamed in pieces becomes one passage a message or tool, so that a phrase across pieces is
found; what is long becomes several, each beginning with the end of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from wuhu_tui.model import agent_events, events, project_events
from wuhu_tui.model.history_events import LeadLooked, WorktreeSeen
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.search_words import plain
from wuhu_tui.model.searches import Told
from wuhu_tui.model.telling_prose import prose
from wuhu_tui.model.value import Value

LONGEST = 8_000
"""Characters of a passage; the rest becomes the next one."""

OVERLAP = 200
"""Characters of a passage's end with which the next one begins."""

STRIDE = 64
"""Characters told in a moment for which one place is kept: to their record it is that near."""

MOMENT = 1.0
"""Seconds."""

OPEN = 48
"""Passages of one journal that may still grow; the oldest is closed."""

TOOLS = 256
"""Tools of one journal whose end is still to come."""

LINES = 400
"""Lines of an agent's screen that are known again: it draws the same ones over and over."""

_SILENT = (
    events.PhaseChanged,
    events.UsageChanged,
    events.CommandTaken,
    WorktreeSeen,
    LeadLooked,
    project_events.ConductorTook,
    project_events.ConductorWanted,
)

_HEADS = re.compile(r"^\+\+\+ (?:b/)?([^\t\n]+)", re.MULTILINE)
_CODES = re.compile(r"\x1b\[[0-9;:]*m")


class Place(msgspec.Struct, array_like=True):
    """Up to which character of a passage a record tells it, and when."""

    end: int
    seq: int
    at: float


class Passage(msgspec.Struct, array_like=True):
    """A searchable text of one journal; it begins at the record (`epoch`, `seq`)."""

    kind: Told
    epoch: int
    seq: int
    at: datetime
    tool: str = ""
    paths: tuple[str, ...] = ()
    about: str = ""
    text: str = ""
    lead: int = 0
    """Characters at its beginning that the passage before it ends with."""
    places: list[Place] = []
    number: int = 0
    """Its number in an index; 0: it has none yet."""
    indexed: int = 0
    """Characters that an index has of it."""

    def grow(self, text: str, record: Record) -> None:
        """Add what a record says."""
        if self.text.endswith(" ") and text.startswith(" "):
            text = text[1:]
        self.text += text
        place = Place(len(self.text), record.seq, record.ts.timestamp())
        before = self.places[-2].end if len(self.places) > 1 else 0
        last = self.places[-1] if self.places else None
        if last and last.end - before < STRIDE and place.at - last.at < MOMENT:
            self.places[-1] = place
        else:
            self.places.append(place)

    def cursor_at(self, character: int) -> tuple[Cursor, float]:
        """The record that had told so much of it, and its time."""
        for place in self.places:
            if place.end >= character:
                return Cursor(epoch=self.epoch, seq=place.seq), place.at
        return Cursor(epoch=self.epoch, seq=self.seq), self.at.timestamp()


class Memory(msgspec.Struct):
    """What a teller must know to go on later: passages that may grow, tools that run.

    `lines` stood on the agent's screen lately.
    """

    growing: dict[str, Passage] = {}
    tools: dict[str, tuple[str, tuple[str, ...]]] = {}
    lines: dict[str, None] = {}


class Telling(Value, frozen=True):
    """One text of a record; pieces with the same `joins` belong together."""

    kind: Told
    text: str
    paths: tuple[str, ...] = ()
    joins: str = ""
    call: str = ""
    """The tool call it belongs to."""


def tellings(event: Any) -> Iterator[Telling]:
    """The texts of an event."""
    match event:
        case events.AgentSaid(text=text, message=message, parent=parent):
            yield Telling(kind=Told.SAID, text=text, joins=f"said {parent} {message}")
        case events.AgentThought(text=text):
            yield Telling(kind=Told.THOUGHT, text=text, joins="thought")
        case events.ToolStarted() as tool:
            words = (tool.title, tool.arguments, *tool.paths)
            yield Telling(
                kind=Told.TOOL,
                text=" ".join(filter(None, words)),
                paths=tool.paths,
                call=tool.call,
            )
        case events.ToolOutput(call=call, text=text):
            yield Telling(kind=Told.OUTPUT, text=text, joins=f"output {call}", call=call)
        case events.ToolEnded(call=call, output=output, diff=diff):
            if output:
                yield Telling(kind=Told.OUTPUT, text=output, call=call)
            if diff:
                found = tuple(dict.fromkeys(_HEADS.findall(diff)))
                yield Telling(kind=Told.DIFF, text=diff, call=call, paths=found)
        case agent_events.ScreenChanged(lines=lines):
            text = "\n".join(_CODES.sub("", line).rstrip() for line in lines.values())
            yield Telling(kind=Told.SCREEN, text=text, joins="screen")
        case _ if not isinstance(event, _SILENT):
            kind, text, paths = prose(event)
            if text:
                yield Telling(kind=kind, text=text, paths=paths)


def about(event: Any) -> str:
    """The session that an event of the project's journal speaks of; empty for none."""
    match event:
        case project_events.SessionInstantiated(spec=spec):
            return spec.id
        case project_events.LetterPosted(letter=letter):
            return letter.recipient if letter.recipient != "lead" else letter.sender
        case project_events.WorkRescued(rescue=rescue):
            return rescue.session
        case project_events.SightingMade(sighting=sighting):
            return sighting.session
    found = getattr(event, "session", "")
    return found if isinstance(found, str) else ""


class Teller:
    """Makes passages of one journal's records, in their order.

    `take` gives the passages that are complete; `growing` are those that may go on.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()

    def take(self, record: Record) -> Iterator[Passage]:
        """Take one more record."""
        event = record.event
        if isinstance(event, events.ToolStarted):
            self._begin_tool(event)
        for telling in tellings(event):
            yield from self._tell(telling, record)
        yield from self._ends(event)

    def growing(self) -> Iterator[Passage]:
        """The passages that may go on, and are not wholly indexed yet."""
        for passage in self.memory.growing.values():
            if passage.indexed < len(passage.text):
                yield passage

    def _begin_tool(self, tool: events.ToolStarted) -> None:
        self.memory.tools[tool.call] = (plain(f"{tool.kind}: {tool.title}")[:160], tool.paths)
        if len(self.memory.tools) > TOOLS:
            del self.memory.tools[next(iter(self.memory.tools))]

    def _tell(self, telling: Telling, record: Record) -> Iterator[Passage]:
        text = self._unseen(telling.text) if telling.kind is Told.SCREEN else telling.text
        text = plain(text)
        if not telling.joins and (not text.strip() or self._was_streamed(telling, text)):
            return
        key = telling.joins
        passage = self.memory.growing.pop(key, None) if key else None
        passage = passage or self._passage(telling, record)
        room = LONGEST - len(passage.text)
        while len(text) > room:
            passage.grow(text[:room], record)
            text = text[room:]
            yield passage
            passage = self._next(passage, record)
            room = LONGEST - len(passage.text)
        passage.grow(text, record)
        if not key:
            yield passage
            return
        self.memory.growing[key] = passage
        if len(self.memory.growing) > OPEN:
            yield from self._close(next(iter(self.memory.growing)))

    def _passage(self, telling: Telling, record: Record) -> Passage:
        tool, paths = self.memory.tools.get(telling.call, ("", ()))
        return Passage(
            kind=telling.kind,
            epoch=record.epoch,
            seq=record.seq,
            at=record.ts,
            tool=tool,
            paths=tuple(dict.fromkeys((*telling.paths, *paths))),
            about="" if record.session else about(record.event),
        )

    def _next(self, before: Passage, record: Record) -> Passage:
        """The passage that goes on where one is full."""
        end = before.text[-OVERLAP:]
        return Passage(
            kind=before.kind,
            epoch=record.epoch,
            seq=record.seq,
            at=record.ts,
            tool=before.tool,
            paths=before.paths,
            about=before.about,
            text=end,
            lead=len(end),
        )

    def _was_streamed(self, telling: Telling, text: str) -> bool:
        """Whether the output that a tool's end tells was told while it ran."""
        if telling.kind is not Told.OUTPUT:
            return False
        streamed = self.memory.growing.get(f"output {telling.call}")
        if streamed is None:
            return False
        end = text.strip()[-OVERLAP:] if streamed.lead else text.strip()
        return end in streamed.text

    def _unseen(self, text: str) -> str:
        """The lines of a screen that did not stand there lately."""
        known = self.memory.lines
        new = [line for line in text.split("\n") if line.strip() and line not in known]
        known.update(dict.fromkeys(new))
        for line in list(known)[: max(0, len(known) - LINES)]:
            del known[line]
        return " ".join((*new, "")) if new else ""

    def _ends(self, event: Any) -> Iterator[Passage]:
        """Close what an event ends."""
        match event:
            case events.ToolEnded(call=call):
                self.memory.tools.pop(call, None)
                yield from self._close(f"output {call}")
            case events.AgentSaid(message=message, parent=parent):
                spoken = f"said {parent} {message}"
                yield from self._close("thought", *self._speech(parent, spoken))
            case events.ToolStarted(parent=parent):
                unnamed = f"said {parent} "
                yield from self._close("thought", *(unnamed,))
            case events.AgentThought():
                yield from self._close("said  ")
            case events.TurnStarted() | events.TurnEnded():
                every = [key for key in self.memory.growing if key.startswith(("said", "thought"))]
                yield from self._close(*every)
            case events.RunnerStarted() | events.RunnerEnded():
                yield from self._close(*self.memory.growing)
                self.memory.tools.clear()

    def _speech(self, parent: str, spoken: str) -> list[str]:
        """What the same speaker said before what is spoken now."""
        same = f"said {parent} "
        return [key for key in self.memory.growing if key.startswith(same) and key != spoken]

    def _close(self, *keys: str) -> Iterator[Passage]:
        for key in keys:
            passage = self.memory.growing.pop(key, None)
            if passage is not None and passage.indexed < len(passage.text):
                yield passage
