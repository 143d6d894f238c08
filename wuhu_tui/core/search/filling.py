"""Brings the index up to the journals: reads only what is new, a page a transaction.

How far each journal was read stands in the index itself, beside a mark by which a journal that was
replaced or cut is known; so several processes may do this at once, and nothing is read twice.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from wuhu_tui.core.search.store import GRAM, number_of
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.journal.reader import JournalReader
from wuhu_tui.journal.redact import REPLACEMENT, Redactor
from wuhu_tui.journal.secrets import may_hold_shape
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.project_events import SessionInstantiated, SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.search_words import folded, plain
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.telling import Memory, Passage, Teller
from wuhu_tui.model.value import Value

PAGE = 2 << 20
"""Bytes of a journal in one transaction: others that write wait no longer than that takes."""

_MARK = 256
_END = " " * (GRAM - 1)
"""Behind each text, so that letters begin also at its last two characters."""

Over = Callable[[], bool]
"""Whether the time for it is up."""


class Source(Value, frozen=True):
    """One journal on disk; `name` is its session's id, empty for the project's own."""

    name: str
    path: Path
    size: int
    changed: float
    seen: str
    """What the disk says of the file: the same as long as nobody wrote to it."""


class Lag(Value, frozen=True):
    """What an index has not read: how many journals, how many bytes; and what it could not."""

    journals: int = 0
    size: int = 0
    unreadable: tuple[str, ...] = ()


def sources(folder: ProjectFolder) -> list[Source]:
    """All journals of a project, live and archived, the one that changed last first.

    Raises:
        JournalError: they cannot be looked at just now; what is not named counts as gone.
    """
    try:
        found = [_source("", folder.journal)]
        found += [_source(name, folder.session(name).journal) for name in _names(folder.sessions)]
    except OSError as error:
        raise JournalError(
            f"cannot be read: {error.strerror or error}",
            where=str(folder.sessions),
            remedy="check that you may read it",
        ) from error
    there = [one for one in found if one is not None]
    return sorted(there, key=lambda one: (-one.changed, one.name))


def _names(sessions: Path) -> list[str]:
    try:
        with os.scandir(sessions) as entries:
            return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def _source(name: str, path: Path) -> Source | None:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:  # what cannot be looked at cannot be read: the reading will say so
        return Source(name=name, path=path, size=0, changed=0.0, seen=f"unread: {error.errno}")
    seen = f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"
    return Source(name=name, path=path, size=status.st_size, changed=status.st_mtime, seen=seen)


class Filler:
    """Fills one index from the journals of one project; keeps what it finds out in the index."""

    def __init__(self, connection: sqlite3.Connection, redactor: Redactor) -> None:
        self._connection = connection
        self._redactor = redactor

    def fill(self, journals: Sequence[Source], over: Over) -> Lag:
        """Read what is new, until the time is up; says what is left.

        Raises:
            sqlite3.Error: the index cannot be written, or is held by another process.
        """
        left = size = 0
        unreadable: list[str] = []
        known = self.known()
        for name in known.keys() - {source.name for source in journals}:
            self._drop(name)
        for source in journals:
            try:
                rest = self._take(source, known.get(source.name), over)
            except (JournalError, OSError) as error:
                unreadable.append(f"{source.name or 'the project journal'}: {error}")
                continue
            left, size = left + bool(rest), size + rest
        return Lag(journals=left, size=size, unreadable=tuple(unreadable))

    def known(self) -> dict[str, tuple[str, int]]:
        """What the disk said of each journal when it was read last, and how far it was read."""
        rows = self._connection.execute("SELECT name, seen, offset FROM journals")
        return {name: (seen, offset) for name, seen, offset in rows}

    def lag(self, journals: Sequence[Source]) -> Lag:
        """What is not in the index; reads none of it."""
        known = self.known()
        rest = [
            max(1, source.size - known.get(source.name, ("", 0))[1])
            for source in journals
            if known.get(source.name, ("", 0))[0] != source.seen
        ]
        return Lag(journals=len(rest), size=sum(rest))

    def _take(self, source: Source, known: tuple[str, int] | None, over: Over) -> int:
        """Read one journal on; gives the bytes that are left."""
        if known and known[0] == source.seen:
            return 0
        offset, more = known[1] if known else 0, True
        while more:
            if over():
                return max(1, source.size - offset)
            more, offset = self._page(source)
        return 0

    def _drop(self, name: str) -> None:
        """A journal that is not there any more has nothing to find."""
        self._connection.execute("BEGIN IMMEDIATE")
        asked = "SELECT id FROM journals WHERE name=?"
        for (journal,) in self._connection.execute(asked, (name,)).fetchall():
            self._delete(journal)
        self._connection.execute("COMMIT")

    def _page(self, source: Source) -> tuple[bool, int]:
        """One page, in one transaction."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = self._read_page(source)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def _read_page(self, source: Source) -> tuple[bool, int]:
        journal, offset, newest, memory = self._known(source)
        reader = JournalReader(source.path, source.name, offset)
        page = reader.read(PAGE)
        if page.restarted:
            journal, newest, memory = self._forget(source, journal), 0, Memory()
        teller = Teller(memory)
        done: dict[int, Passage] = {}
        for record in page.records:
            self._note_session(record)
            for passage in teller.take(record):
                done[id(passage)] = passage
        for passage in teller.growing():
            done[id(passage)] = passage
        newest = self._write(journal, list(done.values()), newest)
        self._connection.execute(
            "UPDATE journals SET offset=?, seen=?, mark=?, newest=?, memory=? WHERE id=?",
            (
                page.offset,
                "" if page.more else source.seen,
                mark_of(source.path, page.offset),
                newest,
                msgspec.msgpack.encode(teller.memory),
                journal,
            ),
        )
        return page.more, page.offset

    def _note_session(self, record: Record) -> None:
        """Know the names of sessions, and which are archived."""
        match record.event:
            case SessionInstantiated(spec=spec):
                self._connection.execute(
                    "INSERT OR IGNORE INTO sessions VALUES(?, ?, 0)", (spec.id, plain(spec.title))
                )
            case SessionMoved(session=name, after=state):
                self._connection.execute(
                    "UPDATE sessions SET archived=? WHERE name=?",
                    (state is SessionState.ARCHIVED, name),
                )

    def _known(self, source: Source) -> tuple[int, int, int, Memory]:
        """What the index has of a journal; nothing, if that is not the journal it was."""
        row = self._connection.execute(
            "SELECT id, offset, mark, newest, memory FROM journals WHERE name=?", (source.name,)
        ).fetchone()
        if row is None:
            return self._begin(source), 0, 0, Memory()
        journal, offset, mark, newest, memory = row
        if mark != mark_of(source.path, offset):
            return self._forget(source, journal), 0, 0, Memory()
        return journal, offset, newest, msgspec.msgpack.decode(memory, type=Memory)

    def _begin(self, source: Source) -> int:
        made = self._connection.execute(
            "INSERT INTO journals(name, offset, mark, seen, newest, memory) "
            "VALUES(?, 0, 0, '', 0, ?)",
            (source.name, msgspec.msgpack.encode(Memory())),
        )
        return made.lastrowid or 0

    def _forget(self, source: Source, journal: int) -> int:
        """Begin a journal anew."""
        self._delete(journal)
        if not source.name:
            self._connection.execute("DELETE FROM sessions")
        return self._begin(source)

    def _delete(self, journal: int) -> None:
        self._connection.execute("DELETE FROM passages WHERE journal=?", (journal,))
        self._connection.execute("DELETE FROM journals WHERE id=?", (journal,))

    def _write(self, journal: int, passages: list[Passage], newest: int) -> int:
        """Put passages into the index in the order of their numbers, as it takes them best."""
        for passage in passages:
            passage.text = self._clean(passage)
            if not passage.number:
                newest = passage.number = self._free(max(newest + 1, number_of(passage.at)))
                self._insert(journal, passage)
            else:
                self._update(passage)
        for passage in sorted(passages, key=lambda one: one.number):
            text = passage.text[max(0, passage.indexed - GRAM + 1) :] + _END
            self._connection.execute(
                "INSERT INTO words(rowid, text) VALUES(?, ?)", (passage.number, folded(text))
            )
            passage.indexed = len(passage.text)
        return newest

    def _clean(self, passage: Passage) -> str:
        """The text by the rules of now: pieces of a secret come together here."""
        text = passage.text
        is_known = next(self._redactor.known(text), None) is not None
        if not is_known and not may_hold_shape(text.encode("utf-8", "replace")):
            return text
        clean = self._redactor.text(text)[0]
        if clean != text and REPLACEMENT in clean:
            passage.indexed = 0
        return clean

    def _free(self, number: int) -> int:
        """The first number from this one on that no passage has."""
        asked = "SELECT 1 FROM passages WHERE number=?"
        while self._connection.execute(asked, (number,)).fetchone():
            number += 1
        return number

    def _insert(self, journal: int, one: Passage) -> None:
        self._connection.execute(
            "INSERT INTO passages VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.number,
                journal,
                str(one.kind),
                one.epoch,
                one.seq,
                one.at.timestamp(),
                one.about,
                one.tool,
                "\n".join(one.paths),
                one.lead,
                _places(one),
                one.text,
            ),
        )

    def _update(self, one: Passage) -> None:
        self._connection.execute(
            "UPDATE passages SET places=?, text=? WHERE number=?",
            (_places(one), one.text, one.number),
        )


def _places(passage: Passage) -> bytes:
    """Where its records begin; nothing, if it is one record."""
    if len(passage.places) == 1 and passage.places[0].seq == passage.seq:
        return b""
    return msgspec.msgpack.encode(passage.places)


def mark_of(path: Path, offset: int) -> int:
    """A checksum of a journal's beginning and of what stands right before an offset."""
    if not offset:
        return 0
    try:
        descriptor = open_plain(path)
    except OSError:
        return -1
    try:
        size = min(_MARK, offset)
        beginning = os.pread(descriptor, size, 0)
        return zlib.crc32(os.pread(descriptor, size, offset - size), zlib.crc32(beginning))
    finally:
        os.close(descriptor)
