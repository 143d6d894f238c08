"""Finds the lines that git puts into a file where a merge could not settle it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuhu_tui.repo.patches import readable

_MARKER = re.compile(rb"(<{7,}|>{7,}|\|{7,})(?: .*)?\Z|={7,}\Z")
_SHOWN = 80


def marker_lines(content: bytes) -> frozenset[bytes]:
    """Every line that looks like a marker."""
    return frozenset(line for line in _lines(content) if _MARKER.match(line))


def markers(content: bytes, known: frozenset[bytes] = frozenset()) -> Iterator[tuple[int, str]]:
    """The number and words of each line that looks like a marker and is not among the `known`."""
    for number, line in enumerate(_lines(content), start=1):
        if _MARKER.match(line) and line not in known:
            yield number, readable(line[:_SHOWN])


def _lines(content: bytes) -> Iterator[bytes]:
    return (line.removesuffix(b"\r") for line in content.split(b"\n"))
