"""Replay against the length of the recording: opening, seeking and scrubbing must stay flat.

The floor is reading one megabyte of a journal. `WUHU_BENCH_RECORDS=5000000` adds a longer recording.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from pathlib import Path
from statistics import median

import psutil

from bench.measuring import table
from bench.recording import SESSIONS, write_recording
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.replay.replay_core import ReplayCore
from wuhu_tui.journal.layout import ProjectFolder

RECORDS = (10_000, 100_000, 1_000_000)
SEEKS = 60
STEPS = 200
_MEGABYTE = 1 << 20


def measure(folder: Path) -> None:
    """Print what a moment costs in recordings of several lengths."""
    more = int(os.environ.get("WUHU_BENCH_RECORDS", "0"))
    lengths = (*RECORDS, more) if more else RECORDS
    rows = [asyncio.run(_row(folder / str(count), count)) for count in lengths]
    table(
        f"replay of {SESSIONS} sessions, load {os.getloadavg()[0]:.1f}; ms, and times reading 1 MB",
        (
            "records",
            "MB",
            "open cold",
            "all read s",
            "µs/record",
            "frames MB",
            "open warm",
            "seek",
            "seek p95",
            "scrub on",
            "scrub back",
            "transcript",
            f"seek, {SESSIONS} panes",
            "memory MB",
        ),
        rows,
    )


async def _row(root: Path, count: int) -> tuple[str, ...]:
    folder = write_recording(root, count)
    size = sum(path.stat().st_size for path in folder.path.rglob("*.jsonl"))
    floor = _floor(folder)
    begun = time.perf_counter()
    reel = await Reel.open(folder)
    await reel.still(reel.last.index)
    cold = time.perf_counter() - begun
    await reel.complete()
    whole = time.perf_counter() - begun
    told = reel.last.index
    await reel.aclose()
    begun = time.perf_counter()
    reel = await Reel.open(folder)
    await reel.still(reel.last.index)
    warm = time.perf_counter() - begun
    await reel.complete()
    chance = random.Random(1)
    seeks = [await _seek(reel, chance.randrange(told)) for _ in range(SEEKS)]
    middle = told // 2
    onward = [await _seek(reel, middle + step * 7) for step in range(STEPS)]
    back = [await _seek(reel, middle - step * 7) for step in range(STEPS)]
    transcript = await _transcript(reel, middle)
    await reel.aclose()
    panes = await _with_panes(root, chance)
    memory = psutil.Process().memory_info().rss / _MEGABYTE
    frames = sum(path.stat().st_size for path in folder.replay.glob("*"))
    shutil.rmtree(root)

    def shown(seconds: float) -> str:
        return f"{seconds * 1000:.1f} ({seconds / floor:.0f}×)"

    return (
        f"{told:,}",
        f"{size / _MEGABYTE:.0f}",
        shown(cold),
        f"{whole:.1f}",
        f"{whole / told * 1e6:.1f}",
        f"{frames / _MEGABYTE:.1f}",
        shown(warm),
        shown(median(seeks)),
        shown(sorted(seeks)[len(seeks) * 95 // 100]),
        shown(median(onward)),
        shown(median(back)),
        shown(transcript),
        shown(panes),
        f"{memory:.0f}",
    )


def _floor(folder: ProjectFolder) -> float:
    """The least time in which a megabyte of a journal was read."""
    path = max(folder.path.rglob("*.jsonl"), key=lambda path: path.stat().st_size)
    times = []
    with path.open("rb", buffering=0) as file:
        for _ in range(20):
            begun = time.perf_counter()
            read = 0
            while read < _MEGABYTE:
                file.seek(0)
                read += len(file.read(_MEGABYTE - read))
            times.append(time.perf_counter() - begun)
    return min(times)


async def _seek(reel: Reel, index: int) -> float:
    begun = time.perf_counter()
    still = await reel.still(index)
    assert still.moment.index == index
    return time.perf_counter() - begun


async def _transcript(reel: Reel, index: int) -> float:
    still = await reel.still(index)
    times = []
    for name in still.board.sessions:
        begun = time.perf_counter()
        await reel.transcript(name, still)
        times.append(time.perf_counter() - begun)
    return median(times)


async def _with_panes(root: Path, chance: random.Random) -> float:
    """Going anywhere while every session is looked at, until all of them are shown as they were."""
    core = await ReplayCore.open(root)
    await core.idle()
    times = []
    for _ in range(SEEKS):
        for name in core.board.sessions:
            core.transcript(name)
        begun = time.perf_counter()
        await core.seek(chance.randrange(core.last.index))
        times.append(time.perf_counter() - begun)
    await core.aclose()
    return median(times)
