"""Reels of small recordings, and what must be true of every one."""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import accumulate
from pathlib import Path

from tests.replay.journals import Recording
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.replay.sizes import Sizes
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import EPOCH_START

SMALL = Sizes(every=20, kept_from=0, slice=0.001, look=0.01, look_at_all=1)
NAMES = ("one", "two", "three")


@asynccontextmanager
async def opened(recording: Recording, sizes: Sizes = SMALL, **more: object) -> AsyncIterator[Reel]:
    """The recording, read to its end."""
    reel = await Reel.open(recording.folder, sizes=sizes, **more)  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(20):
            await reel.complete()
        yield reel
    finally:
        await reel.aclose()


def speak(recording: Recording, count: int, *, since: float = 10, seed: int = 1) -> None:
    """Sessions that stream, work and end turns, in a mixed way."""
    chance = random.Random(seed)
    for step in range(count):
        name = chance.choice(NAMES)
        since += chance.choice((0, 0.5, 1, -0.2))
        call = f"call-{step // 9}"
        told: tuple[events.Event, ...] = (
            events.AgentSaid(text=f"{step} "),
            events.AgentSaid(text=f"{step} "),
            events.ToolOutput(call=call, text="out"),
            events.ToolStarted(call=call, title="pytest"),
            events.ToolEnded(call=call, output="all good"),
            events.TurnStarted(turn=step),
            events.CommitSeen(sha=f"{step:040}"),
            ScreenChanged(columns=20, rows=3, lines={step % 3: f"line {step}"}),
        )
        recording.tell(name, since, chance.choice(told))


async def all_moments_are_right(reel: Reel) -> list[Record]:
    """Every board is the fold of what was told up to it; all ways to a moment agree."""
    records = list(await reel.records(0, reel.last.index + 9))
    assert len(records) == reel.last.index
    board, newest, time = Board(), dict[str, int](), EPOCH_START
    times = list(accumulate((record.ts for record in records), max))
    chance = random.Random(3)
    asked = set(chance.sample(range(len(records) + 1), 25)) | {0, len(records)}
    for count in range(len(records) + 1):
        if count:
            record = records[count - 1]
            board = fold_all(board, (record,))
            newest[record.session] = record.seq
            time = max(time, record.ts)
        if count in asked:
            still = await reel.still(count)
            assert (still.moment.index, still.board, still.seen) == (count, board, newest)
            assert count == 0 or still.moment.at == time
            assert list(await reel.records(count, count + 30)) == records[count : count + 30]
            if count:
                found = await reel.of_record(record.session, record.cursor)
                assert found == still.moment
                assert (await reel.at_time(time)).index == bisect_right(times, time)
    return records


async def equals_a_fresh_reading(recording: Recording, reel: Reel) -> None:
    async with opened(recording, Sizes()) as fresh:
        last = fresh.last.index
        assert reel.last == fresh.last
        assert list(await reel.records(0, last)) == list(await fresh.records(0, last))
        for index in (*range(0, last, 20), last):
            assert await reel.still(index) == await fresh.still(index)


async def until_read(reel: Reel, index: int) -> None:
    revision = reel.revision
    async with asyncio.timeout(20):
        while reel.last.index < index:
            revision = await reel.changed(revision)


def frames_of(recording: Recording) -> Path:
    return recording.folder.replay / "all.frames"


def cut(recording: Recording) -> None:
    path = recording.path("two")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
