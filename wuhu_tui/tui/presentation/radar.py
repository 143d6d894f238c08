"""The conflict radar: who collides with whom as a matrix and as a list, and the order to land in. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import collisions_of, file_words, side_name
from wuhu_tui.model.collisions import Collision, collision_key
from wuhu_tui.model.merge_order import PlaceInOrder, reasoned_order
from wuhu_tui.model.quantities import counted
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.collisions import (
    CROSS,
    STYLE,
    both_sides,
    told_words,
    unseen_rows,
)
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import MUTED, line, row, wrapped
from wuhu_tui.tui.safe import safe_text

CELL = 4
"""Cells of one column of the matrix."""

NAME = 22
"""Cells of a row's own number and name."""

BASE = "base"
"""The column of the base branch; a session is never called so in full."""

SOFT = "≈"
UNSEEN = "?"

_MOST = 6
"""Collisions of one row that are told beside the matrix when no pair is selected."""


@dataclass(frozen=True)
class Radar:
    """What the screen shows: the sessions in the suggested order, and each pair that collides."""

    board: Board
    order: tuple[PlaceInOrder, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The sessions, in order."""
        return tuple(place.session for place in self.order)

    @property
    def columns(self) -> tuple[str, ...]:
        """What rows are held against: base, then the sessions."""
        return ("", *self.names)

    def pair(self, first: str, second: str) -> Collision | None:
        """The collision of two sides; base is empty."""
        return self.board.collisions.get(collision_key(first, second))


def radar(board: Board) -> Radar:
    """The radar as the board has it; sessions that collide and are in no order come last."""
    order = reasoned_order(board)
    known = {place.session for place in order}
    others = {
        side
        for one in board.collisions.values()
        for side in (one.first, one.second)
        if side and side not in known and board.session(side)
    }
    rest = tuple(
        PlaceInOrder(session=name, reason="lands not by itself") for name in sorted(others)
    )
    return Radar(board, (*order, *rest))


# the matrix


@dataclass(frozen=True)
class Cut:
    """Which part of the matrix is seen, and what is under the cursor."""

    radar: Radar
    row: str
    column: str
    """Empty: base."""
    first: int
    """The first column that is shown."""
    width: int

    @property
    def columns(self) -> list[tuple[int, str]]:
        """The columns that are seen, each with its number."""
        columns = list(enumerate(self.radar.columns))
        return columns[self.first : self.first + columns_in(self.width)]


def first_column(radar: Radar, column: str, width: int, before: int) -> int:
    """The first column to show, so that the selected one is seen."""
    room = columns_in(width)
    place = radar.columns.index(column) if column in radar.columns else 0
    most = max(0, len(radar.columns) - room)
    return min(place if place < before else max(before, place - room + 1), most)


def columns_in(width: int) -> int:
    """How many columns fit."""
    return max(1, (width - NAME - 1) // CELL)


def heading(cut: Cut) -> Content:
    """The columns' numbers; the selected one stands out."""
    parts: list[Content] = [Content(f"{'':{NAME}}")]
    for place, name in cut.columns:
        label = f"{place:>{CELL - 1}} " if name else f"{BASE:>{CELL}}"
        style = "bold $accent" if name == cut.column else MUTED
        parts.append(Content.styled(label, style))
    return Content("").join(parts).truncate(cut.width, pad=True)


def matrix_entries(cut: Cut) -> tuple[Entry, ...]:
    """One row a session."""
    return tuple(
        Entry(name, (_row(cut, place, name),)) for place, name in enumerate(cut.radar.names, 1)
    )


def _row(cut: Cut, place: int, name: str) -> Content:
    board = cut.radar.board
    number = len(collisions_of(board, name))
    head = Content.assemble((f"{place:>3} ", MUTED), line(side_name(board, name)))
    parts = [head.truncate(NAME, ellipsis=True, pad=True)]
    for _, other in cut.columns:
        text, style = cell_text(cut.radar, name, other)
        chosen = name == cut.row and other == cut.column
        shown = f"[{text}]" if chosen else f" {text} "
        parts.append(Content.styled(f"{shown:>{CELL}}", f"bold {style}" if chosen else style))
    told = f" collides with {number}" if number else ""
    left = Content("").join(parts)
    fits = cut.width - left.cell_length > len(told)
    return row(cut.width, left, Content.styled(told, STYLE) if fits else None)


def cell_text(radar: Radar, name: str, other: str) -> tuple[str, str]:
    """What a pair is in the matrix: a shape, the number of files, a colour."""
    if name == other:
        return "╲", MUTED
    found = radar.pair(name, other)
    if found is not None:
        number = min(len(found.files), 9)
        if found.uncommitted:
            return f"{SOFT}{number}", STYLE
        return f"{CROSS}{number}", "$state-failed" if found.ripe else STYLE
    unseen = radar.board.unseen
    return (UNSEEN, STYLE) if name in unseen or other in unseen else ("·", MUTED)


LEGEND = (
    ("← →", "other side"),
    (f"{CROSS}2", "collide in 2 files"),
    (f"{SOFT}1", "with work not committed"),
    (UNSEEN, "could not look"),
    ("·", "do not collide"),
)


def legend(width: int) -> Content:
    """What the shapes mean."""
    parts = [Content.assemble((sign, "bold"), (f" {word}", MUTED)) for sign, word in LEGEND]
    return Content.assemble(" ", Content("   ").join(parts)).truncate(width, ellipsis=True)


# the list


def pair_entries(radar: Radar, now: datetime, width: int) -> tuple[Entry, ...]:
    """Each collision whole, what has to be decided first; then the suggested order."""
    entries: list[Entry] = []
    pairs = sorted(radar.board.collisions.values(), key=_weight)
    if pairs:
        entries.append(_heading("COLLIDE", len(pairs), width, first=True))
    entries += [Entry(one.key, tuple(_pair_rows(radar.board, one, now, width))) for one in pairs]
    if radar.order:
        title = "LAND IN THIS ORDER"
        entries.append(_heading(title, len(radar.order), width, first=not entries))
    entries += [
        Entry(place.session, tuple(_order_rows(radar.board, number, place, width)))
        for number, place in enumerate(radar.order, 1)
    ]
    return tuple(entries)


def _weight(one: Collision) -> tuple[object, ...]:
    return (not one.ripe, not one.with_base, one.at, one.key)


def _heading(title: str, count: int, width: int, *, first: bool) -> Entry:
    text = row(
        width, Content.styled(f" {title}", f"bold {MUTED}"), Content.styled(f"{count}", MUTED)
    )
    return Entry("", (text,) if first else (Content(""), text))


def pair_title(board: Board, one: Collision) -> Content:
    """Both names, with the sign between them."""
    first, second = (line(side_name(board, side)) for side in (one.first, one.second))
    style = "bold $state-failed" if one.ripe else f"bold {STYLE}"
    sign = SOFT if one.uncommitted else CROSS
    return Content.assemble((first, "bold"), (f" {sign} ", style), (second, "bold"))


def _pair_rows(board: Board, one: Collision, now: datetime, width: int) -> Iterator[Content]:
    left = Content.assemble(" ", pair_title(board, one))
    right = Content.styled(f"{told_words(one, now)}{age(one.at, now):>5}", MUTED)
    yield row(width, left, right)
    for file in one.files[:3]:
        for part in wrapped(file_words(file), width - 3, 2):
            yield row(width, Content.assemble("   ", part))
    more = len(one.files) - 3
    if more > 0:
        yield row(width, Content.styled(f"   and {counted(more, 'more file')}", MUTED))


def _order_rows(board: Board, number: int, place: PlaceInOrder, width: int) -> Iterator[Content]:
    name = line(side_name(board, place.session))
    yield row(width, Content.assemble((f"{number:>3} ", MUTED), name))
    for part in wrapped(place.reason, width - 4, 2, MUTED):
        yield row(width, Content.assemble("    ", part))


# one pair whole


def pair_content(
    radar: Radar, first: str, second: str, now: datetime, width: int, *, order: bool = True
) -> Content:
    """The pair under the cursor with the lines of both; then the order, if it stands nowhere else."""
    blocks = [
        list(_pair(radar, first, second, now, width)),
        list(_order(radar, first, width)) if order else [],
    ]
    return Content("\n\n").join(Content("\n").join(rows) for rows in blocks if rows)


def _pair(radar: Radar, first: str, second: str, now: datetime, width: int) -> Iterator[Content]:
    board = radar.board
    found = radar.pair(first, second)
    if found is not None:
        yield pair_title(board, found).truncate(width, ellipsis=True)
        soft = "with work that is not committed · " if found.uncommitted else ""
        ripe = "both are ready: one has to wait · " if found.ripe else ""
        told = f"{ripe}{soft}since {age(found.at, now)} · {told_words(found, now)}"
        yield from wrapped(told, width, 3, MUTED)
        yield Content("")
        yield from both_sides(board, found, width)
        yield Content("")
        yield from wrapped("t tells them; shows first what each is told", width, 2, MUTED)
    elif first and first != second:
        names = " and ".join(line(side_name(board, side)) for side in (first, second))
        yield from wrapped(f"{names} do not collide", width, 2)
    elif first:
        yield from _row_words(radar, first, now, width)
    yield from unseen_rows(board, first, width)


def _row_words(radar: Radar, name: str, now: datetime, width: int) -> Iterator[Content]:
    board = radar.board
    found = collisions_of(board, name)
    shown = line(side_name(board, name))
    if not found:
        yield from wrapped(f"{shown} collides with nobody", width, 2)
    for one in found[:_MOST]:
        yield pair_title(board, one).truncate(width, ellipsis=True)
        for part in wrapped(", ".join(map(file_words, one.files)), width - 2, 3, MUTED):
            yield Content.assemble("  ", part)


def _order(radar: Radar, selected: str, width: int) -> Iterator[Content]:
    if not radar.order:
        return
    yield Content.styled("LAND IN THIS ORDER", f"bold {MUTED}")
    for number, place in enumerate(radar.order, 1):
        name = line(side_name(radar.board, place.session))
        style = "bold $accent" if place.session == selected else ""
        yield Content.assemble((f"{number:>2} ", MUTED), (name, style)).truncate(
            width, ellipsis=True
        )
        for part in wrapped(place.reason, width - 3, 2, MUTED):
            yield Content.assemble("   ", part)


def nothing_words(board: Board) -> str:
    """What an empty radar means."""
    base = line(board.project.base_branch) or "base"
    return (
        f"No live branch is held against {base} or another just now. Branches come here when "
        "sessions change something; what is not committed counts too."
    )


def tell_content(
    board: Board, one: Collision, words: tuple[tuple[str, str], ...], now: datetime, width: int
) -> Content:
    """What each side is told, whole, before it is sent."""
    rows: list[Content] = []
    if one.told_at is not None:
        told = told_words(one, now)
        rows += wrapped(f"⚠ {told}: it is said again", width, 2, STYLE)
        rows.append(Content(""))
    for place, (side, text) in enumerate(words):
        rows += [Content("")] if place else []
        name = line(side_name(board, side))
        rows.append(
            Content.assemble(("to ", MUTED), (name, "bold"), (", when its turn ends", MUTED))
        )
        rows += (part for said in safe_text(text).splitlines() for part in _said(said, width))
    return Content("\n").join(rows)


def _said(text: str, width: int) -> list[Content]:
    room = max(1, width - 2)
    parts = [part.rstrip() for part in Content(text).wrap(room)] if text else [Content("")]
    return [Content.assemble("  ", part) for part in parts]
