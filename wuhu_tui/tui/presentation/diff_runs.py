"""What belongs together in a hunk: the line that took another's place, and the words that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from wuhu_tui.model.diff import DiffLine, LineKind

NONE = -1
"""Stands for the side on which a row has no line."""

Pair = tuple[int, int]
"""Two lines of a hunk that stand side by side, by their places in it; `NONE` where there is none."""

Stretch = tuple[int, int]
"""Characters `begin … end` of a line."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST = 400
_MOST_WORDS = 120
_ALIKE = 0.6
"""How much two lines have to share for their differences to be worth showing."""


def pairs(lines: Sequence[DiffLine]) -> Iterator[Pair]:
    """The rows of a hunk side by side: what was removed beside what was added for it."""
    removed: list[int] = []
    added: list[int] = []
    for place, line in enumerate(lines):
        if line.kind is LineKind.REMOVED:
            if added:
                yield from _beside(removed, added)
                removed, added = [], []
            removed.append(place)
        elif line.kind is LineKind.ADDED:
            added.append(place)
        else:
            yield from _beside(removed, added)
            removed, added = [], []
            yield place, place
    yield from _beside(removed, added)


def _beside(removed: list[int], added: list[int]) -> Iterator[Pair]:
    for place in range(max(len(removed), len(added))):
        yield (
            removed[place] if place < len(removed) else NONE,
            added[place] if place < len(added) else NONE,
        )


def partners(lines: Sequence[DiffLine]) -> dict[int, int]:
    """For each changed line that took another's place, or gave its own: which one."""
    found: dict[int, int] = {}
    for left, right in pairs(lines):
        if NONE not in (left, right) and left != right:
            found[left], found[right] = right, left
    return found


@lru_cache(maxsize=4096)
def changed_words(line: str, other: str) -> tuple[Stretch, ...]:
    """Where `line` differs from the line it is compared with; nothing when they share too little."""
    if max(len(line), len(other)) > _LONGEST or line == other:
        return ()
    mine, others = _WORDS.findall(line), _WORDS.findall(other)
    if max(len(mine), len(others)) > _MOST_WORDS:
        return ()
    matcher = SequenceMatcher(None, mine, others, autojunk=False)
    blocks = matcher.get_matching_blocks()
    same = sum(len("".join(mine[block.a : block.a + block.size]).strip()) for block in blocks)
    shorter = min(len(line.strip()), len(other.strip()))
    if not shorter or same < _ALIKE * shorter:
        return ()
    return tuple(_between(mine, blocks))


def _between(words: Sequence[str], blocks: Sequence[tuple[int, int, int]]) -> Iterator[Stretch]:
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    at = 0
    for begin, _, size in blocks:
        if begin > at:
            yield ends[at], ends[begin]
        at = begin + size
