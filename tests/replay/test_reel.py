"""The reel: a recording opened, and any moment of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.replay.journals import Recording, at
from tests.replay.reels import (
    SMALL,
    all_moments_are_right,
    equals_a_fresh_reading,
    frames_of,
    opened,
    speak,
)
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


async def test_a_time_is_waited_for_while_it_is_not_read_yet(recording: Recording) -> None:
    reel = await Reel.open(recording.folder)
    try:
        async with asyncio.timeout(20):
            found = await reel.at_time(at(10**6))
            assert found.index > 40
            assert found == reel.last
    finally:
        await reel.aclose()


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
