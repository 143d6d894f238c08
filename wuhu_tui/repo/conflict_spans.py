"""Which lines of each side a conflict is about, read from git's own merge of the file. Pure.

A merged file with conflict markers holds each side's lines verbatim between them; with one side put
back everywhere, the rest differs from that side's file only by what merged cleanly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from wuhu_tui.model.value import Value

Spans = tuple[tuple[int, int], ...]
Lines = Sequence[bytes]

MOST_WORK = 4_000_000
"""Pairs of lines that are compared at most; beyond that places are searched for from the top."""

MOST_SPANS = 200
"""Spans that are told of one file."""


class Sides(Value, frozen=True):
    """The spans of a conflict in both files, from 1; and their names, where a rename told them."""

    lines: Spans = ()
    lines_there: Spans = ()
    path: str = ""
    path_there: str = ""


class _Conflict(Value, frozen=True):
    """One marked place: where it lies in the merged file, and both sides of it."""

    begin: int
    end: int
    ours: tuple[bytes, ...]
    theirs: tuple[bytes, ...]


def spans_of(merged: bytes, first: bytes, second: bytes, labels: tuple[str, str]) -> Sides:
    """The places of all conflicts of one file; `labels` name the sides in git's markers."""
    lines, ours, theirs = (_lines(text) for text in (merged, first, second))
    begin, end = (_marker(sign, label) for sign, label in zip("<>", labels, strict=True))
    found = tuple(_conflicts(lines, begin, end, ours, theirs))
    if not found:
        return Sides()
    return Sides(
        lines=_placed(lines, found, ours, [one.ours for one in found]),
        lines_there=_placed(lines, found, theirs, [one.theirs for one in found]),
        path=_named(begin, lines[found[0].begin]),
        path_there=_named(end, lines[found[0].end]),
    )


def changed_spans(before: bytes, after: bytes) -> Spans:
    """The lines of `after` that differ from `before`; a place where lines went is the one above."""
    old, new = _lines(before), _lines(after)
    spans = [_span(start, size) for start, size in _differences(old, new)]
    return _bounded(spans, _count(new))


def _lines(text: bytes) -> Lines:
    return text.split(b"\n")


def _count(lines: Lines) -> int:
    """How many lines a person counts: what follows the last newline is one only if it says something."""
    return len(lines) - (lines[-1] == b"")


def _marker(sign: str, label: str) -> re.Pattern[bytes]:
    return re.compile(
        rb"^" + sign.encode() + rb"{7,} " + re.escape(label.encode()) + rb"(?::([^\r]*))?\r?$"
    )


def _named(marker: re.Pattern[bytes], line: bytes) -> str:
    found = marker.match(line)
    return (found[1] or b"").decode("utf-8", "backslashreplace") if found else ""


def _conflicts(
    lines: Lines, begin: re.Pattern[bytes], end: re.Pattern[bytes], ours: Lines, theirs: Lines
) -> Iterator[_Conflict]:
    start = -1
    for place, line in enumerate(lines):
        if line[:7] == b"<<<<<<<" and begin.match(line):
            start = place
        elif start >= 0 and line[:7] == b">>>>>>>" and end.match(line):
            inner = lines[start + 1 : place]
            middle = _middle(inner, len(line) - len(line.lstrip(b">")), ours, theirs)
            yield _Conflict(
                begin=start,
                end=place,
                ours=tuple(inner[:middle]),
                theirs=tuple(inner[middle + 1 :]),
            )
            start = -1


def _middle(inner: Lines, size: int, ours: Lines, theirs: Lines) -> int:
    """Where the sides part: files may hold lines of equal signs of their own."""
    found = [place for place, line in enumerate(inner) if line.rstrip(b"\r") == b"=" * size]
    for place in found if len(found) > 1 else ():
        if _holds(ours, inner[:place]) and _holds(theirs, inner[place + 1 :]):
            return place
    return found[0] if found else len(inner)


def _holds(lines: Lines, part: Lines) -> bool:
    return not part or _search(lines, part, 0) >= 0


def _search(lines: Lines, part: Lines, start: int) -> int:
    """Where `part` stands in `lines`; -1: nowhere."""
    size, head = len(part), part[0]
    for place in range(start, len(lines) - size + 1):
        if lines[place] == head and list(lines[place : place + size]) == list(part):
            return place
    return -1


def _placed(
    lines: Lines, conflicts: Sequence[_Conflict], side: Lines, parts: Sequence[Lines]
) -> Spans:
    """Where the parts stand in a side's file."""
    taken, starts = _one_sided(lines, conflicts, parts)
    places = _mapped(taken, side, starts, parts)
    return _bounded(
        [_span(at, len(part)) for at, part in zip(places, parts, strict=True)], _count(side)
    )


def _one_sided(
    lines: Lines, conflicts: Sequence[_Conflict], parts: Sequence[Lines]
) -> tuple[list[bytes], list[int]]:
    """The merged file with one side put back, and where each part begins in it."""
    taken: list[bytes] = []
    starts: list[int] = []
    done = 0
    for conflict, part in zip(conflicts, parts, strict=True):
        taken += lines[done : conflict.begin]
        starts.append(len(taken))
        taken += part
        done = conflict.end + 1
    return [*taken, *lines[done:]], starts


def _mapped(taken: Lines, side: Lines, starts: Sequence[int], parts: Sequence[Lines]) -> list[int]:
    before, after = _same_ends(taken, side)
    middle = (len(taken) - before - after) * (len(side) - before - after)
    if middle > MOST_WORK:
        return _searched(side, starts, parts)
    blocks = _blocks(taken, side, before, after)
    return [_through(blocks, start, len(part)) for start, part in zip(starts, parts, strict=True)]


def _same_ends(one: Lines, other: Lines) -> tuple[int, int]:
    """How many lines are the same at the beginning and, of the rest, at the end."""
    most = min(len(one), len(other))
    before = next((at for at in range(most) if one[at] != other[at]), most)
    rest = most - before
    after = next((at for at in range(rest) if one[-1 - at] != other[-1 - at]), rest)
    return before, after


Block = tuple[int, int, int]


def _blocks(one: Lines, other: Lines, before: int, after: int) -> list[Block]:
    """Runs of lines that are the same: where in the one, where in the other, how many."""
    inner = SequenceMatcher(
        None,
        one[before : len(one) - after],
        other[before : len(other) - after],
        autojunk=False,
    )
    matched = [(a + before, b + before, size) for a, b, size in inner.get_matching_blocks() if size]
    tail = (len(one) - after, len(other) - after, after)
    return [(0, 0, before), *matched, tail]


def _through(blocks: Sequence[Block], place: int, size: int) -> int:
    """A place of the one in the other; nothing has its place right behind what stands before it."""
    best = 0
    for mine, yours, length in blocks:
        if size and mine <= place < mine + length:
            return yours + place - mine
        if mine <= place:
            best = yours + min(place - mine, length)
    return best


def _searched(side: Lines, starts: Sequence[int], parts: Sequence[Lines]) -> list[int]:
    """Where each part stands, looked for behind the one before."""
    places: list[int] = []
    at = 0
    for start, part in zip(starts, parts, strict=True):
        found = _search(side, part, at) if part else at
        at = found if found >= 0 else min(start, len(side))
        places.append(at)
        at += len(part)
    return places


def _differences(old: Lines, new: Lines) -> list[tuple[int, int]]:
    before, after = _same_ends(old, new)
    olds, news = len(old) - before - after, len(new) - before - after
    if not olds and not news:
        return []
    if olds * news > MOST_WORK or not olds or not news:
        return [(before, news)]
    matcher = SequenceMatcher(
        None, old[before : before + olds], new[before : before + news], autojunk=False
    )
    return [
        (before + start, stop - start)
        for word, _, _, start, stop in matcher.get_opcodes()
        if word != "equal"
    ]


def _span(start: int, size: int) -> tuple[int, int]:
    return (start + 1, start + size) if size else (start, start)


def _bounded(spans: Sequence[tuple[int, int]], count: int) -> Spans:
    """Within the file, each once."""
    inside = (
        (max(1, min(first, count)), max(1, min(last, count))) for first, last in spans if count
    )
    return tuple(dict.fromkeys(inside))[:MOST_SPANS]
