"""The list of the queue screen: two rows an item, stacks under a heading of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import collisions_of
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.collisions import CROSS, STYLE
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.queue import Item, Line, Part
from wuhu_tui.tui.presentation.queue_words import is_red, says, sign, stack_words
from wuhu_tui.tui.presentation.reviews import size_word
from wuhu_tui.tui.presentation.rows import MUTED, line, row

_LOUD = frozenset({Part.NEEDS})


def queue_rows(queue: Line, board: Board, now: datetime, width: int) -> tuple[Entry, ...]:
    """All entries, headings among them."""
    entries: list[Entry] = []
    for part in Part:
        items = queue.of(part)
        if not items:
            continue
        entries.append(_heading(part, len(items), width, first=not entries))
        for batch, members in groupby(items, lambda item: item.batch):
            stack = list(members)
            stacked = bool(batch) and len(stack) > 1
            if stacked:
                entries.append(Entry("", tuple(_stack(stack, width))))
            entries += [
                Entry(item.key, tuple(_rows(item, board, now, width, stacked=stacked)))
                for item in stack
            ]
    return tuple(entries)


def _heading(part: Part, count: int, width: int, *, first: bool) -> Entry:
    style = "bold $state-failed" if part in _LOUD else f"bold {MUTED}"
    text = row(width, Content.styled(f" {part.value}", style), Content.styled(f"{count}", MUTED))
    return Entry("", (text,) if first else (Content(""), text))


def _stack(members: list[Item], width: int) -> Iterator[Content]:
    red = any(is_red(item.merge) for item in members if item.merge is not None)
    style = "$state-failed" if red else MUTED
    yield row(width, Content.assemble((" ┌ ", MUTED), (stack_words(members), style)))


def _rows(
    item: Item, board: Board, now: datetime, width: int, *, stacked: bool
) -> Iterator[Content]:
    symbol, word, style = sign(item)
    lead = Content.styled(" │ " if stacked else " ", MUTED)
    cross = (f" {CROSS}", STYLE) if collisions_of(board, item.view.id) else ""
    name = Content.assemble(
        lead, (symbol, f"bold {style}"), " ", (line(item.view.spec.shown_name), "bold"), cross
    )
    right = _right(item, now)
    by = Content.styled(f"  {_approved(item)}", MUTED)
    fits = name.cell_length + by.cell_length + right.cell_length + 1 < width
    yield row(width, Content.assemble(name, by if fits else ""), right)
    indent = Content.assemble(lead, "  ")
    reason = says(item)
    shown = Content.assemble((word, style), (f": {reason}", MUTED) if reason else "")
    most = 3 if item.part is Part.NEEDS else 2
    for part in _folded(shown, width - indent.cell_length, most):
        yield row(width, Content.assemble(indent, part))


def _folded(text: Content, width: int, most: int) -> list[Content]:
    """At most so many rows of it."""
    if width <= 0:
        return []
    rows = [part.rstrip() for part in text.wrap(width)]
    if len(rows) <= most:
        return rows
    last = Content(" ").join(rows[most - 1 :])
    return [*rows[: most - 1], last.truncate(width, ellipsis=True)]


def _right(item: Item, now: datetime) -> Content:
    since = f"{age(since_of(item), now):>5}"
    if item.view.review is None:
        return Content.styled(since, MUTED)
    return Content.assemble(size_word(item.view.review), (since, MUTED))


def since_of(item: Item) -> datetime:
    """Since when it stands where it stands."""
    if item.part is Part.RUNNING and item.merge is not None:
        return item.merge.at
    return item.entry.at if item.entry is not None else item.view.since


def _approved(item: Item) -> str:
    """Who approved it, of what is still to land."""
    review = item.view.review
    verdict = review.verdict if review else None
    if item.part is Part.LANDED or verdict is None or verdict.kind is not VerdictKind.APPROVED:
        return ""
    return "approved by " + ("you" if verdict.by == "lead" else line(verdict.by))
