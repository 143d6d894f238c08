"""Which moment comes next: by mark, by turn. Pure.

Rows are looked at from where one stands: the things in them are made when they are looked at, and
there may be a hundred thousand.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from wuhu_tui.model.marks import Mark, MarkKind, Moment

Row = TypeVar("Row")


def next_mark(
    marks: Sequence[Mark],
    index: int,
    direction: int,
    *,
    kinds: Collection[MarkKind] = (),
    sessions: Collection[str] = (),
) -> int | None:
    """Where the next mark behind `index` stands (negative: ahead of it), of these kinds and sessions.

    Empty: of all. None: there is none.
    """
    for mark in _from(marks, index, direction, lambda mark: mark.moment.index):
        if (not kinds or mark.kind in kinds) and (not sessions or mark.session in sessions):
            return mark.moment.index
    return None


def next_turn(
    turns: Sequence[tuple[Moment, str]], index: int, direction: int, sessions: Collection[str] = ()
) -> int | None:
    """Where the next turn of these sessions begins; None: there is none."""
    for moment, session in _from(turns, index, direction, lambda turn: turn[0].index):
        if not sessions or session in sessions:
            return moment.index
    return None


def _from(
    rows: Sequence[Row], index: int, direction: int, index_of: Callable[[Row], int]
) -> Iterator[Row]:
    """Those behind an index, or those ahead of it, the nearest first."""
    if direction >= 0:
        places = range(bisect_right(rows, index, key=index_of), len(rows))
    else:
        places = range(bisect_left(rows, index, key=index_of) - 1, -1, -1)
    return (rows[place] for place in places)
