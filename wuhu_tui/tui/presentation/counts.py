"""The header: how many stand where, in the widest form that fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.reports import Usage
from wuhu_tui.tui.presentation.attention import COLOURS, SYMBOLS, Alive, Group, Kind, look, shown
from wuhu_tui.tui.presentation.rows import MUTED, line
from wuhu_tui.tui.presentation.usage import money_or_tokens, usage_words


@dataclass(frozen=True)
class Counts:
    """The header's numbers."""

    kinds: Counter[Kind]
    usage: Usage
    needs: int


_ORDER: tuple[tuple[Kind, str, tuple[Kind, ...]], ...] = (
    (Kind.WORKING, "working", (Kind.WORKING, Kind.MERGING)),
    (Kind.ASKING, "asking", (Kind.ASKING,)),
    (Kind.NO_REPORT, "no report", (Kind.NO_REPORT,)),
    (Kind.FAILED, "failed", (Kind.FAILED, Kind.LOST)),
    (Kind.CONFLICT, "conflict", (Kind.CONFLICT,)),
    (Kind.REVIEW, "review", (Kind.REVIEW,)),
    (Kind.READY, "ready", (Kind.READY,)),
)


_ALL = frozenset(Kind)
_NEEDING = frozenset({Kind.ASKING, Kind.NO_REPORT, Kind.FAILED, Kind.CONFLICT})


def count(board: Board, alive: Alive, now: datetime) -> Counts:
    """Count the board."""
    views = shown(board)
    looks = [look(view, alive(view.id), now) for view in views]
    needing = sum(1 for seen in looks if seen.group is Group.NEEDS_YOU)
    return Counts(Counter(seen.kind for seen in looks), _used(views), needing)


def _used(views: list[SessionView]) -> Usage:
    """What the sessions on the board used together."""
    return Usage(
        input_tokens=sum(view.usage.input_tokens for view in views),
        output_tokens=sum(view.usage.output_tokens for view in views),
        cost=sum(view.usage.cost for view in views),
    )


def terminal_title(board: Board, counts: Counts) -> str:
    """What a terminal's tab says: how many wait for the lead, then where."""
    needs = f"{counts.needs} need{'s' * (counts.needs == 1)} you" if counts.needs else ""
    return " · ".join(filter(None, ("wuhu", needs, line(board.project.name))))


def header(board: Board, counts: Counts, conducting: bool, width: int) -> Content:
    """One row: project at the left, counts at the right; words go before symbols do."""
    for words, wide in ((_ALL, True), (_ALL, False), (_NEEDING, False), (frozenset(), False)):
        left = _left(board, conducting, wide=wide)
        right = _right(counts, words)
        if left.cell_length + right.cell_length + 2 <= width:
            break
    gap = max(1, width - left.cell_length - right.cell_length)
    return Content.assemble(left, " " * gap, right).truncate(width, pad=True)


def _left(board: Board, conducting: bool, *, wide: bool) -> Content:
    project = board.project
    parts: list[str | tuple[str, str]] = [(" wuhu ", "bold $accent")]
    if wide:
        parts += [" ", (line(project.name), "bold"), (f"  {line(project.base_branch)}", MUTED)]
    else:
        parts += [(line(project.name), "bold")]
    if not conducting:
        parts.append(("  watching", "$text-warning") if wide else (" w", "$text-warning"))
    return Content.assemble(*parts)


def _right(counts: Counts, words: frozenset[Kind]) -> Content:
    parts = [
        _part(kind, word, sum(counts.kinds[one] for one in kinds), words=kind in words)
        for kind, word, kinds in _ORDER
    ]
    used = usage_words(counts.usage) if words else money_or_tokens(counts.usage)
    if used:
        parts.append(Content.styled(used, MUTED))
    return Content("  ").join(part for part in parts if part.cell_length).append(" ")


def _part(kind: Kind, word: str, number: int, *, words: bool) -> Content:
    if not number:
        return Content("")
    text = f"{SYMBOLS[kind]} {number} {word}" if words else f"{SYMBOLS[kind]} {number}"
    return Content.styled(text, f"bold {COLOURS[kind]}")
