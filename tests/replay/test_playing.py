"""Playing: how far a replay moves in how much time; no test waits for a clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.replay.journals import at
from tests.replay.memory_reel import MemoryReel, told
from wuhu_tui.core.replay.moving import Moving
from wuhu_tui.core.replay.playing import FRAME, Player, advanced
from wuhu_tui.model.events import Noted

TALK = told(*((seconds, Noted(text=str(seconds))) for seconds in (0, 1, 1.5, 100, 100.01, 101)))


TIMES = [record.ts for record in TALK]


class Clock:
    """Time that goes on when somebody sleeps; what is due then is done."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], object]]] = []
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
        for moment, action in [one for one in self.due if one[0] <= self.now]:
            self.due.remove((moment, action))
            action()
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("seconds", "cap", "passed"),
    [
        (0.0, 0.0, 1),
        (0.9, 0.0, 1),
        (1.0, 0.0, 2),
        (99.0, 0.0, 3),
        (100.0, 0.0, 4),
        (3.4, 2.0, 3),
        (3.5, 2.0, 4),
        (1000.0, 0.0, 6),
    ],
)
def test_so_many_records_pass_in_so_many_seconds(seconds: float, cap: float, passed: int) -> None:
    assert advanced(TIMES, at(0), seconds, cap)[0] == passed


def test_what_is_left_over_counts_for_the_next_stretch() -> None:
    count, left, wait = advanced(TIMES, at(0), 1.2, 0.0)
    assert count == 2
    assert left == pytest.approx(0.2)
    assert wait == pytest.approx(0.3)


def test_a_time_before_the_moment_takes_no_time() -> None:
    assert advanced([at(3), at(11)], at(10), 0.5, 0.0)[0] == 1


async def _moving(reel: MemoryReel) -> Moving:
    return Moving(reel, await reel.still(0))


async def _until_paused(player: Player, moving: Moving) -> None:
    async with asyncio.timeout(10):
        while player.playing:
            await moving.news.changed(moving.news.revision)


@pytest.mark.parametrize(("speed", "took"), [(1.0, 4.5), (4.0, 1.2), (0.25, 18.0), (64.0, 0.3)])
async def test_it_plays_to_the_end_in_its_time(speed: float, took: float) -> None:
    moving, clock = await _moving(MemoryReel(TALK)), Clock()
    player = Player(moving, clock, clock.sleep)
    player.set_speed(speed)
    player.play()
    assert player.playing
    await _until_paused(player, moving)
    assert moving.moment == moving.reel.last
    assert clock.now == pytest.approx(took, abs=0.3)
    assert min(clock.slept) >= FRAME


async def test_idle_stretches_are_played_in_full_if_wished() -> None:
    moving, clock = await _moving(MemoryReel(TALK)), Clock()
    player = Player(moving, clock, clock.sleep)
    player.set_idle_cap(0)
    player.play()
    await _until_paused(player, moving)
    assert clock.now == pytest.approx(101, abs=0.5)


async def test_many_records_at_once_are_one_still() -> None:
    burst = told(*((1 + place / 1000, Noted(text="x")) for place in range(1000)))
    moving, clock = await _moving(MemoryReel(burst)), Clock()
    player = Player(moving, clock, clock.sleep)
    player.play()
    await _until_paused(player, moving)
    assert moving.moment.index == 1000
    assert moving.news.revision <= 25 + 3


async def test_it_stands_still_when_told_and_goes_on_from_where_it_was_put() -> None:
    moving, clock = await _moving(MemoryReel(TALK)), Clock()
    player = Player(moving, clock, clock.sleep)
    paused: list[int] = []

    def pause() -> None:
        player.pause()
        paused.append(moving.moment.index)

    clock.due.append((1.2, pause))
    player.play()
    await _until_paused(player, moving)
    assert paused == [2]
    assert moving.moment.index == 2
    await moving.go(4)
    player.play()
    await _until_paused(player, moving)
    assert moving.moment.index == 6
    assert clock.now == pytest.approx(1.2 + 1.0, abs=0.3)


async def test_a_jump_while_it_plays_is_gone_on_from() -> None:
    moving, clock = await _moving(MemoryReel(TALK)), Clock()
    player = Player(moving, clock, clock.sleep)
    player.set_idle_cap(0)
    jumps: list[asyncio.Task[object]] = []
    clock.due.append((3.0, lambda: jumps.append(asyncio.create_task(moving.go(5)))))
    player.play()
    await _until_paused(player, moving)
    assert moving.moment.index == 6
    assert clock.now == pytest.approx(3.0 + 1.0, abs=0.4)


async def test_what_is_not_read_yet_is_waited_for() -> None:
    reel = MemoryReel(TALK[:2], read=0.5)
    moving, clock = await _moving(reel), Clock()
    player = Player(moving, clock, clock.sleep)
    player.play()
    async with asyncio.timeout(10):
        while moving.moment.index < 2:
            await moving.news.changed(moving.news.revision)
    assert player.playing
    reel.grow(TALK[2:])
    await _until_paused(player, moving)
    assert moving.moment.index == 6


def test_speed_stays_within_bounds() -> None:
    async def work() -> None:
        moving = await _moving(MemoryReel(TALK))
        player = Player(moving, Clock(), Clock().sleep)
        for wish, kept in ((1000, 64.0), (0, 0.25), (2, 2.0)):
            player.set_speed(wish)
            assert player.speed == kept

    asyncio.run(work())
