"""Which moment comes next, of very many."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.replay.journals import at
from wuhu_tui.core.replay.scrubber import Shelf
from wuhu_tui.core.replay.stepping import next_mark, next_turn
from wuhu_tui.model.marks import Mark, MarkKind, Moment
from wuhu_tui.model.records import Cursor

KINDS = (MarkKind.QUESTION, MarkKind.STEER, MarkKind.FAULT)


def _marks(count: int) -> list[Mark]:
    chance = random.Random(7)
    places = sorted(chance.choices(range(1, count), k=count))
    return [
        Mark(
            moment=Moment(index=place, at=at(place)),
            kind=chance.choice(KINDS),
            session=chance.choice(("one", "two")),
            cursor=Cursor(epoch=1, seq=place),
        )
        for place in places
    ]


@pytest.mark.parametrize("kinds", [(), KINDS[:1], (MarkKind.MERGE,)])
@pytest.mark.parametrize("sessions", [(), ("two",), ("nobody",)])
def test_the_next_one_is_the_nearest(kinds: Sequence[MarkKind], sessions: Sequence[str]) -> None:
    marks = _marks(40)
    turns = [(mark.moment, mark.session) for mark in marks]
    mine = [mark for mark in marks if not sessions or mark.session in sessions]
    wanted = [mark.moment.index for mark in mine if not kinds or mark.kind in kinds]
    begun = [mark.moment.index for mark in mine]
    for index in range(41):
        behind = min((one for one in wanted if one > index), default=None)
        ahead = max((one for one in wanted if one < index), default=None)
        assert next_mark(marks, index, 1, kinds=kinds, sessions=sessions) == behind
        assert next_mark(marks, index, -1, kinds=kinds, sessions=sessions) == ahead
        assert next_turn(turns, index, 1, sessions) == min(
            (one for one in begun if one > index), default=None
        )


def test_few_of_many_are_looked_at() -> None:
    """They are made when they are looked at, and a key is pressed many times a second."""
    marks, made = _marks(20_000), 0

    def show(mark: Mark) -> Mark:
        nonlocal made
        made += 1
        return mark

    assert next_mark(Shelf(marks, show), 10_000, -1) is not None
    assert 0 < made < 50
