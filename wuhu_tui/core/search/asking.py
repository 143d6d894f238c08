"""Asks the index: candidates by their letters, each held against the words themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime

import msgspec

from wuhu_tui.core.search.filling import Over
from wuhu_tui.core.search.filters import filters
from wuhu_tui.core.search.letters import letters_of
from wuhu_tui.model.search_words import Finder, Sight, Word, words_of
from wuhu_tui.model.searches import SearchHit, SearchQuery, SearchResult, Told
from wuhu_tui.model.telling import Passage, Place

BEST_OF = 2_000
"""The newest hits of which the best are chosen."""

_STEPS = 20_000
_COLUMNS = (
    "j.name, p.kind, p.epoch, p.seq, p.at, p.about, p.tool, p.paths, p.lead, p.places, p.text"
)


def ask(connection: sqlite3.Connection, query: SearchQuery, over: Over) -> SearchResult:
    """What the index has of it, the newest first; what the time did not suffice for is told.

    Raises:
        UsageError: it names a session that is not there.
        sqlite3.DatabaseError: the index is damaged.
    """
    words = words_of(query.words)
    finder = Finder(words)
    wanted = BEST_OF if query.best else query.limit
    found: list[tuple[Sight, SearchHit]] = []
    behind = ""
    connection.set_progress_handler(lambda: int(over()), _STEPS)
    try:
        archived = _archived(connection)
        with closing(_candidates(connection, query, words)) as candidates:
            for passage, session in candidates:
                hit = _hit(passage, session, finder, query)
                if hit is not None:
                    found.append((hit[0], _with_archived(hit[1], archived)))
                if len(found) > wanted:
                    break
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        behind = "the search was cut short: older places were not looked at"
    finally:
        connection.set_progress_handler(None, 0)
    hits = _ordered(found, query)
    more = len(found) > query.limit
    return SearchResult(hits=tuple(hits[: query.limit]), more=more, behind=behind)


def _archived(connection: sqlite3.Connection) -> frozenset[str]:
    rows = connection.execute("SELECT name FROM sessions WHERE archived")
    return frozenset(name for (name,) in rows)


def _with_archived(hit: SearchHit, archived: frozenset[str]) -> SearchHit:
    return msgspec.structs.replace(hit, archived=hit.of in archived)


def _ordered(found: list[tuple[Sight, SearchHit]], query: SearchQuery) -> list[SearchHit]:
    if query.best:
        found = sorted(found, key=lambda one: (-_worth(*one), -one[1].at.timestamp()))
    else:
        found = sorted(found, key=lambda one: -one[1].at.timestamp())
    return [hit for _, hit in found]


def _worth(sight: Sight, hit: SearchHit) -> float:
    """How much of a passage the words are, and how near they stand to each other."""
    near = 1 / (1 + (sight.end - sight.start) / 80)
    return near + min(sight.count, 10) / 10 + _WEIGHTS.get(hit.kind, 0.0)


_WEIGHTS = {
    Told.QUESTION: 0.6,
    Told.ANSWER: 0.6,
    Told.REPORT: 0.6,
    Told.REVIEW: 0.5,
    Told.PROMPT: 0.5,
    Told.SAID: 0.4,
    Told.TOOL: 0.3,
    Told.SCREEN: -0.3,
}


def _candidates(
    connection: sqlite3.Connection, query: SearchQuery, words: tuple[Word, ...]
) -> Generator[tuple[Passage, str], None, None]:
    conditions, values = filters(connection, query)
    letters = letters_of(connection, words)
    if letters is None:
        return
    if letters:
        sql = "words w CROSS JOIN passages p ON p.number = w.rowid"
        conditions, values = ["words MATCH ?", *conditions], [letters, *values]
        order = "w.rowid"
    else:
        sql, order = "passages p", "p.number"
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM {sql} CROSS JOIN journals j ON j.id = p.journal{where} "  # noqa: S608 (all values are bound)
        f"ORDER BY {order} DESC",
        values,
    )
    yield from map(_passage, rows)


_Row = tuple[str, str, int, int, float, str, str, str, int, bytes, str]


def _passage(row: _Row) -> tuple[Passage, str]:
    session, kind, epoch, seq, at, about, tool, paths, lead, places, text = row
    passage = Passage(
        kind=Told(kind),
        epoch=epoch,
        seq=seq,
        at=datetime.fromtimestamp(at, UTC),
        about=about,
        tool=tool,
        paths=tuple(filter(None, paths.split("\n"))),
        lead=lead,
        places=msgspec.msgpack.decode(places, type=list[Place]) if places else [],
        text=text,
    )
    return passage, session


def _hit(
    passage: Passage, session: str, finder: Finder, query: SearchQuery
) -> tuple[Sight, SearchHit] | None:
    """The hit in a passage; None: the words are not in it, or it is of another time."""
    sight = finder.sight(passage.text, behind=passage.lead)
    if sight is None:
        return None
    cursor, told = passage.cursor_at(sight.end)
    at = datetime.fromtimestamp(told, UTC)
    if (query.since and at < query.since) or (query.until and at > query.until):
        return None
    excerpt, found = finder.excerpt(passage.text, sight.start)
    return sight, SearchHit(
        session=session,
        cursor=cursor,
        at=at,
        kind=passage.kind,
        excerpt=excerpt,
        found=found,
        tool=passage.tool,
        paths=passage.paths,
        about=passage.about,
    )
