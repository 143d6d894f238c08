"""Reads of all journals what looking back over time needs, and reads on where it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from wuhu_tui.core.journal_scan import scan_on
from wuhu_tui.journal.layout import ProjectFolder, SessionFolder
from wuhu_tui.journal.reader import JournalReader
from wuhu_tui.model.events import Event
from wuhu_tui.model.recorded_times import Happened, in_order
from wuhu_tui.model.records import Record
from wuhu_tui.model.trails import TRAIL_EVENTS, Trails
from wuhu_tui.model.value import EPOCH_START

T = TypeVar("T")

_LIMIT = 16 << 20
"""Bytes of the project's journal that are read at one go."""


def names_of(kinds: tuple[type[Event], ...]) -> frozenset[str]:
    """The names of event types on disk."""
    return frozenset(str(kind.__struct_config__.tag) for kind in kinds)


_KINDS = names_of(TRAIL_EVENTS)


class TrailReader:
    """Keeps the trails of one project; every reading goes on from the one before, in any thread."""

    def __init__(self, folder: ProjectFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._trails = Trails()
        self._newest = EPOCH_START
        self._project = JournalReader(self._folder.journal, "")
        self._offsets: dict[str, int] = {}
        self._files: dict[str, tuple[int, int]] = {}

    def look(self, look: Callable[[Trails], T], until: datetime | None = None) -> T:
        """What `look` makes of everything up to now, or up to a time: then nothing later is known.

        Raises:
            JournalError: a journal cannot be read.
        """
        with self._lock:
            try:
                trails = self._read()
            except BaseException:
                self._begin()
                raise
            if until is not None and until < self._newest:
                trails = trails.up_to(until)
            return look(trails)

    def _read(self) -> Trails:
        if self._was_replaced():
            self._begin()
        made = {
            name: trail.steps[0].at for name, trail in self._trails.sessions.items() if trail.steps
        }
        self._trails.take(self._noting(in_order(self._new_records(), made)))
        return self._trails

    def _noting(self, happened: Iterator[Happened]) -> Iterator[Happened]:
        """The same, remembering the newest time."""
        for one in happened:
            self._newest = max(self._newest, one.at)
            yield one

    def _was_replaced(self) -> bool:
        """Whether a journal is another than the one read so far, or was cut."""
        for name, offset in self._offsets.items():
            path = self._folder.session(name).journal if name else self._folder.journal
            known = _file(path)
            if known is None or known[:2] != self._files[name] or known[2] < offset:
                return True
        return False

    def _new_records(self) -> dict[str, tuple[Record, ...]]:
        journals: dict[str, tuple[Record, ...]] = {"": tuple(self._of_project())}
        for folder in journaled(self._folder):
            known, offset = _file(folder.journal), self._offsets.get(folder.name, 0)
            if known is None or known[2] == offset:
                continue
            self._files[folder.name] = known[:2]
            found = scan_on(folder.journal, folder.name, _KINDS, offset)
            journals[folder.name], self._offsets[folder.name] = found
        return journals

    def _of_project(self) -> Iterator[Record]:
        known, more = _file(self._folder.journal), True
        if known is not None:
            self._files[""] = known[:2]
        while more:
            page = self._project.read(_LIMIT)
            more = page.more
            self._offsets[""] = page.offset
            yield from page.records


def journaled(folder: ProjectFolder) -> list[SessionFolder]:
    """The sessions that have a journal, archived ones too, by their ids."""
    found = sorted(path.parent.name for path in folder.sessions.glob("*/events.jsonl"))
    return [folder.session(name) for name in found]


def _file(path: Path) -> tuple[int, int, int] | None:
    """Which file it is, and its size; None: it is gone."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return None
    return (there.st_dev, there.st_ino, there.st_size)
