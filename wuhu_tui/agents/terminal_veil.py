"""Secrets on a screen, covered cell by cell before anything of it is told.

On a screen a secret may stand in colours of its own for every letter, be wrapped at the edge, or
be broken by a program that draws its own lines: a journal's line shows none of that as one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from wuhu_tui.agents.terminal_rows import Cell
from wuhu_tui.journal.redact import REPLACEMENT, Redactor

COVER = "*"

BEGINNING = 4
"""So many characters of a known secret at a row's end are covered too: the rest may follow."""

_BETWEEN = re.compile(r"[\s│┃|║]+")
"""What a program may draw between the parts of one word."""

Place = tuple[int, int]
Rows = Sequence[Sequence[Cell]]


class Veil:
    """Knows what is secret, and covers it."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def rows(self, rows: Rows, wrapped: Sequence[bool]) -> Rows:
        """The rows with every secret covered; each keeps its width."""
        lines = ["".join(character for _, character in row) for row in rows]
        text = "".join(
            line if is_wrapped else f"{line}\n"
            for line, is_wrapped in zip(lines, wrapped, strict=True)
        )
        secret = self._secret(text)
        if not secret:
            return rows
        places = _places(rows, wrapped)
        covered = {places[at] for at in secret}
        return [_covered(row, y, covered) for y, row in enumerate(rows)]

    def text(self, text: str) -> str:
        """Plain lines without their secrets, those broken over two of them as well."""
        secret = sorted(self._secret(text, beginnings=False))
        kept: list[str] = []
        end = 0
        for at in secret:
            if at >= end:
                kept += (text[end:at], "" if at == end and kept else REPLACEMENT)
            end = at + 1
        return "".join((*kept, text[end:]))

    def _secret(self, text: str, *, beginnings: bool = True) -> set[int]:
        """The places of all letters that belong to a secret."""
        found = {at for start, end in self._redactor.spans(text) for at in range(start, end)}
        if broken := list(self._redactor.known(_BETWEEN.sub("", text))):
            seen = [at for at, letter in enumerate(text) if not _BETWEEN.match(letter)]
            found.update(at for start, end in broken for at in seen[start:end])
        if beginnings:
            found.update(self._beginnings(text))
        return {at for at in found if text[at] != "\n"}

    def _beginnings(self, text: str) -> Iterable[int]:
        at = 0
        for line in text.split("\n"):
            shown = line.rstrip()
            length = self._redactor.unsure(shown)
            if length >= BEGINNING:
                yield from range(at + len(shown) - length, at + len(shown))
            at += len(line) + 1


def _places(rows: Rows, wrapped: Sequence[bool]) -> list[Place]:
    """For every letter of the rows' text, the cell it stands in."""
    places: list[Place] = []
    for y, row in enumerate(rows):
        for x, (_, character) in enumerate(row):
            places += [(y, x)] * len(character)
        if not wrapped[y]:
            places.append((y, -1))
    return places


def _covered(row: Sequence[Cell], y: int, covered: set[Place]) -> list[Cell]:
    cells = list(row)
    for x, (style, _) in enumerate(row):
        if (y, x) in covered:
            cells[x] = (style, COVER)
            if x + 1 < len(row) and not row[x + 1][1]:  # the second half of a wide letter
                cells[x + 1] = (style, COVER)
    return cells
