"""Tracing: which turn and which tool call wrote a line, by a session's own records. Pure."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.history_events import LOOKS_ONLY
from wuhu_tui.model.origins import Origin, OriginKind
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.value import EPOCH_START, Value

TRACED = (
    "turn.started",
    "message.queued",
    "message.edited",
    "agent.said",
    "tool.started",
    "tool.ended",
    "commit.seen",
)
"""The types of records that tracing reads."""

MOST_WORDS = 4000
"""Characters of a prompt, an answer or an argument that an origin keeps."""

SHORTEST = 6
"""Characters of a line by which a command can be known to have written it."""

MOST_DIFF = 40_000
"""Characters of a tool call's diff that an origin keeps."""

_ENDED = "\0"
"""No message's name: what is said after a tool call is another message."""


class Wanted(Value, frozen=True):
    """The line that is traced: its text, and the commits in which it can have appeared, in order."""

    path: str
    line: int
    text: str
    commits: tuple[str, ...]
    """The commit that brought it, then those after it on the branch."""
    task: str = ""
    """The session's first prompt."""
    folder: str = ""
    """Its worktree; empty: not known."""


class _Touch(Value, frozen=True):
    """A tool call that changed the file, and what went before it."""

    turn: int
    prompt: str
    said: str
    call: str
    tool: str
    arguments: str
    cursor: Cursor
    at: datetime
    diff: str = ""
    shown: bool = False
    """Whether its own diff adds the line."""
    commanded: bool = False
    """Whether it is a command that names the file and holds the line."""
    failed: bool = False


class _Seen(Value, frozen=True):
    """A commit's first sight, and the turn it fell into."""

    turn: int
    prompt: str
    said: str
    cursor: Cursor
    at: datetime


class Trace:
    """Goes through a session's records once, keeping what may have written the line."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.touches: dict[str, _Touch] = {}
        self.seen: dict[str, _Seen] = {}
        self._turn = 0
        self._prompt = ""
        self._said = ""
        self._message = ""
        self._texts: dict[str, str] = {}

    def take(self, record: Record) -> None:
        """Go on by one record."""
        event: Any = record.event
        match event:
            case events.MessageQueued():
                self._texts[event.message.id] = event.message.text
            case events.MessageEdited():
                self._texts[event.id] = event.text
            case events.TurnStarted():
                self._begin(event)
            case events.AgentSaid():
                self._hear(event)
            case events.ToolStarted():
                self._start(event, record)
            case events.ToolEnded():
                self._end(event)
            case events.CommitSeen():
                self.seen.setdefault(event.sha, self._sight(record))
            case _:
                return

    def _begin(self, event: events.TurnStarted) -> None:
        texts = [self._texts.get(name, "") for name in event.messages]
        prompt = "\n\n".join(text for text in texts if text)
        self._turn, self._said, self._message = event.turn, "", ""
        self._prompt = (prompt or (self.wanted.task if event.turn <= 1 else ""))[:MOST_WORDS]

    def _hear(self, event: events.AgentSaid) -> None:
        if event.parent:
            return
        before = self._said if event.message == self._message else ""
        self._message = event.message
        self._said = (before + event.text)[-MOST_WORDS:]

    def _start(self, event: events.ToolStarted, record: Record) -> None:
        self._message = _ENDED
        touches = event.kind not in LOOKS_ONLY and names(
            self.wanted.path, event.paths, self.wanted.folder
        )
        holds = not touches and self._holds(event)
        if not touches and not holds:
            return
        self.touches[event.call] = _Touch(
            turn=self._turn,
            prompt=self._prompt,
            said=self._said,
            call=event.call,
            tool=event.title,
            arguments=event.arguments[:MOST_WORDS],
            cursor=record.cursor,
            at=record.ts,
            commanded=holds,
        )

    def _holds(self, event: events.ToolStarted) -> bool:
        """Whether a command holds the line itself, as those of agents do that edit by shell."""
        told = f"{event.title}\n{event.arguments}"
        return event.kind == "execute" and holds(told, self.wanted.path, self.wanted.text)

    def _end(self, event: events.ToolEnded) -> None:
        self._message = _ENDED
        touch = self.touches.get(event.call)
        if touch is not None:
            self.touches[event.call] = replace(
                touch,
                diff=event.diff[:MOST_DIFF],
                shown=shows(event.diff, self.wanted.text),
                failed=not event.ok,
            )

    def _sight(self, record: Record) -> _Seen:
        return _Seen(
            turn=self._turn,
            prompt=self._prompt,
            said=self._said,
            cursor=record.cursor,
            at=record.ts,
        )

    def origin(self, session: str) -> Origin:
        """Where the line comes from by what was taken so far."""
        wanted = self.wanted
        seen = next((self.seen[sha] for sha in wanted.commits if sha in self.seen), None)
        touches = [
            touch
            for touch in self.touches.values()
            if not touch.failed and (seen is None or touch.cursor < seen.cursor)
        ]
        written = [touch for touch in touches if touch.shown]
        if written:
            return _of_touch(session, wanted, written[-1], OriginKind.WRITTEN, _WRITTEN)
        commanded = [touch for touch in touches if touch.commanded]
        if commanded:
            return _of_touch(session, wanted, commanded[-1], OriginKind.TOUCHED, _COMMANDED)
        if seen is None:
            return _unseen(session, wanted, touches)
        same = [touch for touch in touches if touch.turn == seen.turn]
        if same:
            return _of_touch(session, wanted, same[-1], OriginKind.TOUCHED, _TOUCHED)
        return _of_commit(session, wanted, seen)


def _unseen(session: str, wanted: Wanted, touches: Sequence[_Touch]) -> Origin:
    if touches:
        return _of_touch(session, wanted, touches[-1], OriginKind.TOUCHED, _UNSEEN)
    return Origin(path=wanted.path, line=wanted.line, kind=OriginKind.UNKNOWN, why=_NOTHING)


def names(path: str, paths: Iterable[str], folder: str = "") -> bool:
    """Whether a tool call's paths name this file of the worktree in `folder`.

    An absolute one that does not begin with that folder may be the same folder by another name.
    """
    return any(_is_same(path, posixpath.normpath(one), folder) for one in paths)


def _is_same(path: str, place: str, folder: str) -> bool:
    if not place.startswith("/"):
        return place == path
    if folder and place.startswith(f"{folder}/"):
        return place == f"{folder}/{path}"
    return place.endswith(f"/{path}")


def trace(session: str, records: Iterable[Record], wanted: Wanted) -> Origin:
    """Where the line comes from by one session's records."""
    tracer = Trace(wanted)
    for record in records:
        tracer.take(record)
    return tracer.origin(session)


_WRITTEN = "this tool call shows that it wrote the line"
_COMMANDED = "this command names the file and holds the line"
_TOUCHED = "the commit appeared in this turn, and this tool call changed the file in it"
_UNSEEN = "nobody saw the commit appear; this is the newest tool call that changed the file"
_COMMITTED = (
    "the commit appeared in this turn; no tool call of it is known to have changed the file"
)
_NOTHING = "neither the commit nor a tool call that changed the file is in the session's journal"


def holds(command: str, path: str, text: str) -> bool:
    """Whether a command names a file and holds a line of it, plain or as JSON writes it."""
    line = text.strip()
    if len(line) < SHORTEST or PurePosixPath(path).name not in command:
        return False
    return line in command or json.dumps(line, ensure_ascii=False)[1:-1] in command


def shows(diff: str, text: str) -> bool:
    """Whether a tool call's own diff adds this line; lines that say nothing prove nothing."""
    wanted = text.strip()
    return bool(wanted) and any(
        line[:1] == "+" and line[1:].strip() == wanted for line in diff.splitlines()
    )


def _of_touch(session: str, wanted: Wanted, touch: _Touch, kind: OriginKind, why: str) -> Origin:
    return Origin(
        path=wanted.path,
        line=wanted.line,
        kind=kind,
        why=why,
        session=session,
        turn=touch.turn,
        prompt=touch.prompt,
        said=touch.said,
        call=touch.call,
        tool=touch.tool,
        arguments=touch.arguments,
        diff=touch.diff,
        cursor=touch.cursor,
        at=touch.at,
    )


def _of_commit(session: str, wanted: Wanted, seen: _Seen) -> Origin:
    return Origin(
        path=wanted.path,
        line=wanted.line,
        kind=OriginKind.COMMITTED,
        why=_COMMITTED,
        session=session,
        turn=seen.turn,
        prompt=seen.prompt,
        said=seen.said,
        cursor=seen.cursor,
        at=seen.at,
    )


_SURENESS: Sequence[OriginKind] = (
    OriginKind.WRITTEN,
    OriginKind.TOUCHED,
    OriginKind.COMMITTED,
    OriginKind.UNKNOWN,
)


def surest(found: Collection[Origin]) -> Origin:
    """Of what several journals tell, what is known most surely; the earliest of the same kind."""
    return min(found, key=lambda one: (_SURENESS.index(one.kind), one.at or EPOCH_START))
