from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.conftest import Clock
from tests.model.strategies import SESSION_EVENT
from wuhu_tui.journal import appending
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.reader import read_from, read_header
from wuhu_tui.journal.writer import BUFFER_LIMIT, JournalWriter
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import AgentSaid, Event, Noted, RunnerStarted, UnknownEvent, UsageChanged
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.reports import Usage


def _open(path: Path, clock: Clock, name: str = "s") -> JournalWriter:
    return JournalWriter.open(path, kind="session", name=name, clock=clock)


def _texts(path: Path) -> list[str]:
    return [record.event.text for record in read_from(path, "s").records]


def test_a_new_journal_begins_with_its_header(path: Path, clock: Clock) -> None:
    with _open(path, clock) as writer:
        assert (writer.last, writer.cut) == (Cursor(), 0)
    header = read_header(path)
    assert (header.format, header.kind, header.name) == (1, "session", "s")
    assert header.created_at == clock.time
    assert path.read_bytes().count(b"\n") == 1


def test_a_decision_is_on_disk_when_append_returns(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    monkeypatch.setattr(appending, "_synchronise", lambda _: synced.append(path.read_bytes()))
    with _open(path, clock) as writer:
        record = writer.append(Noted(text="decided"))
        assert b'"decided"' in synced[-1]
        assert synced[-1].endswith(b"\n")
        assert (record.session, record.seq, record.ts) == ("s", 1, clock.time)


def test_streamed_events_are_batched_behind_a_first_one_written_at_once(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = _open(path, clock)
    synced: list[int] = []
    monkeypatch.setattr(appending, "_synchronise", synced.append)
    for text in "abc":
        writer.append(AgentSaid(text=text))
        clock.move(1)
    assert _texts(path) == ["a"]
    assert writer.pending
    writer.flush()
    assert _texts(path) == ["a", "b", "c"]
    clock.move(1000)
    writer.append(AgentSaid(text="d"))
    assert _texts(path) == ["a", "b", "c", "d"]
    assert synced == []


def test_a_decision_comes_behind_everything_streamed_before_it(path: Path, clock: Clock) -> None:
    writer = _open(path, clock)
    for text in "abc":
        writer.append(AgentSaid(text=text))
    writer.append(Noted(text="decided"))
    assert _texts(path) == ["a", "b", "c", "decided"]
    assert writer.last.seq == 4


def test_a_clock_that_falls_back_holds_nothing_back(path: Path, clock: Clock) -> None:
    writer = _open(path, clock)
    writer.append(AgentSaid(text="a"))
    clock.move(-3_600_000)
    writer.append(AgentSaid(text="b"))
    assert _texts(path) == ["a", "b"]


def test_waiting_output_is_bounded(path: Path, clock: Clock) -> None:
    writer = _open(path, clock)
    for _ in range(20):
        writer.append(AgentSaid(text="x" * 10_000))
    assert len(_texts(path)) >= 20 - BUFFER_LIMIT // 10_000


def test_close_writes_what_waits_and_twice_is_once(path: Path, clock: Clock) -> None:
    writer = _open(path, clock)
    for text in "abc":
        writer.append(AgentSaid(text=text))
    writer.close()
    writer.close()
    assert _texts(path) == ["a", "b", "c"]
    with pytest.raises(JournalError):
        writer.append(Noted(text="late"))


def test_seq_rises_over_epochs_and_the_next_life_goes_on(path: Path, clock: Clock) -> None:
    cursors = []
    for _ in range(3):
        with _open(path, clock) as writer:
            writer.claim_epoch()
            cursors += [writer.append(RunnerStarted(pid=1)).cursor for _ in range(2)]
    assert [cursor.seq for cursor in cursors] == [1, 2, 3, 4, 5, 6]
    assert [cursor.epoch for cursor in cursors] == [1, 1, 2, 2, 3, 3]
    assert [record.cursor for record in read_from(path, "s").records] == cursors


def test_a_writer_without_a_claim_goes_on_in_the_last_epoch(path: Path, clock: Clock) -> None:
    with _open(path, clock) as writer:
        assert writer.append(Noted(text="x")).epoch == 1
        writer.claim_epoch()
        assert writer.append(Noted(text="x")).epoch == 2
    with _open(path, clock) as writer:
        assert writer.last == Cursor(epoch=2, seq=2)
        assert writer.append(Noted(text="x")).cursor == Cursor(epoch=2, seq=3)


def test_a_torn_end_is_cut_and_told(path: Path, clock: Clock) -> None:
    with _open(path, clock) as writer:
        writer.append(Noted(text="whole"))
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"epoch":1,"seq":2,"ts":"20')
    with _open(path, clock) as writer:
        assert writer.cut == 27
        assert path.read_bytes() == whole
        assert writer.append(Noted(text="next")).seq == 2


def test_a_journal_of_another_name_or_kind_is_refused(path: Path, clock: Clock) -> None:
    _open(path, clock).close()
    for kind, name in (("session", "other"), ("project", "s")):
        with pytest.raises(JournalError) as caught:
            JournalWriter.open(path, kind=kind, name=name, clock=clock)
        assert "session s" in caught.value.message


def test_a_newer_journal_is_refused_and_left_as_it_is(path: Path, clock: Clock) -> None:
    content = b'{"format":2,"kind":"session","name":"s","created_at":"2026-01-01T00:00:00Z"}\nx'
    path.write_bytes(content)
    with pytest.raises(JournalError, match="format 2"):
        _open(path, clock)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"my only copy", b"\x7fELF" + b"\0" * 9000, b"{" * 5000])
def test_a_file_that_is_no_journal_is_never_cut(path: Path, clock: Clock, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(JournalError, match="not a journal"):
        _open(path, clock)
    assert path.read_bytes() == content


def test_a_journal_that_lost_its_header_is_written_on(path: Path, clock: Clock) -> None:
    with _open(path, clock) as writer:
        writer.append(Noted(text="a"))
    content = path.read_bytes()
    path.write_bytes(b"#" * 10 + content[10:])
    with _open(path, clock) as writer:
        assert writer.append(Noted(text="b")).seq == 2
    page = read_from(path, "s")
    assert [record.event.text for record in page.records] == ["a", "b"]
    assert [problem.offset for problem in page.problems] == [0]


def test_a_seq_is_not_used_again_for_a_record_that_became_unreadable(
    path: Path, clock: Clock
) -> None:
    with _open(path, clock) as writer:
        for text in "abc":
            writer.append(Noted(text=text))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + b"#" + lines[2] + b"#" + lines[3])
    with _open(path, clock) as writer:
        assert writer.append(Noted(text="d")).seq == 4


def test_several_processes_append_in_turn(path: Path, clock: Clock) -> None:
    first = JournalWriter.open(path, kind="project", name="p", clock=clock)
    second = JournalWriter.open(path, kind="project", name="p", clock=clock)
    for number, writer in enumerate((first, second, first, first, second), start=1):
        with FileLock(path.with_suffix(".lock")):
            assert writer.refresh() == 0
            assert writer.append(Noted(text="x")).seq == number
    assert [record.session for record in read_from(path, "").records] == [""] * 5


def test_an_older_life_that_still_writes_is_refused(path: Path, clock: Clock) -> None:
    older = _open(path, clock)
    older.claim_epoch()
    older.append(Noted(text="older"))
    newer = _open(path, clock)
    newer.claim_epoch()
    newer.append(Noted(text="newer"))
    for event in (Noted(text="x"), AgentSaid(text="y")):
        clock.move(1000)
        with pytest.raises(JournalError, match="somebody else"):
            older.append(event)
    assert newer.append(Noted(text="newest")).seq == 3
    assert _texts(path) == ["older", "newer", "newest"]


def test_a_removed_journal_is_not_written_into_the_void(path: Path, clock: Clock) -> None:
    writer = _open(path, clock)
    path.unlink()
    with pytest.raises(JournalError, match="removed"):
        writer.append(Noted(text="x"))


def test_a_folder_that_is_missing_is_a_clear_error(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(JournalError) as caught:
        _open(tmp_path / "nowhere" / "events.jsonl", clock)
    assert "nowhere" in caught.value.where


class Disk:
    """A disk that takes only so many more bytes, and may fail to sync."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: int | None = None
        self.syncs = True
        self.cuts = True
        self._write = os.write
        self._cut = os.ftruncate
        self._sync = os.fsync
        monkeypatch.setattr("wuhu_tui.journal.appending.os.write", self.write)
        monkeypatch.setattr("wuhu_tui.journal.appending.os.ftruncate", self.cut)
        monkeypatch.setattr(appending, "_synchronise", self.sync)

    def write(self, descriptor: int, data: Any) -> int:
        if self.room is None:
            return self._write(descriptor, data)
        if self.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._write(descriptor, bytes(data)[: self.room])
        self.room -= written
        return written

    def cut(self, descriptor: int, size: int) -> None:
        if not self.cuts:
            raise OSError(errno.EIO, "Input/output error")
        self._cut(descriptor, size)

    def sync(self, descriptor: int) -> None:
        if not self.syncs:
            raise OSError(errno.EIO, "Input/output error")
        self._sync(descriptor)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.mark.parametrize("cuts", [True, False])
@pytest.mark.parametrize("room", [0, 1, 40])
def test_a_full_disk_is_told_and_half_a_line_never_stays(
    path: Path, clock: Clock, disk: Disk, room: int, cuts: bool
) -> None:
    writer = _open(path, clock)
    writer.append(Noted(text="before"))
    before = path.read_bytes()
    disk.room, disk.cuts = room, cuts
    with pytest.raises(JournalError) as caught:
        writer.append(Noted(text="lost"))
    assert "No space left" in caught.value.message
    assert "space" in caught.value.remedy
    assert writer.last.seq == 1
    assert path.read_bytes().startswith(before)
    assert len(path.read_bytes()) == len(before) + (0 if cuts else room)
    disk.room, disk.cuts = None, True
    assert writer.append(Noted(text="after")).seq == 2
    page = read_from(path, "s")
    assert [record.event.text for record in page.records] == ["before", "after"]
    assert page.problems == ()


def test_nothing_is_written_behind_half_a_line_that_cannot_be_cut(
    path: Path, clock: Clock, disk: Disk
) -> None:
    writer = _open(path, clock)
    disk.room, disk.cuts = 10, False
    for _ in range(3):
        with pytest.raises(JournalError):
            writer.append(Noted(text="lost"))
        disk.room = None
    assert read_from(path, "s").records == ()
    disk.cuts = True
    with _open(path, clock) as again:
        assert again.cut == 10


def test_a_decision_that_may_not_be_on_disk_is_not_in_the_journal(
    path: Path, clock: Clock, disk: Disk
) -> None:
    writer = _open(path, clock)
    disk.syncs = False
    with pytest.raises(JournalError, match="Input/output"):
        writer.append(Noted(text="lost"))
    assert _texts(path) == []
    disk.syncs = True
    assert writer.append(Noted(text="after")).seq == 1


def test_streamed_output_survives_a_full_disk_in_order(
    path: Path, clock: Clock, disk: Disk
) -> None:
    writer = _open(path, clock)
    for text in "abc":
        writer.append(AgentSaid(text=text))
    disk.room = 5
    for _ in range(2):
        with pytest.raises(JournalError):
            writer.flush()
    with pytest.raises(JournalError):
        writer.append(Noted(text="lost"))
    disk.room = None
    writer.append(Noted(text="kept"))
    page = read_from(path, "s")
    assert [record.event.text for record in page.records] == ["a", "b", "c", "kept"]
    assert [record.seq for record in page.records] == [1, 2, 3, 4]


def test_an_event_that_could_not_be_read_back_is_refused(path: Path, clock: Clock) -> None:
    writer = _open(path, clock)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for event in (
        UsageChanged(usage=Usage(cost=float("nan"))),
        Noted(text=7),  # type: ignore[arg-type]
        UnknownEvent(type="x", body={"x": object()}),
        UnknownEvent(type="x", body={"x": deep}),
        UnknownEvent(type="noted", body={}),
    ):
        with pytest.raises(JournalError) as caught:
            writer.append(event)
        assert type(event).__name__ in caught.value.where
    assert writer.append(Noted(text="next")).seq == 1


def test_append_returns_the_record_as_it_will_be_read(path: Path, clock: Clock) -> None:
    writer = JournalWriter.open(
        path,
        kind="session",
        name="s",
        clock=clock,
        redact=lambda line: (line.replace(b"hunter2hunter2", b"*"), line.count(b"hunter2hunter2")),
    )
    record = writer.append(Noted(text="it is hunter2hunter2"))
    assert record.event == Noted(text="it is *")
    assert read_from(path, "s").records == (record,)
    assert writer.redacted == 1


def test_secrets_of_the_process_are_taken_out_even_if_nobody_asks(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "correct horse")
    with _open(path, clock) as writer:
        writer.append(Noted(text="it is correct horse"))
        assert writer.redacted == 1
    assert b"correct horse" not in path.read_bytes()


@given(st.lists(st.tuples(SESSION_EVENT, st.booleans()), max_size=15))
def test_whatever_is_appended_is_read_again_as_append_returned_it(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[Event, bool]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "events.jsonl"
    written: list[Record] = []
    writer = _open(path, Clock())
    for event, again in told:
        if again:
            writer.close()
            writer = _open(path, Clock())
            writer.claim_epoch()
        written.append(writer.append(event))
    writer.close()
    page = read_from(path, "s")
    assert list(page.records) == written
    assert page.problems == ()
    assert [record.seq for record in written] == list(range(1, len(written) + 1))
    assert all(json.loads(line) for line in path.read_bytes().splitlines())
