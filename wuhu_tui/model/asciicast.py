"""Asciicasts, the files that asciinema's players show: a header, then one event a line.

Version 2 tells each event's time since the beginning, version 3 the time since the one before.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from wuhu_tui.model.safe import safe_line
from wuhu_tui.model.value import Value

VERSIONS = (2, 3)


class CastCode(StrEnum):
    """What an event is."""

    OUTPUT = "o"
    MARKER = "m"
    EXIT = "x"
    """The end, with an exit status; version 3 only."""


class CastTheme(Value, frozen=True):
    """Colours of the terminal as `#rrggbb`; `palette` has 8 or 16 of them."""

    fg: str
    bg: str
    palette: tuple[str, ...]


class CastHeader(Value, frozen=True):
    """What a player must know first."""

    columns: int
    rows: int
    began: datetime | None = None
    title: str = ""
    terminal: str = "xterm-256color"
    theme: CastTheme | None = None


class CastEvent(Value, frozen=True):
    """Something at `at` seconds since the beginning."""

    at: float
    code: CastCode
    data: str


class CastWriter:
    """The lines of a file, one event after another; time never goes back."""

    def __init__(self, header: CastHeader, *, version: int = 3) -> None:
        assert version in VERSIONS
        self._header = header
        self._old = version == 2
        self._told = 0.0

    def header(self) -> bytes:
        """The first line."""
        return _line(_header_2(self._header) if self._old else _header_3(self._header))

    def line(self, event: CastEvent) -> bytes:
        """The event's line; empty: this version knows no such event."""
        if self._old and event.code is CastCode.EXIT:
            return b""
        at = max(self._told, round(event.at, 3))
        since = 0.0 if self._old else self._told
        self._told = at
        return _line([round(at - since, 3), event.code.value, event.data])


def marker(at: float, label: str) -> CastEvent:
    """A place to jump to; foreign words in it are one line of plain text."""
    return CastEvent(at=at, code=CastCode.MARKER, data=safe_line(label))


def _header_2(header: CastHeader) -> dict[str, Any]:
    return {
        "version": 2,
        "width": header.columns,
        "height": header.rows,
        **_common(header),
        "env": {"TERM": header.terminal},
        **_theme(header),
    }


def _header_3(header: CastHeader) -> dict[str, Any]:
    terminal = {
        "cols": header.columns,
        "rows": header.rows,
        "type": header.terminal,
        **_theme(header),
    }
    return {"version": 3, "term": terminal, **_common(header)}


def _common(header: CastHeader) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if header.began is not None:
        told["timestamp"] = int(header.began.timestamp())
    if header.title:
        told["title"] = safe_line(header.title)
    return told


def _theme(header: CastHeader) -> dict[str, Any]:
    theme = header.theme
    if theme is None:
        return {}
    return {"theme": {"fg": theme.fg, "bg": theme.bg, "palette": ":".join(theme.palette)}}


def _line(told: Any) -> bytes:
    return msgspec.json.encode(told) + b"\n"
