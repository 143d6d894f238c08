from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from tests.journal.conftest import Clock
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import quarantine
from wuhu_tui.journal.tail import Batch, Tail
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import AgentSaid, Noted
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState

PATIENCE = 20.0
"""Seconds a test waits before it fails; the slow look below never comes that soon."""

NEVER = 3600.0


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    made = ProjectFolder(tmp_path)
    made.sessions.mkdir(parents=True)
    return made


def _project(folder: ProjectFolder, *texts: str) -> None:
    with JournalWriter.open(folder.journal, kind="project", name="p", clock=Clock()) as writer:
        for text in texts:
            writer.append(Noted(text=text))


def _session(folder: ProjectFolder, name: str, *texts: str) -> None:
    path = folder.session(name).journal
    path.parent.mkdir(exist_ok=True)
    with JournalWriter.open(path, kind="session", name=name, clock=Clock()) as writer:
        for text in texts:
            writer.append(Noted(text=text))


def _told(batch: list[Batch] | Batch) -> list[tuple[str, str]]:
    records = batch if isinstance(batch, Batch) else [record for one in batch for record in one]
    return [(record.session, getattr(record.event, "text", "")) for record in records]


def test_a_project_without_journals_is_empty(tmp_path: Path) -> None:
    batch = Tail(ProjectFolder(tmp_path / "nowhere")).read_now()
    assert batch.is_empty


def test_the_project_s_records_come_before_the_sessions(folder: ProjectFolder) -> None:
    _session(folder, "s1", "c")
    _session(folder, "s2", "d")
    _project(folder, "a", "b")
    tail = Tail(folder)
    assert _told(tail.read_now()) == [("", "a"), ("", "b"), ("s1", "c"), ("s2", "d")]
    assert tail.read_now().is_empty
    _session(folder, "s1", "e")
    _session(folder, "s3", "f")
    assert _told(tail.read_now()) == [("s1", "e"), ("s3", "f")]


def test_a_large_project_comes_in_pages_and_nothing_twice(folder: ProjectFolder) -> None:
    texts = [f"{number:040d}" for number in range(100)]
    _project(folder, *texts)
    _session(folder, "s1", *texts)
    tail = Tail(folder, page_limit=2000)
    batches = [tail.read_now()]
    while batches[-1].more:
        batches.append(tail.read_now())
    assert len(batches) > 5
    for name in ("", "s1"):
        assert [text for session, text in _told(batches) if session == name] == texts


def test_many_sessions_come_in_pages_too(folder: ProjectFolder) -> None:
    names = [f"s{number:02d}" for number in range(30)]
    for name in names:
        _session(folder, name, "x" * 100)
    tail = Tail(folder, page_limit=1000)
    batches = [tail.read_now()]
    while batches[-1].more:
        batches.append(tail.read_now())
    assert max(map(len, batches)) < 10
    assert [session for session, _ in _told(batches)] == names


def test_only_the_named_sessions_are_looked_at_unless_one_is_new(folder: ProjectFolder) -> None:
    for name in ("s1", "s2"):
        _session(folder, name, "old")
    tail = Tail(folder)
    tail.read_now()
    for name in ("s1", "s2"):
        _session(folder, name, "new")
    _project(folder, "a")
    assert _told(tail.read_now({"s2"})) == [("", "a"), ("s2", "new")]
    _session(folder, "s3", "born")
    assert _told(tail.read_now({"s3"})) == [("s1", "new"), ("s3", "born")]
    (folder.sessions / "stray").write_text("no folder")
    assert tail.read_now({"stray", "gone"}).is_empty


def test_a_replaced_journal_begins_everything_anew(folder: ProjectFolder) -> None:
    _project(folder, "a")
    _session(folder, "s1", "b", "c")
    tail = Tail(folder)
    before = fold_all(Board(), tail.read_now())
    folder.session("s1").journal.unlink()
    _session(folder, "s1", "d")
    batch = tail.read_now()
    assert batch.restarted
    assert _told(batch) == [("", "a"), ("s1", "d")]
    assert fold_all(Board(), batch) != before
    assert fold_all(Board(), batch) == fold_all(Board(), Tail(folder).read_now())
    assert tail.read_now().is_empty


def test_a_session_whose_folder_is_gone_is_forgotten(folder: ProjectFolder) -> None:
    _session(folder, "s1", "a")
    _session(folder, "s2", "b")
    tail = Tail(folder)
    tail.read_now()
    session = folder.session("s1")
    session.journal.unlink()
    session.path.rmdir()
    batch = tail.read_now()
    assert batch.restarted
    assert _told(batch) == [("s2", "b")]
    assert tail.read_now().is_empty


def test_bad_lines_are_told_once_and_can_be_kept(folder: ProjectFolder) -> None:
    _session(folder, "s1", "a")
    journal = folder.session("s1").journal
    with journal.open("ab") as file:
        file.write(b"bad \xff\n")
    tail = Tail(folder)
    batch = tail.read_now()
    assert [(problem.session, problem.line) for problem in batch.problems] == [("s1", b"bad \xff")]
    quarantine(journal, batch.problems)
    assert folder.session("s1").quarantine.read_bytes() == b"bad \xff\n"
    _session(folder, "s1", "b")
    assert tail.read_now().problems == []


def test_a_session_of_a_newer_version_stops_nobody_and_is_told_once(folder: ProjectFolder) -> None:
    _session(folder, "s1", "a")
    newer = folder.session("s2").journal
    newer.parent.mkdir()
    newer.write_bytes(
        b'{"format":9,"kind":"session","name":"s2","created_at":"2026-01-01T00:00:00Z"}\n'
    )
    tail = Tail(folder)
    batch = tail.read_now()
    assert _told(batch) == [("s1", "a")]
    assert [problem.session for problem in batch.problems] == ["s2"]
    assert "format 9" in batch.problems[0].reason
    assert tail.read_now().is_empty
    newer.unlink()
    _session(folder, "s2", "b")
    assert _told(tail.read_now()) == [("s2", "b")]


def test_a_project_of_a_newer_version_is_an_error(folder: ProjectFolder) -> None:
    folder.journal.write_bytes(
        b'{"format":9,"kind":"project","name":"p","created_at":"2026-01-01T00:00:00Z"}\n'
    )
    with pytest.raises(JournalError, match="format 9"):
        Tail(folder).read_now()


async def _until(batches: AsyncIterator[Batch], text: str) -> list[tuple[str, str]]:
    """Everything told up to that text."""
    told: list[tuple[str, str]] = []
    async with asyncio.timeout(PATIENCE):
        async for batch in batches:
            assert not batch.is_empty
            told += _told(batch)
            if any(text == said for _, said in told):
                return told
    raise AssertionError


WRITE = """
import sys
from pathlib import Path
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.events import Noted
kind, name = sys.argv[2:4]
path = Path(sys.argv[1])
for line in sys.stdin:
    path.parent.mkdir(exist_ok=True)
    writer = JournalWriter.open(path, kind=kind, name=name)
    writer.append(Noted(text=line.strip()))
    writer.close()
"""


@contextmanager
def _writer(path: Path, kind: str, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that appends what it is told, line by line."""
    command = [sys.executable, "-c", WRITE, str(path), kind, name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _say(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{text}\n")
    process.stdin.flush()


async def test_records_of_other_processes_arrive_by_notification(folder: ProjectFolder) -> None:
    _project(folder, "old")
    _session(folder, "s1", "older")
    session = folder.session("s1").journal
    tail = Tail(folder, slow_look=NEVER)
    with (
        _writer(session, "session", "s1") as one,
        _writer(folder.journal, "project", "p") as project,
    ):
        async with aclosing(tail.batches()) as batches:
            assert await _until(batches, "older") == [("", "old"), ("s1", "older")]
            for number in range(3):
                _say(one, f"session {number}")
                assert await _until(batches, f"session {number}") == [("s1", f"session {number}")]
                _say(project, f"project {number}")
                assert await _until(batches, f"project {number}") == [("", f"project {number}")]


async def test_a_new_session_s_journal_is_followed_too(folder: ProjectFolder) -> None:
    _project(folder, "old")
    tail = Tail(folder, slow_look=1.0)
    with _writer(folder.session("s9").journal, "session", "s9") as process:
        async with aclosing(tail.batches()) as batches:
            await _until(batches, "old")
            _say(process, "hello")
            assert await _until(batches, "hello") == [("s9", "hello")]


async def test_what_came_between_the_first_reading_and_the_watching_is_not_missed(
    folder: ProjectFolder,
) -> None:
    _project(folder, "old")
    tail = Tail(folder, slow_look=NEVER)
    assert _told(tail.read_now()) == [("", "old")]
    _project(folder, "between")
    async with aclosing(tail.batches()) as batches:
        assert await _until(batches, "between") == [("", "between")]


def _archive(folder: ProjectFolder, name: str, *, back: bool = False) -> None:
    states = (SessionState.STOPPED, SessionState.ARCHIVED)
    before, after = reversed(states) if back else states
    at = Cursor(epoch=1, seq=1)
    with JournalWriter.open(folder.journal, kind="project", name="p", clock=Clock()) as writer:
        writer.append(
            SessionMoved(session=name, before=before, after=after, cause="so", after_record=at)
        )
        writer.append(Noted(text=f"{name} {after.value}"))


async def test_archived_sessions_are_not_watched_until_they_are_brought_back(
    folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Watching ten thousand of them stops everything else for seconds."""
    watched: list[set[str]] = []
    real = watchfiles.awatch

    def awatch(*paths: Path, **how: Any) -> Any:
        assert how["recursive"] is False
        watched.append({path.name for path in paths})
        return real(*paths, **how)

    monkeypatch.setattr("watchfiles.awatch", awatch)
    _project(folder, "old")
    for name in ("a", "b"):
        _session(folder, name, "old")
    _archive(folder, "a")

    async def stands(*names: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while {"sessions", *names} not in watched:
                await asyncio.sleep(0.01)

    async with aclosing(Tail(folder, slow_look=NEVER).batches()) as batches:
        await _until(batches, "a archived")
        await stands("b")
        _session(folder, "b", "one")
        await _until(batches, "one")
        assert not any("a" in names for names in watched)
        _archive(folder, "a", back=True)
        await _until(batches, "a stopped")
        await stands("a", "b")
        _session(folder, "a", "anew")
        assert ("a", "anew") in await _until(batches, "anew")


async def test_without_notifications_the_slow_look_finds_everything(
    folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(24, "inotify watch limit reached")

    monkeypatch.setattr("watchfiles.awatch", refuse)
    _project(folder, "old")
    tail = Tail(folder, slow_look=0.05)
    async with aclosing(tail.batches()) as batches:
        await _until(batches, "old")
        _session(folder, "s1", "new")
        assert await _until(batches, "new") == [("s1", "new")]
    told = capsys.readouterr().err
    assert told.count("inotify watch limit reached") == 2
    assert "now and then" in told


async def test_a_project_that_is_made_later_is_followed(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    tail = Tail(folder, slow_look=0.05)
    async with aclosing(tail.batches()) as batches:
        waiting = asyncio.create_task(_until(batches, "born"))
        await asyncio.sleep(0)
        folder.sessions.mkdir(parents=True)
        _project(folder, "born")
        assert await waiting == [("", "born")]


async def test_ending_the_loop_ends_the_watching(folder: ProjectFolder) -> None:
    _project(folder, "old")
    before = asyncio.all_tasks()
    batches = Tail(folder, slow_look=NEVER).batches()
    await _until(batches, "old")
    assert asyncio.all_tasks() > before
    async with asyncio.timeout(PATIENCE):
        await batches.aclose()
    assert asyncio.all_tasks() == before


async def test_a_burst_comes_in_few_batches_soon(folder: ProjectFolder) -> None:
    _session(folder, "s1", "old")
    tail = Tail(folder, slow_look=NEVER)
    path = folder.session("s1").journal
    async with aclosing(tail.batches()) as batches:
        await _until(batches, "old")
        with JournalWriter.open(path, kind="session", name="s1") as writer:
            for number in range(500):
                writer.append(AgentSaid(text=str(number)))
            writer.append(Noted(text="end"))
        begun = time.monotonic()
        told = await _until(batches, "end")
    assert [text for _, text in told] == [*map(str, range(500)), "end"]
    assert time.monotonic() - begun < PATIENCE / 2


def test_an_archived_session_is_read_only_when_it_is_brought_back(folder: ProjectFolder) -> None:
    def moved(before: SessionState, after: SessionState) -> SessionMoved:
        at = Cursor(epoch=1, seq=1)
        return SessionMoved(session="a", before=before, after=after, cause="so", after_record=at)

    _session(folder, "a", "old")
    _session(folder, "b", "new")
    with JournalWriter.open(folder.journal, kind="project", name="p", clock=Clock()) as writer:
        writer.append(moved(SessionState.STOPPED, SessionState.ARCHIVED))
    tail = Tail(folder)
    assert [record.session for record in tail.read_now()] == ["", "b"]
    with JournalWriter.open(folder.journal, kind="project", name="p", clock=Clock()) as writer:
        writer.append(moved(SessionState.ARCHIVED, SessionState.STOPPED))
    assert [record.session for record in tail.read_now([])] == ["", "a"]
    with JournalWriter.open(folder.journal, kind="project", name="p", clock=Clock()) as writer:
        writer.append(moved(SessionState.STOPPED, SessionState.ARCHIVED))
    _session(folder, "a", "last words")
    assert [record.session for record in tail.read_now()] == ["", "a"]
