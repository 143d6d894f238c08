"""What a scrubber shows of a recording: its axis, its marks and its turns; kept small."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar, overload

from wuhu_tui.core.replay.axis import Axis, moment_at
from wuhu_tui.core.replay.told import KINDS, Told, ToldMark, ToldTurn
from wuhu_tui.model.marks import Mark, Moment
from wuhu_tui.model.records import Cursor

MOST_MARKS = 50_000
"""Marks that are kept; of more, every second one of the commonest kind goes."""

MOST_TURNS = 200_000
"""Turns that are kept; of more, every second one goes."""

Small = TypeVar("Small")
Shown_co = TypeVar("Shown_co", covariant=True)


class Shelf(Sequence[Shown_co], Generic[Shown_co]):
    """A row of things that are made of their small forms when they are looked at."""

    def __init__(self, kept: Sequence[Any], show: Callable[[Any], Shown_co]) -> None:
        self._kept = kept
        self._show = show

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, place: int) -> Shown_co: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Shown_co]: ...
    def __getitem__(self, place: int | slice) -> Shown_co | Sequence[Shown_co]:
        if isinstance(place, slice):
            return [self._show(one) for one in self._kept[place]]
        return self._show(self._kept[place])


class Scrubber:
    """Takes what stretches tell; the last of them, the tail, is told anew when it grew."""

    def __init__(self) -> None:
        self.axis = Axis()
        self._marks: list[ToldMark] = []
        self._turns: list[ToldTurn] = []
        self._settled = 0

    @property
    def marks(self) -> Sequence[Mark]:
        """All marks, oldest first."""
        return Shelf(self._marks, _mark)

    @property
    def turns(self) -> Sequence[tuple[Moment, str]]:
        """All turns' beginnings, oldest first."""
        return Shelf(self._turns, _turn)

    def settle(self, index: int, told: Told) -> None:
        """One more stretch, up to so many records; what was told behind it is void."""
        self.cut(self._settled)
        self._take(told)
        self._settled = index
        self._thin()

    def tail(self, told: Told) -> None:
        """What stands behind all stretches just now."""
        self.cut(self._settled)
        self._take(told)

    def cut(self, index: int) -> None:
        """Forget what lies behind so many records."""
        self._settled = min(self._settled, index)
        self.axis.cut(index)
        for kept in (self._marks, self._turns):
            del kept[bisect_right(kept, index, key=attrgetter("index")) :]

    def _take(self, told: Told) -> None:
        self.axis.extend(told.indexes, told.times, told.played)
        self._marks += told.marks
        self._turns += told.turns

    def _thin(self) -> None:
        self.axis.thin()
        if len(self._marks) > MOST_MARKS:
            commonest = Counter(mark.kind for mark in self._marks).most_common(1)[0][0]
            self._marks = _halved(self._marks, lambda mark: mark.kind == commonest)
        if len(self._turns) > MOST_TURNS:
            self._turns = _halved(self._turns, lambda turn: True)


def _halved(kept: list[Small], goes: Callable[[Small], bool]) -> list[Small]:
    """Without every second one of those that may go."""
    left, stays = [], False
    for one in kept:
        if goes(one):
            stays = not stays
        if stays or not goes(one):
            left.append(one)
    return left


def _mark(told: ToldMark) -> Mark:
    return Mark(
        moment=moment_at(told.index, told.at),
        kind=KINDS[told.kind],
        session=told.session,
        cursor=Cursor(epoch=told.epoch, seq=told.seq),
        text=told.text,
    )


def _turn(told: ToldTurn) -> tuple[Moment, str]:
    return moment_at(told.index, told.at), told.session
