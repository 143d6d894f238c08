"""Entries in the order their records were read: first those since a place, then those that come."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from wuhu_tui.core.channels.places import PROJECT, WHOLE
from wuhu_tui.core.ledger import Ledger
from wuhu_tui.journal.index import seek
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import ContextEntry, entries_of
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import Record

SLACK = 2.0
"""Seconds a file's time may lie before that of what was written into it."""


class Told(NamedTuple):
    """An entry with the place of its record."""

    entry: ContextEntry
    session: str
    seq: int


class Feed:
    """Gives every entry of a project once, from where it was begun; `places` says how far it came.

    What a ledger had read before is read again from the journals; what comes is heard from it.
    """

    def __init__(self, folder: ProjectFolder, ledger: Ledger) -> None:
        self.places: dict[str, int] = {}
        self._folder = folder
        self._ledger = ledger
        self._waiting: deque[Told] = deque()
        self._heard: dict[str, int] = {}
        self._news = asyncio.Event()

    def begin_now(self) -> None:
        """Begin with what comes."""
        self.places = self._ledger.seen()
        self._listen()

    async def begin_at(self, places: dict[str, int]) -> None:
        """Begin after these places; a journal they do not name is told from its beginning.

        So is one that is shorter than its place: it is another one than it was.

        Raises:
            JournalError: a journal cannot be read.
        """
        seen = self._listen()
        self.places = {
            name: place
            for name, place in places.items()
            if place == WHOLE or place <= seen.get(name, 0)
        }
        behind = {
            name: self.places.get(name, 0)
            for name, last in seen.items()
            if self.places.get(name, 0) < last
        }
        records = await asyncio.to_thread(self._read_after, behind, seen)
        self._fill(records)

    async def begin_since(self, time: datetime) -> None:
        """Begin with what was written since a time.

        Raises:
            JournalError: a journal cannot be read.
        """
        seen = self._listen()
        self.places = seen
        records = await asyncio.to_thread(self._read_since, time, seen)
        self._fill(records)
        first = {told.session: told.seq - 1 for told in reversed(self._waiting)}
        self.places = {**seen, **first}

    def close(self) -> None:
        """Hear no more."""
        if self._hear in self._ledger.listeners:
            self._ledger.listeners.remove(self._hear)

    def take(self) -> Iterator[Told]:
        """Everything there is now; `places` goes along with each entry taken."""
        while self._waiting:
            told = self._waiting.popleft()
            self.places[told.session] = max(self.places.get(told.session, 0), told.seq)
            yield told
        self._news.clear()
        for name, seq in self._heard.items():
            self.places[name] = max(self.places.get(name, 0), seq)

    async def wait(self) -> None:
        """Wait until there may be something to take."""
        await self._news.wait()

    def _listen(self) -> dict[str, int]:
        """Hear from now on; gives the places up to which nothing will be heard."""
        self._ledger.listeners.append(self._hear)
        return self._ledger.seen()

    def _hear(self, board: Board, records: list[Record]) -> None:
        for record in records:
            if record.seq <= self.places.get(record.session, 0):
                continue
            self._heard[record.session] = record.seq
            for entry in entries_of(board, record):
                self._waiting.append(Told(entry, record.session, record.seq))
        self._news.set()

    def _fill(self, records: list[Record]) -> None:
        """Put what was read before what was heard meanwhile, in the order of time."""
        board = self._ledger.board
        told = [
            Told(entry, record.session, record.seq)
            for record in sorted(records, key=_moment)
            for entry in entries_of(board, record)
        ]
        self._waiting.extendleft(reversed(told))
        for record in records:
            self._heard[record.session] = max(self._heard.get(record.session, 0), record.seq)
        self._news.set()

    def _read_after(self, behind: dict[str, int], seen: dict[str, int]) -> list[Record]:
        records: list[Record] = []
        for name, place in behind.items():
            path = self._journal(name)
            found = _from(path, name, seek(path, place + 1))
            records += [record for record in found if place < record.seq <= seen[name]]
        return records

    def _read_since(self, time: datetime, seen: dict[str, int]) -> list[Record]:
        records: list[Record] = []
        for name, last in seen.items():
            path = self._journal(name)
            if _written(path) + SLACK < time.timestamp():
                continue
            found = _from(path, name, seek(path, time))
            records += [record for record in found if record.seq <= last and record.ts >= time]
        return records

    def _journal(self, session: str) -> Path:
        return self._folder.journal if session == PROJECT else self._folder.session(session).journal


def _from(path: Path, session: str, offset: int) -> tuple[Record, ...]:
    return read_from(path, session, offset).records


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
    except OSError as error:
        raise JournalError(
            f"cannot be read: {error.strerror or error}",
            where=str(path),
            remedy="check the file's rights",
        ) from error


def _moment(record: Record) -> tuple[datetime, str, int]:
    return (record.ts, record.session, record.seq)
