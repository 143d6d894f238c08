"""Where each journal ends in a recording: nothing in it refers to what was cut off.

A journal is only ever cut at its end, so what is left is what stood there at some moment. The
project's journal is looked at first: what it tells of sessions was written before. A session that
took a letter posted later is cut before that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from wuhu_tui.core.recordings.copying import lines_of, whole_size
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import BadLine, Envelope, decode_envelope
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.value import Value

_TAKES = {"command.taken": ("command",), "message.queued": ("message", "id")}
"""Records of a session that refer to a letter, and where its id stands."""

_decoder = msgspec.json.Decoder(dict[str, Any])


class Stretch(Value, frozen=True):
    """The part of a journal that goes in: `size` bytes; of those before `whole` only what counts.

    `screen` is where the newest whole screen before that stands; 0: nowhere.
    """

    size: int
    whole: int = 0
    screen: int = 0
    last: Cursor = Cursor()
    cut: bool = False
    """Whether more was written than goes in."""


class Cut(Value, frozen=True):
    """All of it: the project's journal, and each session's by its id."""

    project: Stretch
    sessions: dict[str, Stretch]


def plan_cut(
    folder: ProjectFolder,
    sessions: Sequence[str],
    since: datetime | None,
    until: datetime | None,
) -> Cut:
    """Where journals are cut that may be written meanwhile, between these two times."""
    project = _stretch(folder.journal, whole_size(folder.journal), since, until)
    ends = {name: whole_size(folder.session(name).journal) for name in sessions}
    stretches = {
        name: _stretch(folder.session(name).journal, end, since, until)
        for name, end in ends.items()
    }
    cut = Cut(project=project, sessions=stretches)
    while (closer := _closer(folder, cut)) != cut:
        cut = closer
    return cut


def _stretch(path: Path, size: int, since: datetime | None, until: datetime | None) -> Stretch:
    if since is None and until is None:
        return Stretch(size=size)
    whole = screen = 0
    began = since is None
    last = Cursor()
    for place, envelope, line in _records(path, 0, size):
        if until is not None and envelope.ts > until:
            return Stretch(size=place, whole=whole, screen=screen, last=last, cut=True)
        began = began or (since is not None and envelope.ts >= since)
        if not began:
            whole = place + len(line)
            if envelope.type == "screen.changed" and b'"whole":true' in line:
                screen = place
        last = Cursor(epoch=envelope.epoch, seq=envelope.seq)
    return Stretch(size=size, whole=whole, screen=screen, last=last)


def _closer(folder: ProjectFolder, cut: Cut) -> Cut:
    """The same, without what refers to something that is not in it."""
    letters, made = _told_later(folder.journal, cut.project.size)
    sessions = {name: one for name, one in cut.sessions.items() if name not in made}
    if letters:
        for name, one in sessions.items():
            path = folder.session(name).journal
            sessions[name] = _before(path, one, lambda kind, line: _takes(kind, line, letters))
    project = cut.project
    if any(one.cut for one in sessions.values()):
        project = _before(
            folder.journal, project, lambda kind, line: _rests_on_later(kind, line, sessions)
        )
    return Cut(project=project, sessions=sessions)


def _told_later(path: Path, size: int) -> tuple[set[str], set[str]]:
    """Letters posted, and sessions made, in the part of the project's journal that is cut off."""
    letters: set[str] = set()
    made: set[str] = set()
    for _, envelope, line in _records(path, size, whole_size(path)):
        if envelope.type == "letter.posted":
            letters.add(_at(line, "letter", "id"))
        elif envelope.type == "session.instantiated":
            made.add(_at(line, "spec", "id"))
    return letters, made


def _before(path: Path, stretch: Stretch, refers: Callable[[str, bytes], bool]) -> Stretch:
    """The stretch up to the first record that refers to something outside."""
    last = Cursor()
    for place, envelope, line in _records(path, 0, stretch.size):
        if refers(envelope.type, line):
            whole = min(stretch.whole, place)
            return replace(stretch, size=place, whole=whole, last=last, cut=True)
        last = Cursor(epoch=envelope.epoch, seq=envelope.seq)
    return stretch


def _takes(kind: str, line: bytes, letters: set[str]) -> bool:
    place = _TAKES.get(kind)
    return place is not None and _at(line, *place) in letters


def _rests_on_later(kind: str, line: bytes, sessions: dict[str, Stretch]) -> bool:
    """Whether the core's word rests on a record of a session that was cut off."""
    if kind != "session.moved":
        return False
    told = _decoder.decode(line)
    stretch = sessions.get(str(told.get("session")))
    if stretch is None or not stretch.cut:
        return False
    try:
        return msgspec.convert(told.get("after_record"), Cursor) > stretch.last
    except msgspec.ValidationError:
        return False


def _at(line: bytes, *place: str) -> str:
    value: Any = _decoder.decode(line)
    for field in place:
        value = value.get(field) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _records(path: Path, start: int, size: int) -> Iterator[tuple[int, Envelope, bytes]]:
    """The records between two places of a journal, each with where its line begins."""
    if start >= size:
        return
    with os.fdopen(open_plain(path), "rb") as file:
        for place, line in lines_of(file, start, size):
            try:
                envelope = decode_envelope(line)
            except BadLine:
                continue
            yield place, envelope, line
