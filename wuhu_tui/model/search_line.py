"""What a lead types to search: words, and filters as `name:value`. Pure; one parser for all.

`session:auth kind:report since:-2h "rate limit"`. In quotes a colon is only a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from msgspec.structs import replace

from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.search_words import plain
from wuhu_tui.model.searches import SearchQuery, Told

FILTERS = ("session", "kind", "tool", "path", "since", "until")
"""The names of filters, in the order they are shown."""

TIMES = "write -2h, 30m, today, yesterday, 14:30, 2026-01-31 or 2026-01-31T14:30"

_TOKEN = re.compile(
    rf'(?:^|(?<=\s))(?P<name>{"|".join(FILTERS)}):(?P<value>"[^"]*"?|\S*)'
    r'|(?:^|(?<=\s))"[^"]*"(?=\s|$)'
)
_AGO = re.compile(r"-?(\d{1,6})([smhdw])")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def read_line(line: str, now: datetime) -> SearchQuery:
    """The query a line asks for; sessions by whatever name they were typed.

    Raises:
        UsageError: a filter is not understood; says how it is written.
    """
    query, words, place = SearchQuery(words=""), [], 0
    for found in _TOKEN.finditer(plain(line)):
        if not found["name"]:
            continue
        words.append(plain(line)[place : found.start()])
        query = _filtered(query, found["name"], found["value"].strip('"').strip(), now)
        place = found.end()
    words.append(plain(line)[place:])
    return replace(query, words=" ".join(filter(None, map(str.strip, words))))


def line_of(query: SearchQuery) -> Iterator[str]:
    """The filters of a query in words, one each."""
    yield from (f"session {name}" for name in query.sessions)
    if query.kinds:
        yield f"kind {' or '.join(query.kinds)}"
    for name, value in (("tool", query.tool), ("path", query.path)):
        if value:
            yield f"{name} {value}"
    for name, at in (("since", query.since), ("until", query.until)):
        if at is not None:
            yield f"{name} {at.astimezone():%Y-%m-%d %H:%M}"


def kinds_of(text: str) -> tuple[Told, ...]:
    """The kinds whose names begin so; several with commas between them.

    Raises:
        UsageError: there is none.
    """
    found: dict[Told, None] = {}
    for name in filter(None, text.lower().split(",")):
        meant = [kind for kind in Told if kind == name] or [
            kind for kind in Told if kind.startswith(name)
        ]
        if not meant:
            raise UsageError(f'there is no kind "{name}"', remedy=f"kinds: {', '.join(Told)}")
        found.update(dict.fromkeys(meant))
    return tuple(found)


def moment_of(text: str, now: datetime, *, ends: bool = False) -> datetime:
    """The time that is meant; of a day its beginning, or its last moment if it `ends` something.

    Raises:
        UsageError: it is none.
    """
    try:
        return _moment(text.strip().lower(), now.astimezone(), ends=ends)
    except (ValueError, OverflowError) as error:
        raise UsageError(f'"{text}" is no time', remedy=TIMES) from error


def _moment(text: str, now: datetime, *, ends: bool) -> datetime:
    if text == "now":
        return now
    if ago := _AGO.fullmatch(text):
        return now - timedelta(seconds=int(ago[1]) * _UNITS[ago[2]])
    if clock := _CLOCK.fullmatch(text):
        at = datetime.combine(now.date(), time(int(clock[1]), int(clock[2]))).astimezone()
        return at if at <= now else at - timedelta(days=1)
    days = {"today": 0, "yesterday": 1}
    if text in days:
        return _of_day(now.date() - timedelta(days=days[text]), ends=ends)
    if len(text) == len("2026-01-31"):
        return _of_day(date.fromisoformat(text), ends=ends)
    return datetime.fromisoformat(text.upper()).astimezone()


def _of_day(day: date, *, ends: bool) -> datetime:
    return datetime.combine(day, time.max if ends else time.min).astimezone()


def _filtered(query: SearchQuery, name: str, value: str, now: datetime) -> SearchQuery:
    if not value:
        raise UsageError(f"{name}: of what?", remedy=_EXAMPLES[name])
    match name:
        case "session":
            names = tuple(filter(None, map(str.strip, value.split(","))))
            return replace(query, sessions=(*query.sessions, *names))
        case "kind":
            return replace(query, kinds=(*query.kinds, *kinds_of(value)))
        case "tool":
            return replace(query, tool=value)
        case "path":
            return replace(query, path=value)
        case "since":
            return replace(query, since=moment_of(value, now))
        case _:
            return replace(query, until=moment_of(value, now, ends=True))


_EXAMPLES = {
    "session": "write session:auth, by id, title or a part of it",
    "kind": f"write kind:report; kinds: {', '.join(Told)}",
    "tool": "write tool:pytest, a part of the tool call's title",
    "path": "write path:src/*.py, a file or a pattern",
    "since": TIMES,
    "until": TIMES,
}
