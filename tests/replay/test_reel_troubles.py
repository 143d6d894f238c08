"""The reel where journals change, frames are spoiled, disks are full and processes die."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.replay.journals import Recording, at
from tests.replay.reels import (
    NAMES,
    SMALL,
    all_moments_are_right,
    cut,
    equals_a_fresh_reading,
    frames_of,
    opened,
    speak,
    until_read,
)
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.replay.replay_core import ReplayCore
from wuhu_tui.core.replay.sizes import Sizes
from wuhu_tui.core.replay.still import Still
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import events
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState


def replaced(recording: Recording) -> None:
    """The same folder, another recording."""
    path = recording.path("two")
    path.write_bytes(path.read_bytes().replace(b'"text":"', b'"text":"other '))


def gone(recording: Recording) -> None:
    recording.path("two").unlink()


def garbage(recording: Recording) -> None:
    frames_of(recording).write_bytes(b"\0" * 5000)


def flipped(recording: Recording) -> None:
    content = bytearray(frames_of(recording).read_bytes())
    content[len(content) // 2] ^= 0xFF
    frames_of(recording).write_bytes(content)


def torn(recording: Recording) -> None:
    frames_of(recording).write_bytes(frames_of(recording).read_bytes()[:-7])


def other_version(recording: Recording) -> None:
    content = frames_of(recording).read_bytes()
    frames_of(recording).write_bytes(content.replace(b"wuhu frames", b"wuhu framez", 1))


def folder(recording: Recording) -> None:
    frames_of(recording).unlink()
    frames_of(recording).mkdir()


def pipe(recording: Recording) -> None:
    frames_of(recording).unlink()
    os.mkfifo(frames_of(recording))


@pytest.mark.parametrize(
    "spoil", [replaced, cut, gone, garbage, flipped, torn, other_version, folder, pipe]
)
async def test_frames_that_are_wrong_are_thrown_away(
    recording: Recording, spoil: Callable[[Recording], None]
) -> None:
    async with opened(recording):
        pass
    spoil(recording)
    for _ in range(2):
        async with opened(recording) as reel:
            await equals_a_fresh_reading(recording, reel)
    whole = frames_of(recording)
    assert not whole.is_file() or whole.read_bytes().startswith(b"wuhu frames ")


async def test_frames_of_another_version_are_not_even_looked_at(recording: Recording) -> None:
    for spoil, known in ((None, 300), (other_version, 0)):
        async with opened(recording):
            pass
        if spoil:
            spoil(recording)
        reel = await Reel.open(recording.folder, sizes=SMALL)
        assert reel.last.index == known
        await reel.aclose()


async def test_frames_need_no_folder_that_can_be_written(recording: Recording) -> None:
    (recording.folder.replay).write_text("in the way")
    async with opened(recording) as reel:
        await all_moments_are_right(reel)


async def test_a_disk_that_fills_up_only_makes_it_slower(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = os.pwrite, 0

    def full(descriptor: int, data: bytes, offset: int) -> int:
        nonlocal written
        written += 1
        if 3 < written < 6:
            raise OSError(28, "No space left on device")
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    async with opened(recording) as reel:
        assert written > 6
        await all_moments_are_right(reel)


async def test_two_at_once_do_not_harm_each_other(recording: Recording) -> None:
    async with opened(recording) as first:
        async with opened(recording) as second:
            await equals_a_fresh_reading(recording, second)
            speak(recording, 60, since=500, seed=4)
            await until_read(first, 363)
            await until_read(second, 363)
            await all_moments_are_right(second)
        await all_moments_are_right(first)
    async with opened(recording) as third:
        await equals_a_fresh_reading(recording, third)


async def test_what_was_written_late_finds_its_place(tmp_path: Path) -> None:
    """A session that had told all it had tells something older than what others told since."""
    recording = Recording(tmp_path)
    for count, name in enumerate((*NAMES, "slow")):
        recording.born(name, count)
    speak(recording, 200)
    async with opened(recording) as reel:
        end = reel.last.index
        recording.tell("slow", 60, events.CommitSeen(sha="late"))
        await until_read(reel, end + 1)
        await equals_a_fresh_reading(recording, reel)
    recording.tell("slow", 61, events.CommitSeen(sha="later"))
    async with opened(recording) as reel:
        await equals_a_fresh_reading(recording, reel)


async def test_what_is_written_much_too_late_is_told_where_it_was_read(tmp_path: Path) -> None:
    """Not between older frames: these know nothing of it, and a moment would be told twice."""
    recording = Recording(tmp_path)
    for count, name in enumerate((*NAMES, "slow")):
        recording.born(name, count)
    speak(recording, 200)
    async with opened(recording, replace(SMALL, late=1)) as reel:
        end = reel.last.index
        recording.tell("slow", 15, events.CommitSeen(sha="late"))
        await until_read(reel, end + 1)
        told = await all_moments_are_right(reel)
    assert end - 40 <= [record.session for record in told].index("slow")


async def test_a_live_project_goes_on(recording: Recording) -> None:
    async with opened(recording) as reel:
        end = reel.last.index
        recording.tell("one", 400, events.TurnStarted(turn=9))
        await until_read(reel, end + 1)
        assert reel.turns()[-1][0] == reel.last
        recording.born("four", 401)
        recording.tell("four", 402, events.RunnerStarted(pid=1))
        speak(recording, 90, since=500, seed=5)
        await until_read(reel, end + 93)
        recording.tell("two", 450, events.CommitSeen(sha="late"))
        await until_read(reel, end + 94)
        await all_moments_are_right(reel)
        await equals_a_fresh_reading(recording, reel)


async def test_a_clock_that_turns_out_to_be_off(tmp_path: Path) -> None:
    """The project's journal proves it when it first speaks of what the session had told."""
    recording = Recording(tmp_path)
    recording.born("one", 0)
    recording.tell("one", 1, events.Noted(text="on time"))
    recording.born("ahead", 2)
    recording.tell("ahead", 3602, events.RunnerStarted(pid=1))
    speak(recording, 100)
    async with opened(recording) as reel:
        end = reel.last.index
        assert reel.last.at == at(3602)
        moved = SessionMoved(
            session="ahead",
            before=SessionState.IDLE,
            after=SessionState.WORKING,
            cause="",
            after_record=Cursor(epoch=1, seq=1),
        )
        recording.tell("", 3, moved)
        await until_read(reel, end + 1)
        await equals_a_fresh_reading(recording, reel)
        assert reel.last.at < at(3602)


async def test_a_clock_is_not_judged_before_it_told_anything(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.born("behind", 100)
    recording.write("behind", [])
    recording.tell("", 101, events.Noted(text="it begins"))
    async with opened(recording) as reel:
        recording.tell("behind", 5, events.RunnerStarted(pid=1))
        recording.tell("behind", 50, events.TurnStarted(turn=1))
        recording.tell("", 102, events.Noted(text="it began"))
        await until_read(reel, 6)
        await equals_a_fresh_reading(recording, reel)


async def test_a_journal_that_is_replaced_while_it_is_watched(recording: Recording) -> None:
    async with opened(recording) as reel:
        revision = reel.revision
        cut(recording)
        async with asyncio.timeout(20):
            await reel.changed(revision)
            await reel.complete()
        await equals_a_fresh_reading(recording, reel)


async def test_a_process_of_its_own_reads_what_is_long(recording: Recording) -> None:
    sizes = Sizes(every=20, kept_from=0, here=1000)
    async with opened(recording, sizes) as reel:
        await all_moments_are_right(reel)
        await equals_a_fresh_reading(recording, reel)


@pytest.mark.parametrize(
    "code", ["", "import os,sys; os.write(int(sys.argv[4]), b'reel' * 99); os.kill(os.getpid(), 9)"]
)
async def test_a_process_that_fails_is_done_without(
    recording: Recording, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """It cannot be begun, or is killed in the middle of a block."""
    real, begun = asyncio.create_subprocess_exec, 0

    async def failing(*command: str, **more: Any) -> asyncio.subprocess.Process:
        nonlocal begun
        begun += 1
        if not code:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return await real(command[0], "-S", "-c", code, *command[3:], **more)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", failing)
    async with opened(recording, Sizes(every=20, kept_from=0, here=1000)) as reel:
        assert begun
        await all_moments_are_right(reel)


async def test_nothing_but_memory_may_be_left(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disks that have room for a header, but for no frame."""
    real = os.pwrite

    def full(descriptor: int, data: bytes, offset: int) -> int:
        place = Path(f"/proc/self/fd/{descriptor}").readlink()
        if len(data) > 100 and "memfd:" not in str(place):
            raise OSError(28, "No space left on device")
        return real(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", full)
    async with opened(recording) as reel:
        await all_moments_are_right(reel)


async def test_whoever_waits_is_told_that_nothing_more_is_read(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("wuhu_tui.core.replay.background.read_tail", broken)
    reel = await Reel.open(recording.folder, sizes=SMALL)
    async with asyncio.timeout(20):
        for wait in (reel.complete(), reel.of_record("one", Cursor(epoch=9, seq=1))):
            with pytest.raises(JournalError, match="not read on: MemoryError"):
                await wait
    await reel.aclose()


async def test_an_opening_that_fails_leaves_nothing_behind(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(reel: Reel, index: int) -> Still:
        raise JournalError("cannot be read", where=str(index))

    monkeypatch.setattr(Reel, "still", broken)
    tasks, before = asyncio.all_tasks(), open_files()
    with pytest.raises(JournalError, match="cannot be read"):
        await ReplayCore.open(recording.folder.root)
    assert asyncio.all_tasks() == tasks
    assert open_files() == before


def open_files() -> set[str]:
    return {str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}


async def test_a_closed_reel_lets_nobody_wait(recording: Recording) -> None:
    async with opened(recording) as reel:
        waiting = asyncio.create_task(reel.changed(10**9))
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        with pytest.raises(JournalError, match="closed"):
            await waiting
    await reel.aclose()


async def test_a_project_that_begins_while_it_is_watched(tmp_path: Path) -> None:
    reel = await Reel.open(ProjectFolder(tmp_path), sizes=SMALL)
    async with asyncio.timeout(20):
        await reel.complete()
    recording = Recording(tmp_path)
    await until_read(reel, 1)
    assert reel.first.at == (await reel.still(0)).moment.at == at(0)
    recording.tell("", 1, events.Noted(text="on it goes"))
    await until_read(reel, 2)
    await reel.aclose()
