"""The reel: a recording opened, and any moment of it."""

from __future__ import annotations

import asyncio
import os
import random
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.replay.journals import Recording, at
from wuhu_tui.core.replay import storage
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.core.replay.sizes import Sizes
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import JournalError, NotFound
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.marks import MarkKind
from wuhu_tui.model.messages import Boundary, Lane, Message
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import Transcript
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


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Three sessions and some three hundred records."""
    made = Recording(tmp_path)
    for count, name in enumerate(NAMES):
        made.born(name, count)
    speak(made, 300)
    return made


async def test_a_recording_is_told_in_one_order(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.born("one", 1)
    recording.tell("one", 2, events.RunnerStarted(pid=1))
    recording.tell("one", 4, events.TurnStarted(turn=1))
    recording.tell("", 3, events.Noted(text="between"))
    async with opened(recording, Sizes()) as reel:
        records = await reel.records(0, 99)
        told = [(record.session, record.seq) for record in records]
        assert told == [("", 1), ("", 2), ("one", 1), ("", 3), ("one", 2)]
        still = await reel.still(4)
        assert still.board == fold_all(Board(), records[:4])
        assert still.seen == {"": 3, "one": 1}
        assert (reel.first.at, reel.last.index, reel.last.at, reel.read) == (at(0), 5, at(4), 1.0)
        assert [(moment.index, name) for moment, name in reel.turns()] == [(5, "one")]
        assert not (recording.folder.replay).exists()


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


async def test_every_moment_is_the_fold_of_what_was_told(recording: Recording) -> None:
    async with opened(recording) as reel:
        records = await all_moments_are_right(reel)
        with pytest.raises(NotFound):
            await reel.of_record("one", Cursor(epoch=7, seq=3))
        with pytest.raises(NotFound):
            await reel.of_record("nobody", Cursor(epoch=1, seq=1))
        assert (await reel.still(10**9)).moment == reel.last
        assert (await reel.at_time(at(-5))).index == 0
        assert len(reel.turns()) == sum(isinstance(r.event, events.TurnStarted) for r in records)


async def test_a_record_is_waited_for_while_it_is_not_read_yet(recording: Recording) -> None:
    reel = await Reel.open(recording.folder)
    try:
        async with asyncio.timeout(20):
            assert (await reel.of_record("one", Cursor(epoch=1, seq=40))).index > 40
            with pytest.raises(NotFound):
                await reel.of_record("one", Cursor(epoch=1, seq=4000))
    finally:
        await reel.aclose()


async def test_frames_are_there_again_at_the_next_opening(recording: Recording) -> None:
    async with opened(recording) as reel:
        density, turns = list(reel.density(10)), list(reel.turns())
        boards = [(await reel.still(index)).board for index in range(0, 300, 37)]
    again = await Reel.open(recording.folder, sizes=SMALL)
    assert again.last.index == reel.last.index - reel.last.index % 20
    async with opened(recording) as reel:
        assert list(reel.turns()) == turns
        assert list(reel.density(10)) == density
        assert [(await reel.still(index)).board for index in range(0, 300, 37)] == boards
        await all_moments_are_right(reel)
    await again.aclose()


async def test_frames_go_on_where_journals_grew(recording: Recording) -> None:
    async with opened(recording):
        pass
    recording.born("four", 400)
    recording.tell("four", 401, events.RunnerStarted(pid=1))
    speak(recording, 100, since=500, seed=2)
    kept = await Reel.open(recording.folder, sizes=SMALL)
    assert kept.last.index >= 280
    await kept.aclose()
    async with opened(recording) as reel:
        await all_moments_are_right(reel)
        await equals_a_fresh_reading(recording, reel)


async def equals_a_fresh_reading(recording: Recording, reel: Reel) -> None:
    async with opened(recording, Sizes()) as fresh:
        last = fresh.last.index
        assert reel.last == fresh.last
        assert list(await reel.records(0, last)) == list(await fresh.records(0, last))
        for index in (*range(0, last, 20), last):
            assert await reel.still(index) == await fresh.still(index)


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


def frames_of(recording: Recording) -> Path:
    return recording.folder.replay / "all.frames"


def replaced(recording: Recording) -> None:
    """The same folder, another recording."""
    path = recording.path("two")
    path.write_bytes(path.read_bytes().replace(b'"text":"', b'"text":"other '))


def cut(recording: Recording) -> None:
    path = recording.path("two")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


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


async def until_read(reel: Reel, index: int) -> None:
    revision = reel.revision
    async with asyncio.timeout(20):
        while reel.last.index < index:
            revision = await reel.changed(revision)


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


async def test_a_newer_journal_is_refused_with_a_clear_word(recording: Recording) -> None:
    path = recording.path("")
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":99', 1))
    with pytest.raises(JournalError, match="format 99"):
        await Reel.open(recording.folder)


async def test_a_folder_without_journals_is_an_empty_recording(tmp_path: Path) -> None:
    reel = await Reel.open(ProjectFolder(tmp_path))
    async with asyncio.timeout(20):
        await reel.complete()
    assert (reel.last.index, reel.read, list(reel.density(4))) == (0, 1.0, [0, 0, 0, 0])
    assert (await reel.still(5)).board == Board()
    assert reel.moment_in(2, 4) == reel.first
    await reel.aclose()


async def test_only_some_sessions_with_the_project(recording: Recording) -> None:
    async with opened(recording, sessions=["one"]) as reel:
        records = await reel.records(0, 999)
        assert {record.session for record in records} == {"", "one"}
    assert len(list(frames_of(recording).parent.glob("*.frames"))) == 1
    async with opened(recording, cache=recording.folder.root / "elsewhere"):
        assert (recording.folder.root / "elsewhere" / "all.frames").exists()


async def test_archived_sessions_are_told_as_they_were(recording: Recording) -> None:
    archived = SessionMoved(
        session="one",
        before=SessionState.MERGED,
        after=SessionState.ARCHIVED,
        cause="",
        after_record=Cursor(),
    )
    recording.tell("", 999, archived)
    async with opened(recording) as reel:
        then = await reel.still(reel.last.index - 1)
        now = await reel.still(reel.last.index)
        assert now.board.sessions["one"].state is SessionState.ARCHIVED
        assert now.board.sessions["one"].head == then.board.sessions["one"].head
        assert await reel.screen("one", then) is not None
        assert await reel.screen("one", now) is None


async def test_screens_are_exact(recording: Recording) -> None:
    async with opened(recording) as reel:
        records = await reel.records(0, 999)
        for index in (0, 50, 155, reel.last.index):
            screen: Screen | None = None
            for record in records[:index]:
                if record.session == "two" and isinstance(record.event, ScreenChanged):
                    screen = (screen or Screen()).changed(record.event)
            assert await reel.screen("two", await reel.still(index)) == screen


def whole(records: list[Record], session: str) -> Transcript:
    transcript = Transcript()
    for record in records:
        if record.session == session and not isinstance(record.event, ScreenChanged):
            transcript.apply(record)
    return transcript


async def test_a_transcript_is_the_end_of_the_whole_one(recording: Recording) -> None:
    async with opened(recording) as reel:
        records = list(await reel.records(0, 999))
        for index in (20, 150, reel.last.index):
            still = await reel.still(index)
            everything = whole(records[:index], "one").items
            found = (await reel.transcript("one", still)).items
            assert found == everything
            few = (await reel.transcript("one", still, items=3)).items
            assert len(few) <= len(everything)
            assert few[-2:] == everything[-2:]
        assert not (await reel.transcript("nobody", still)).items


async def test_a_transcript_knows_what_began_before_it(tmp_path: Path) -> None:
    recording = Recording(tmp_path)
    recording.born("one", 0)
    message = Message(
        id="m", lane=Lane.STEER, text="faster", by="lead", sequence=1, queued_at=at(0)
    )
    question = Question(id="q", kind=QuestionKind.CHOICE, text="really?", asked_at=at(0))
    recording.tell("one", 1, events.ToolStarted(call="long", title="make all"))
    recording.tell("one", 2, events.MessageQueued(message=message))
    recording.tell("one", 3, events.QuestionAsked(question=question))
    for count in range(60):
        recording.tell("one", 4 + count, events.CommitSeen(sha=f"{count}"))
    recording.tell("one", 70, events.AgentSaid(text="the rest of it"))
    recording.tell("one", 71, events.MessageLanded(id="m", boundary=Boundary.TOOL_END))
    recording.tell("one", 72, events.ToolEnded(call="long", output="done"))
    answer = Answer(question="q", by="lead", at=at(73), text="yes")
    recording.tell("one", 73, events.QuestionAnswered(answer=answer))
    async with opened(recording) as reel:
        transcript = await reel.transcript("one", await reel.still(reel.last.index), items=2)
    told = [(item.kind.value, item.title, item.text, item.state.value) for item in transcript.items]
    assert ("tool", "make all", "done", "ok") in told
    assert ("message", "tool_end", "faster", "plain") in told
    assert ("answer", "lead", "yes", "plain") in told


async def test_marks_and_the_axis(recording: Recording) -> None:
    question = Question(id="q", kind=QuestionKind.CHOICE, text="which\nhash?", asked_at=at(0))
    recording.tell("one", 2000, events.QuestionAsked(question=question))
    recording.tell("one", 2000 + 86_400, events.AgentExited(code=3))
    async with opened(recording) as reel:
        marks = reel.marks()
        told = [(mark.kind, mark.session, mark.text) for mark in marks]
        assert told == [
            (MarkKind.QUESTION, "one", "which hash?"),
            (MarkKind.FAULT, "one", "the agent's process ended with code 3"),
        ]
        assert marks[-1].moment == reel.last
        assert reel.played(at(2000 + 50_000)) == reel.played(at(2000 + 86_400))
        assert reel.played(at(2000 + 10)) == reel.played(at(2000)) + 10
        counts = reel.density(8)
        assert sum(counts) == reel.last.index
        assert reel.column_of(reel.last, 8) == 7
        assert reel.column_of(reel.first, 8) == 0
        for column in (number for number in range(8) if counts[number]):
            moment = reel.moment_in(column, 8)
            assert reel.column_of(moment, 8) == column
            earlier = moment.at - timedelta(microseconds=1)
            assert reel.column_of(await reel.at_time(earlier), 8) <= column


def test_a_frame_s_file_depends_on_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    before = storage.fingerprint()
    storage.fingerprint.cache_clear()
    monkeypatch.setattr("msgspec.__version__", "another")
    assert storage.fingerprint() != before
    storage.fingerprint.cache_clear()
