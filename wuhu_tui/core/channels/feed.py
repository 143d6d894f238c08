"""Entries in the order their records were read: first those since a place, then those that come."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
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
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState

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

        So is one that is shorter than its place: it is another one than it was. A session that was
        archived since is told to its end, one that was brought back not from its beginning.

        Raises:
            JournalError: a journal cannot be read.
        """
        seen = self._listen()
        self.places = {
            name: place
            for name, place in places.items()
            if place == WHOLE or name not in seen or place <= seen[name]
        }
        await self._fill(partial(self._read_after, dict(self.places), seen))

    async def begin_since(self, time: datetime) -> None:
        """Begin with what was written since a time.

        Raises:
            JournalError: a journal cannot be read.
        """
        seen = self._listen()
        self.places = seen
        await self._fill(partial(self._read_since, time, seen))
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
        self._pass_over(records)
        for record in records:
            if record.seq <= self._place(record.session):
                continue
            self._heard[record.session] = record.seq
            self._waiting.extend(_told(board, record))
        self._news.set()

    def _pass_over(self, records: Iterable[Record]) -> None:
        """What a session wrote before it was archived is no news when it is brought back."""
        for name, place in _brought_back(records).items():
            if self._place(name) in (0, WHOLE):
                self.places[name] = place

    def _place(self, session: str) -> int:
        """Up to where its journal is told, or waits to be."""
        return max(self.places.get(session, 0), self._heard.get(session, 0))

    async def _fill(self, read: Callable[[], list[Record]]) -> None:
        """Put what is read before what is heard meanwhile, in the order of time."""
        board = self._ledger.board

        def look() -> tuple[list[Record], list[Told], dict[str, int]]:
            records = sorted(read(), key=_moment)
            told = [told for record in records for told in _told(board, record)]
            return records, told, _ends(records)

        records, told, ends = await asyncio.to_thread(look)
        self._pass_over(records)
        self._waiting.extendleft(reversed(told))
        for name, seq in ends.items():
            self._heard[name] = max(self._heard.get(name, 0), seq)
        self._news.set()

    def _read_after(self, places: dict[str, int], seen: dict[str, int]) -> list[Record]:
        records = self._between(PROJECT, places.get(PROJECT, 0), seen.get(PROJECT, 0))
        back = _brought_back(records)
        places = back | {
            name: place for name, place in places.items() if place != WHOLE or name not in back
        }
        for name, last in (seen | _archived(records)).items():
            if name != PROJECT:
                records += self._between(name, places.get(name, 0), max(last, seen.get(name, 0)))
        return records

    def _between(self, session: str, place: int, last: int) -> list[Record]:
        if place >= last:
            return []
        path = self._journal(session)
        found = _from(path, session, seek(path, place + 1))
        return [record for record in found if place < record.seq <= last]

    def _read_since(self, time: datetime, seen: dict[str, int]) -> list[Record]:
        records = self._written_since(PROJECT, time, seen.get(PROJECT, 0))
        for name, last in (seen | _archived(records)).items():
            if name != PROJECT:
                records += self._written_since(name, time, max(last, seen.get(name, 0)))
        return records

    def _written_since(self, session: str, time: datetime, last: int) -> list[Record]:
        path = self._journal(session)
        if _written(path) + SLACK < time.timestamp():
            return []
        found = _from(path, session, seek(path, time))
        return [record for record in found if record.seq <= last and record.ts >= time]

    def _journal(self, session: str) -> Path:
        return self._folder.journal if session == PROJECT else self._folder.session(session).journal


def _told(board: Board, record: Record) -> Iterator[Told]:
    for entry in entries_of(board, record):
        yield Told(entry, record.session, record.seq)


def _ends(records: Iterable[Record]) -> dict[str, int]:
    return {record.session: record.seq for record in sorted(records, key=lambda one: one.seq)}


def _archived(records: Iterable[Record]) -> dict[str, int]:
    """Sessions that were archived, and the last word of each."""
    moves = _moves(records)
    return {
        move.session: move.after_record.seq for move in moves if move.after is SessionState.ARCHIVED
    }


def _brought_back(records: Iterable[Record]) -> dict[str, int]:
    """Sessions that were archived and are no more, and the last word of each before that."""
    moves = _moves(records)
    return {
        move.session: move.after_record.seq
        for move in moves
        if move.before is SessionState.ARCHIVED
    }


def _moves(records: Iterable[Record]) -> Iterator[SessionMoved]:
    return (record.event for record in records if isinstance(record.event, SessionMoved))


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
