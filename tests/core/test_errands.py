from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from wuhu_tui.core.errands import Errands, NotYet
from wuhu_tui.model.errors import JournalError, NotPossible

Tell = Callable[[str], Awaitable[None]]


class Heard:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.deaf = False

    async def __call__(self, words: str) -> None:
        if self.deaf:
            raise JournalError("full")
        self.words.append(words)


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def test_one_occasion_is_worked_on_once(heard: Heard) -> None:
    errands = Errands(heard)
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    assert errands.begin("review:a", "head1", work)
    assert not errands.begin("review:a", "head1", work), "it runs"
    await errands.finished()
    assert not errands.begin("review:a", "head1", work), "it is done"
    assert errands.begin("review:a", "head2", work)
    await errands.finished()
    assert len(done) == 2
    assert not errands.busy


async def test_a_failure_is_told_once_and_tried_again(heard: Heard) -> None:
    errands = Errands(heard, first_pause=0.01)
    tries: list[int] = []

    async def work() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise NotPossible("the disk is full", remedy="free some space")

    async with asyncio.timeout(30):
        while len(tries) < 3:
            errands.begin("review:a", "head", work)
            await errands.finished()
            await asyncio.sleep(0)
    assert heard.words == ["review:a: the disk is full → free some space"]
    assert not errands.begin("review:a", "head", work), "it succeeded in the end"


async def test_a_failure_waits_before_it_is_tried_again(heard: Heard) -> None:
    errands = Errands(heard, first_pause=60)

    async def work() -> None:
        raise ValueError("a mistake of ours")

    errands.begin("review:a", "head", work)
    await errands.finished()
    assert heard.words == ["review:a: ValueError: a mistake of ours"]
    assert not errands.begin("review:a", "head", work)
    assert errands.begin("review:a", "another head", work), "something else is no retry"
    await errands.cancel()


async def test_one_that_hangs_stops_no_other(heard: Heard) -> None:
    errands = Errands(heard)
    done = asyncio.Event()

    async def hang() -> None:
        await asyncio.Event().wait()

    async def work() -> None:
        done.set()

    errands.begin("check:a", 1, hang)
    errands.begin("lost:b", 1, work)
    async with asyncio.timeout(30):
        await done.wait()
    assert errands.running("check:a")
    await errands.cancel()
    assert not errands.busy
    assert heard.words == []


async def test_what_could_not_be_told_is_told_later(heard: Heard) -> None:
    errands = Errands(heard, first_pause=0.0)
    heard.deaf = True

    async def work() -> None:
        raise NotPossible("no")

    for _ in range(2):
        errands.begin("x", 1, work)
        await errands.finished()
        heard.deaf = False
    assert heard.words == ["x: no"]


async def test_one_that_is_put_off_for_days_can_still_say_that_it_failed(heard: Heard) -> None:
    errands = Errands(heard, first_pause=0.0)

    async def put_off() -> None:
        raise NotYet

    async def fail() -> None:
        raise NotPossible("no room")

    for _ in range(1_100):
        assert errands.begin("letters:a", "1", put_off)
        await errands.finished()
    assert errands.begin("letters:a", "1", fail)
    await errands.finished()
    assert heard.words == ["letters:a: no room"]
