"""The footer: what can be done now, most useful first, as much as fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from wuhu_tui.tui.action import Action
from wuhu_tui.tui.presentation.entries import Drawn
from wuhu_tui.tui.presentation.rows import MUTED

_ALWAYS = 900
"""Actions of this rank and above keep their place at the right end."""


@dataclass(frozen=True)
class Hint:
    """An action as the footer shows it."""

    action: Action
    key: str
    title: str
    dim: bool
    rank: int = 0
    """Its place, smallest first."""

    @property
    def content(self) -> Content:
        """Key and title; dim when it is not possible now."""
        if self.dim:
            return Content.styled(f"{self.key} {self.title}", f"{MUTED} 55%")
        return Content.assemble((self.key, "bold $accent"), (f" {self.title}", "$foreground 85%"))


@dataclass(frozen=True)
class FooterLine:
    """The footer's row and where on it each action lies, for the mouse."""

    drawn: Drawn
    spans: tuple[tuple[int, int, str], ...]


def footer_line(hints: Sequence[Hint], width: int) -> FooterLine:
    """Lay the hints out: those that always show at the right, the others by rank at the left."""
    by_rank = sorted(hints, key=lambda hint: hint.rank)
    fixed = [hint for hint in by_rank if hint.rank >= _ALWAYS]
    right, right_spans = _laid(fixed, width, 0)
    room = width - right.cell_length - 2
    rest = _chosen([hint for hint in by_rank if hint not in fixed], room)
    left, left_spans = _laid(rest, room, 1)
    gap = max(0, width - left.cell_length - right.cell_length - 1)
    shift = left.cell_length + gap
    moved = tuple((start + shift, end + shift, name) for start, end, name in right_spans)
    row = Content.assemble(left, " " * gap, right, " ")
    return FooterLine(Drawn(row), (*left_spans, *moved))


def _chosen(hints: list[Hint], room: int) -> list[Hint]:
    """What fits, in order: everything, or else what is possible before what is not."""
    taken: list[Hint] = []
    used = 1
    for hint in sorted(hints, key=lambda hint: hint.dim):
        used += hint.content.cell_length + (2 if taken else 0)
        if used > room:
            break
        taken.append(hint)
    return [hint for hint in hints if hint in taken]


def _laid(
    hints: Sequence[Hint], room: int, start: int
) -> tuple[Content, tuple[tuple[int, int, str], ...]]:
    parts: list[Content] = [Content(" " * start)]
    spans: list[tuple[int, int, str]] = []
    at = start
    for hint in hints:
        text = hint.content
        gap = 2 if spans else 0
        if at + gap + text.cell_length > room:
            continue
        spans.append((at + gap, at + gap + text.cell_length, hint.action.id))
        parts += [Content(" " * gap), text]
        at += gap + text.cell_length
    return Content("").join(parts), tuple(spans)
