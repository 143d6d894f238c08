"""Find words in everything sessions wrote: with the index, or without it where there can be none."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from time import monotonic

from msgspec.structs import replace

from wuhu_tui.core.project import Project
from wuhu_tui.core.search.asking import ask
from wuhu_tui.core.search.filling import Filler, Lag, Over, sources
from wuhu_tui.core.search.store import (
    UNFIT,
    check_library,
    index_file,
    is_damage,
    is_held,
    open_in_memory,
    open_index,
    open_to_read,
    throw_away,
)
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.quantities import size
from wuhu_tui.model.searches import SearchQuery, SearchResult

CATCHING_UP = 0.5
"""Seconds a search waits for the index to be brought up to the journals."""

LOOKING = 10.0
"""Seconds a search looks for its words."""

_TRIES = 2


async def search(project: Project, query: SearchQuery) -> SearchResult:
    """The hits of a query, in the journals of an open project."""
    return await search_folder(project.folder, query)


async def search_folder(
    folder: ProjectFolder, query: SearchQuery, *, catching_up: float = CATCHING_UP
) -> SearchResult:
    """The hits of a query in the journals of a folder laid out as a project; no core is needed.

    Waits so many seconds for the index to be brought up to them. Who stops waiting ends the work.

    Raises:
        UsageError: it names a session that is not there.
        NotPossible: this Python's SQLite cannot search texts.
    """
    ended = threading.Event()
    try:
        return await asyncio.to_thread(search_now, folder, query, catching_up, ended.is_set)
    finally:
        ended.set()


async def rebuild(folder: ProjectFolder) -> Lag:
    """Throw the index away and make it anew from the journals; says what could not be read.

    Raises:
        NotPossible: this Python's SQLite cannot search texts.
        OSError, sqlite3.Error: it cannot be written.
    """
    await asyncio.to_thread(throw_away, index_file(folder.path))
    return await fill(folder)


async def fill(folder: ProjectFolder) -> Lag:
    """Bring the index up to the journals, however long that takes.

    Raises:
        NotPossible: this Python's SQLite cannot search texts.
        OSError, sqlite3.Error: it cannot be written.
    """
    ended = threading.Event()
    try:
        return await asyncio.to_thread(fill_now, folder, ended.is_set)
    finally:
        ended.set()


def fill_now(folder: ProjectFolder, over: Over) -> Lag:
    """Bring the index up to the journals until it is over; one that is unfit is made anew."""
    check_library()
    path = index_file(folder.path)
    for _ in range(_TRIES):
        try:
            with closing(open_index(path)) as connection:
                return Filler(connection, Redactor(os.environ)).fill(sources(folder), over)
        except UNFIT:
            throw_away(path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            throw_away(path)
    raise OSError(f"{path}: the index is damaged again and again")


def search_now(
    folder: ProjectFolder,
    query: SearchQuery,
    catching_up: float = CATCHING_UP,
    ended: Callable[[], bool] = lambda: False,
) -> SearchResult:
    """What `search_folder` promises, here and now."""
    check_library()
    path = index_file(folder.path)
    why = ""
    for _ in range(_TRIES):
        try:
            with closing(open_index(path)) as connection:
                return _with_index(connection, folder, query, catching_up, ended)
        except UNFIT as error:
            why = str(error)
        except sqlite3.DatabaseError as error:
            why = str(error)
            if not is_damage(error):
                break
        except OSError as error:
            why = str(error.strerror or error)
            break
        try:
            throw_away(path)
        except OSError:
            break
    return _without_index(folder, query, why, ended)


def _with_index(
    connection: sqlite3.Connection,
    folder: ProjectFolder,
    query: SearchQuery,
    catching_up: float,
    ended: Callable[[], bool],
) -> SearchResult:
    behind = _catch_up(connection, folder, _over(catching_up, ended))
    result = ask(connection, query, _over(LOOKING, ended))
    return replace(result, behind="; ".join(filter(None, (behind, result.behind))))


def _catch_up(connection: sqlite3.Connection, folder: ProjectFolder, over: Over) -> str:
    """Bring the index up to the journals until it is over; gives what it lacks then, in words."""
    filler = Filler(connection, Redactor(os.environ))
    journals = sources(folder)
    while True:
        try:
            return _words(filler.fill(journals, over))
        except sqlite3.OperationalError as error:
            if is_damage(error) or not is_held(error):
                raise
        if over():
            lag = filler.lag(journals)
            return f"{_words(lag)} (another process is at it)" if lag.journals else ""


def _without_index(
    folder: ProjectFolder, query: SearchQuery, why: str, ended: Callable[[], bool]
) -> SearchResult:
    """What an index that stands there says, or the journals themselves, newest first."""
    journals = sources(folder)
    try:
        with closing(open_to_read(index_file(folder.path))) as stored:
            lag = Filler(stored, Redactor({})).lag(journals)
            if not lag.journals:
                return ask(stored, query, _over(LOOKING, ended))
    except (*UNFIT, sqlite3.DatabaseError):
        pass
    with closing(open_in_memory()) as passing:
        lag = Filler(passing, Redactor(os.environ)).fill(journals, _over(LOOKING, ended))
        result = ask(passing, query, _over(LOOKING, ended))
    told = f"no index can be kept here ({why}): the journals themselves were read"
    return replace(result, behind="; ".join(filter(None, (told, _words(lag), result.behind))))


def _over(seconds: float, ended: Callable[[], bool]) -> Over:
    until = monotonic() + seconds
    return lambda: ended() or monotonic() > until


def _words(lag: Lag) -> str:
    """What the index lacks, in words; empty if it lacks nothing."""
    parts = list(lag.unreadable)
    if lag.journals:
        many = "1 journal is" if lag.journals == 1 else f"{lag.journals} journals are"
        parts.append(f"{many} not wholly indexed yet, {size(lag.size)} to go")
    return "; ".join(parts)
