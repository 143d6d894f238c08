"""What panes of a replay read: no more than a move needs, and more where one stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.replay.memory_reel import MemoryReel, told
from wuhu_tui.core.replay.moving import Moving
from wuhu_tui.core.replay.panes import MORE, NEAR, SOME
from wuhu_tui.core.replay.replay_core import ReplayCore
from wuhu_tui.core.replay.still import Still
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import AgentSaid, TurnStarted
from wuhu_tui.model.records import Record
from wuhu_tui.model.transcript import Transcript


def _talk(session: str, count: int) -> list[Record]:
    says = (AgentSaid(text=str(number), message=str(number)) for number in range(count))
    return told((0, TurnStarted(turn=1)), *((1.0, said) for said in says), session=session)


async def _looking(records: list[Record], index: int, *sessions: str) -> tuple[MemoryReel, Moving]:
    """Somebody who has looked at these sessions there for a moment."""
    reel = MemoryReel(records)
    moving = Moving(reel, await reel.still(index))
    filling = asyncio.create_task(moving.fill_panes())
    for session in sessions:
        moving.panes.transcript(session)
    async with asyncio.timeout(10):
        await moving.settled()
    filling.cancel()
    reel.asked.clear()
    return reel, moving


def _texts(moving: Moving, session: str) -> list[str]:
    return [item.text for item in moving.panes.transcript(session).items]


async def test_going_on_grows_what_is_shown_and_reads_nothing_anew() -> None:
    reel, moving = await _looking([*_talk("one", 3), *_talk("two", 3)], 2, "one", "two")
    one = moving.panes.transcript("one")
    await moving.go(6)
    assert (moving.panes.transcript("one"), reel.asked) == (one, [])
    assert _texts(moving, "one") == ["", "0", "1", "2"]
    assert _texts(moving, "two") == ["", "0"]


async def test_going_back_reads_only_what_the_way_touched() -> None:
    reel, moving = await _looking([*_talk("one", 3), *_talk("two", 3)], 8, "one", "two")
    await moving.go(6)
    assert reel.asked == [("two", 6, MORE)]
    assert _texts(moving, "two") == ["", "0"]
    await moving.go(2)
    assert reel.asked[1:] == [("one", 2, MORE)]
    assert _texts(moving, "two") == []


async def test_who_is_asked_for_on_the_way_back_is_not_shown_as_it_was_later() -> None:
    reel, moving = await _looking([*_talk("one", 3), *_talk("two", 3)], 8, "one")
    read = reel.transcript

    async def asked_meanwhile(session: str, still: Still, *, items: int) -> Transcript:
        if session == "one" and not moving.panes.transcript("two").items:
            moving.panes.hold(await moving.panes.read_wanted(moving.still))
        return await read(session, still, items=items)

    reel.transcript = asked_meanwhile  # type: ignore[method-assign]
    await moving.go(2)
    assert [asked[:2] for asked in reel.asked] == [("two", 8), ("one", 2)]
    assert _texts(moving, "two") == []
    assert moving.panes.wanted.is_set()


async def test_what_goes_on_in_another_order_is_read_anew() -> None:
    """Records that came late are told between older ones, so the same index is another moment."""
    one, two = _talk("one", 3), _talk("two", 3)
    reel, moving = await _looking(one, 3, "one")
    reel.told_anew([*one[:1], *two[:2], *one[1:]])
    await moving.go(6)
    assert _texts(moving, "one") == ["", "0", "1", "2"]
    assert reel.asked == [("one", 6, MORE)]


async def test_a_pane_that_cannot_be_read_is_told_and_tried_again() -> None:
    reel = MemoryReel(_talk("one", 3))
    read = reel.transcript

    async def broken(session: str, still: Still, *, items: int) -> Transcript:
        reel.transcript = read  # type: ignore[method-assign]
        raise JournalError("cannot be read", where="events.jsonl")

    reel.transcript = broken  # type: ignore[method-assign]
    core = await ReplayCore.over(reel, ProjectFolder(Path("/nowhere")))
    core.transcript("one")
    async with asyncio.timeout(10):
        await core.idle()
        assert "cannot be read" in core.board.project.warnings[0]
        core.transcript("one")
        await core.idle()
    assert [item.text for item in core.transcript("one").items] == ["", "0", "1", "2"]
    await core.aclose()


async def test_a_long_way_is_not_walked() -> None:
    reel, moving = await _looking(_talk("one", NEAR + 10), 2, "one")
    await moving.go(NEAR + 5)
    assert reel.asked == [("one", NEAR + 5, SOME)]


async def test_where_one_stays_more_is_read() -> None:
    reel, moving = await _looking(_talk("one", 300), 250, "one")
    before = len(_texts(moving, "one"))
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await asyncio.sleep(0)

    reading = asyncio.create_task(moving.read_back(nap))
    async with asyncio.timeout(10):
        await moving.news.changed(moving.news.revision)
    reading.cancel()
    assert reel.asked == [("one", 250, MORE)]
    assert before < len(_texts(moving, "one")) == 250
    assert moving.panes.short() == []


async def test_what_nobody_looks_at_any_more_is_let_go() -> None:
    reel, moving = await _looking(_talk("one", 30), 2, "one")
    for index in range(3, 20):
        await moving.go(index)
    reel.asked.clear()
    await moving.go(2)
    assert reel.asked == []
    assert _texts(moving, "one") == []


async def test_who_went_nowhere_stays_at_the_end_while_it_is_read() -> None:
    """In a few jumps: each shows panes anew, and that is time taken from the reading.

    What a live project writes later is further on: the replay stands still.
    """
    talk = _talk("one", 100)
    reel = MemoryReel(talk[:10], read=0.1)
    core = await ReplayCore.over(reel, ProjectFolder(Path("/nowhere")), sleep=_breath)
    places = []
    for count in (12, 25, 40, 101):
        reel.grow(talk[reel.last.index : count], read=count / 101)
        async with asyncio.timeout(10):
            while (await core.changed(core.revision)) and core.last.index < count:
                pass
            for _ in range(10):
                await asyncio.sleep(0)
        places.append(core.moment.index)
    assert places == [10, 25, 25, 101]
    reel.grow(_talk("two", 5))
    async with asyncio.timeout(10):
        await core.idle()
    assert (core.moment.index, core.last.index) == (101, 107)
    await core.aclose()


async def _breath(_: float) -> None:
    await asyncio.sleep(0)
