"""Who lands and who goes back, for any checks: the decision alone, on a bench of sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from wuhu_tui.core.bisecting import StackChanged, land_together, last_green

Green = Callable[[tuple[int, ...]], bool]
"""Whether base passes with these members landed, in this order."""


class SetBench:
    """A bench whose base is the members that landed; `spoiled` times base moves in between."""

    def __init__(self, green: Green, *, spoiled: int = 0) -> None:
        self._green = green
        self._spoiled = spoiled
        self._stack: tuple[int, ...] = ()
        self._checked: set[tuple[int, ...]] = set()
        self.base: tuple[int, ...] = ()
        self.stops: list[tuple[int, ...]] = []
        self.culprits: list[tuple[int, tuple[int, ...]]] = []
        self.waiting: list[int] = []
        self.runs = 0

    async def build(self, members: Sequence[int]) -> Sequence[int]:
        self._stack = tuple(members)
        return self._stack

    async def green(self, count: int) -> bool:
        self.runs += 1
        whole = self.base + self._stack[:count]
        if self._green(whole):
            self._checked.add(whole)
            return True
        return False

    async def land(self, count: int) -> None:
        if self._spoiled:
            self._spoiled -= 1
            raise StackChanged
        self.base += self._stack[:count]
        assert self.base in self._checked
        self.stops.append(self.base)

    async def blame(self, culprit: int, below: Sequence[int]) -> None:
        assert self._green(self.base)
        assert not self._green((*self.base, culprit))
        self.culprits.append((culprit, tuple(below)))

    async def red_base(self, members: Sequence[int]) -> None:
        assert not self._green(self.base)
        self.waiting += members


def interacting(bad: set[int], pairs: set[frozenset[int]]) -> Green:
    """Red with any of `bad`, and with both of any pair."""

    def green(landed: tuple[int, ...]) -> bool:
        there = set(landed)
        return not (there & bad) and not any(pair <= there for pair in pairs)

    return green


MEMBERS = st.integers(0, 12)
BAD = st.sets(st.integers(0, 11))
PAIRS = st.sets(st.frozensets(st.integers(0, 11), min_size=2, max_size=2), max_size=6)


@given(MEMBERS, BAD, PAIRS, st.integers(0, 3))
async def test_everybody_lands_or_is_a_culprit(
    count: int, bad: set[int], pairs: set[frozenset[int]], spoiled: int
) -> None:
    members = tuple(range(count))
    green = interacting(bad, pairs)
    bench = SetBench(green, spoiled=spoiled)
    await land_together(bench, members)
    expected: list[int] = []
    for member in members:
        if green((*expected, member)):
            expected.append(member)
    assert list(bench.base) == expected
    assert [name for name, _ in bench.culprits] == [one for one in members if one not in expected]
    assert all(green(stop) for stop in bench.stops)
    assert bench.waiting == []


@given(st.integers(1, 8), st.data())
async def test_nothing_red_lands_whatever_the_checks_say(count: int, data: st.DataObject) -> None:
    said: dict[tuple[int, ...], bool] = {(): True}

    def green(landed: tuple[int, ...]) -> bool:
        if landed not in said:
            said[landed] = data.draw(st.booleans())
        return said[landed]

    bench = SetBench(green)
    await land_together(bench, tuple(range(count)))
    assert all(said[stop] for stop in bench.stops)
    told = {*bench.base, *bench.waiting, *(name for name, _ in bench.culprits)}
    assert told == set(range(count))


@given(st.integers(0, 8))
async def test_a_red_base_blames_nobody(count: int) -> None:
    bench = SetBench(lambda landed: False)
    await land_together(bench, tuple(range(count)))
    assert (bench.base, bench.culprits) == ((), [])
    assert bench.waiting == list(range(count))


@given(st.integers(2, 64), st.data())
async def test_few_checks_find_one_culprit(count: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, count - 1))
    bench = SetBench(interacting({bad}, set()))
    await land_together(bench, tuple(range(count)))
    assert bench.culprits == [(bad, tuple(range(bad)))]
    assert bench.runs <= 3 + (count - 1).bit_length()


@given(st.lists(st.booleans(), min_size=0, max_size=20))
async def test_the_height_found_is_green_and_the_next_red(between: list[bool]) -> None:
    states = [True, *between, False]

    async def green(height: int) -> bool:
        return states[height]

    found = await last_green(len(states) - 1, green)
    assert (states[found], states[found + 1]) == (True, False)
