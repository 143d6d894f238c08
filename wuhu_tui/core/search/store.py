"""The search index as a file: a SQLite database that anybody may delete at any time.

`words` has every three characters in a row of a text, `passages` has the texts. A passage's number
tells its time, so the newest are found first without sorting; postings of a passage that is gone
lead nowhere and are passed over.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.value import EPOCH_START

VERSION = 2
"""Of tables and of what is told of a record; an index of another version is made anew."""

GRAM = 3
"""Characters of the smallest thing the index knows; shorter words are looked for one by one."""

OPENING = 5.0
"""Seconds for which another process may hold an index that is just being made."""

PATIENCE_MS = 200
"""How long one look waits for another process that writes; readers wait for nobody."""

PROBE = "CREATE VIRTUAL TABLE t USING fts5(a, tokenize='trigram')"
"""What a SQLite must be able to do."""

_DAMAGED = ("malformed", "corrupt", "no such table", "no such column", "vtable constructor")

_NAME = 0x77756875
_SUFFIXES = ("", "-wal", "-shm", "-journal")

_TABLES = f"""
CREATE TABLE IF NOT EXISTS journals(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, offset INTEGER NOT NULL, mark INTEGER NOT NULL,
    seen TEXT NOT NULL, newest INTEGER NOT NULL, memory BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sessions(
    name TEXT PRIMARY KEY, title TEXT NOT NULL, archived INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS passages(
    number INTEGER PRIMARY KEY, journal INTEGER NOT NULL, kind TEXT NOT NULL, epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL, at REAL NOT NULL, about TEXT NOT NULL, tool TEXT NOT NULL,
    paths TEXT NOT NULL, lead INTEGER NOT NULL, places BLOB NOT NULL, text TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    text, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1');
INSERT INTO words(words, rank) VALUES('hashsize', 16777216);
PRAGMA application_id={_NAME};
PRAGMA user_version={VERSION};
"""


class IndexUnfit(Exception):
    """The index cannot be used as it is: damaged, of another version, or not an index at all."""


UNFIT = (IndexUnfit, msgspec.MsgspecError)
"""What says that an index is to be made anew; the second, of what is packed in its rows."""


def index_file(wuhu: Path) -> Path:
    """Where the index of a project lies, in its `.wuhu` folder."""
    return wuhu / "search.db"


def check_library() -> None:
    """Refuse a Python whose SQLite cannot search texts.

    Raises:
        NotPossible: it has no FTS5, or one that is too old.
    """
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(PROBE)
    except sqlite3.Error as error:
        raise NotPossible(
            f"this Python's SQLite ({sqlite3.sqlite_version}) has no full-text index: {error}",
            where="sqlite3",
            remedy="use a Python whose SQLite is 3.34 or newer and has FTS5",
        ) from error


def open_index(path: Path) -> sqlite3.Connection:
    """The index, made if it is not there; only its owner may read it.

    Raises:
        IndexUnfit: it is damaged or of another version.
        sqlite3.Error, OSError: it cannot be made or read here.
    """
    _make_private(path)
    connection = sqlite3.connect(path, isolation_level=None, timeout=OPENING)
    try:
        _prepare(connection)
        connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
            raise IndexUnfit(str(error)) from error
        raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """The index as it is, where nothing can be written.

    Raises:
        IndexUnfit: there is none that can be read.
    """
    if path.is_symlink() or not path.is_file():
        raise IndexUnfit("there is none")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise IndexUnfit(str(error)) from error
    try:
        if _versions(connection) != (_NAME, VERSION):
            raise IndexUnfit("it is of another version")
    except sqlite3.Error as error:
        connection.close()
        raise IndexUnfit(str(error)) from error
    return connection


def open_in_memory() -> sqlite3.Connection:
    """An index that is gone when it is closed."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(_TABLES)
    return connection


def throw_away(path: Path) -> None:
    """Delete the index; whoever has it open goes on with what it has, and then notices."""
    for suffix in _SUFFIXES:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether an error says that the file is not what it should be; all others may pass."""
    if isinstance(error, sqlite3.OperationalError):
        return any(word in str(error) for word in _DAMAGED)
    return not isinstance(error, sqlite3.NotSupportedError | sqlite3.ProgrammingError)


def is_held(error: sqlite3.Error) -> bool:
    """Whether another process writes just now."""
    return "locked" in str(error) or "busy" in str(error)


def number_of(at: datetime) -> int:
    """The smallest number of a passage of that time."""
    return (at - EPOCH_START) // timedelta(milliseconds=1)


def _make_private(path: Path) -> None:
    """See that the file is there, plain and its owner's alone; its companions take its mode."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise IndexUnfit("it is no plain file")
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _prepare(connection: sqlite3.Connection) -> None:
    """See that the tables are there; another process may make them at the same moment."""
    is_new = not _tables(connection)  # looked at first: who finds tables finds their version
    found = _versions(connection)
    if found != (_NAME, VERSION):
        if found != (0, 0) or not is_new:
            raise IndexUnfit("it is of another version")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
    connection.execute("PRAGMA synchronous=NORMAL")


def _versions(connection: sqlite3.Connection) -> tuple[int, int]:
    name, version = (
        connection.execute(f"PRAGMA {what}").fetchone()[0]
        for what in ("application_id", "user_version")
    )
    return name, version


def _tables(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return found
