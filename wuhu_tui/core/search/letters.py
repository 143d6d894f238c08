"""What the index can be asked of words: the letters in a row that a text must have to hold them all."""

from __future__ import annotations

import sqlite3

from wuhu_tui.core.search.store import GRAM
from wuhu_tui.model.search_words import Word, folded

MOST = 32
"""Letters in a row that are looked up; a text that has them is held against the words themselves."""

MOST_BEGINNINGS = 500
"""Letters that begin with two given ones; where there are more, texts are looked through instead."""

_LAST = "\U0010ffff"


def letters_of(connection: sqlite3.Connection, words: tuple[Word, ...]) -> str | None:
    """The index's question; empty if all texts must be looked through, None if nothing can match."""
    texts = [folded(word.text) for word in words]
    grams = dict.fromkeys(
        text[place : place + GRAM] for text in texts for place in range(len(text) - GRAM + 1)
    )
    if grams:
        return " AND ".join(map(_quoted, list(grams)[:MOST]))
    pair = next((text for text in texts if len(text) == GRAM - 1), "")
    return _beginning(connection, pair) if pair else ""


def _beginning(connection: sqlite3.Connection, pair: str) -> str | None:
    """All letters in a row that begin with these two; behind every text stands some space."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.letters USING fts5vocab('main', 'words', 'row')"
    )
    rows = connection.execute(
        "SELECT term FROM temp.letters WHERE term >= ? AND term <= ? LIMIT ?",
        (pair, pair + _LAST, MOST_BEGINNINGS + 1),
    ).fetchall()
    if len(rows) > MOST_BEGINNINGS:
        return ""
    return " OR ".join(_quoted(term) for (term,) in rows) or None


def _quoted(letters: str) -> str:
    """Letters as the index reads them: as nothing but letters."""
    doubled = letters.replace('"', '""')
    return f'"{doubled}"'
