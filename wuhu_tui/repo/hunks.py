"""Reads the hunks of one file from a patch, a hundred thousand lines at once. Pure."""

from __future__ import annotations

import re

from wuhu_tui.model.diff import DiffLine, Hunk, LineKind

_HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)", re.DOTALL)
_ADDED, _REMOVED, _CONTEXT = LineKind.ADDED, LineKind.REMOVED, LineKind.CONTEXT

Unended = frozenset[LineKind]
"""The kinds of lines after which the file ends without a newline."""


def parse_hunks(text: str) -> tuple[tuple[Hunk, ...], str]:
    """The hunks of a patch that begins with its first `@@`, and a note on how the file ends."""
    lines = text.removesuffix("\n").split("\n")
    hunks: list[Hunk] = []
    unended: Unended = frozenset()
    place = 0
    while place < len(lines):
        header = _HEADER.fullmatch(lines[place])
        place += 1
        if header is not None:
            hunk, place, unended = _hunk(header, lines, place)
            hunks.append(hunk)
    return tuple(hunks), _ending_note(unended)


def _hunk(header: re.Match[str], lines: list[str], place: int) -> tuple[Hunk, int, Unended]:
    """The hunk whose body begins at a line, the line after it, and how it ends."""
    old, new = int(header[1]), int(header[3])
    old_count, new_count = _count(header[2]), _count(header[4])
    words = f"@@ -{old},{old_count} +{new},{new_count} @@ {header[5].strip()}".rstrip()
    old_end, new_end = old + old_count, new + new_count
    found: list[DiffLine] = []
    unended: set[LineKind] = set()
    while place < len(lines):
        line = lines[place]
        mark = line[:1]
        if mark == "\\":
            unended.add(found[-1].kind if found else _CONTEXT)
        elif old >= old_end and new >= new_end:
            break
        elif mark == "+":
            found.append(DiffLine(kind=_ADDED, text=line[1:], new_number=new))
            new += 1
        elif mark == "-":
            found.append(DiffLine(kind=_REMOVED, text=line[1:], old_number=old))
            old += 1
        else:
            found.append(DiffLine(kind=_CONTEXT, text=line[1:], old_number=old, new_number=new))
            old += 1
            new += 1
        place += 1
    return Hunk(header=words, lines=tuple(found)), place, frozenset(unended)


def _count(written: str | None) -> int:
    """Git leaves a count of one out."""
    return 1 if written is None else int(written)


def _ending_note(unended: Unended) -> str:
    """On which side the last line has no newline."""
    if not unended:
        return ""
    if unended == {_REMOVED}:
        return "no newline at the old end"
    if unended == {_ADDED}:
        return "no newline at the new end"
    return "no newline at the end"
