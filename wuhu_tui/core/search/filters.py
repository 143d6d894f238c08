"""The filters of a search, as the index understands them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from wuhu_tui.core.search.store import number_of
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.globs import path_matches
from wuhu_tui.model.search_words import folded
from wuhu_tui.model.searches import SearchQuery

_SPREAD = timedelta(hours=12)
"""How long a passage may go on after it began."""


def filters(
    connection: sqlite3.Connection, query: SearchQuery
) -> tuple[list[str], list[str | int]]:
    """What the index must hold a query's passages against, and the values for that.

    Raises:
        UsageError: it names a session that is not there.
    """
    conditions: list[str] = []
    values: list[str | int] = []
    if query.sessions:
        _keep(connection, _named(connection, query.sessions))
        conditions.append("(j.name IN temp.meant OR p.about IN temp.meant)")
    if query.kinds:
        conditions.append(f"p.kind IN ({', '.join('?' * len(query.kinds))})")
        values += [str(kind) for kind in query.kinds]
    if query.tool:
        connection.create_function("has_tool", 1, _tool_test(query.tool), deterministic=True)
        conditions.append("p.tool <> '' AND has_tool(p.tool)")
    if query.path:
        connection.create_function("has_path", 1, _path_test(query.path), deterministic=True)
        conditions.append("p.paths <> '' AND has_path(p.paths)")
    if query.since:
        conditions.append("p.number >= ?")
        values.append(_number(query.since, -_SPREAD))
    if query.until:
        conditions.append("p.number <= ?")
        values.append(_number(query.until, _SPREAD))
    return conditions, values


def _number(at: datetime, spread: timedelta) -> int:
    try:
        return number_of(at + spread)
    except OverflowError:  # the first day there is, or the last
        return number_of(at)


def _named(connection: sqlite3.Connection, names: tuple[str, ...]) -> list[str]:
    """The sessions that are meant: by id, title, or a part of either."""
    rows = connection.execute("SELECT name, title FROM sessions").fetchall()
    known = [*rows, *((name, "") for (name,) in connection.execute("SELECT name FROM journals"))]
    found: dict[str, None] = {}
    for wanted in names:
        sought = folded(wanted)
        exact = [one for one, title in known if one and sought in (folded(one), folded(title))]
        parts = [one for one, title in known if one and sought in folded(f"{one}\n{title}")]
        if not (exact or parts):
            raise UsageError(
                f'no session is called "{wanted}"',
                remedy="the sessions there are: wuhu sessions",
            )
        found.update(dict.fromkeys(exact or parts))
    return list(found)


def _keep(connection: sqlite3.Connection, names: list[str]) -> None:
    """Put names where a question finds them: it cannot name tens of thousands itself."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS meant(name TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM temp.meant")
    connection.executemany("INSERT INTO temp.meant VALUES(?)", ((name,) for name in names))


def _tool_test(wanted: str) -> Callable[[str], bool]:
    sought = folded(wanted)
    return lambda tool: sought in folded(tool)


def _path_test(pattern: str) -> Callable[[str], bool]:
    return lambda paths: any(_is_meant(path, pattern) for path in paths.split("\n"))


def _is_meant(path: str, pattern: str) -> bool:
    """Whether a path, or its end, is what the pattern says; a folder means all below it."""
    path, pattern = path.lstrip("/"), pattern.lstrip("/")
    ends = (pattern, f"**/{pattern}", f"**/{pattern}/")
    return any(path_matches(path, end) for end in ends)
