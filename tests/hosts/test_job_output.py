"""What a job prints, on its way to the disk: whole lines, bounded, and no trouble of the job's."""

from __future__ import annotations

from pathlib import Path

import pytest

from wuhu_tui.hosts import job_keeper
from wuhu_tui.hosts.job import RESULT_ROOM, end_of_output, result_of
from wuhu_tui.hosts.job_output import LINE_LIMIT, JobOutput
from wuhu_tui.journal.layout import JobFolder
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.jobs import JobOutcome, JobResult


@pytest.fixture
def folder(tmp_path: Path) -> JobFolder:
    made = JobFolder(tmp_path / "job")
    made.path.mkdir()
    return made


def output(folder: JobFolder, limit: int = 1 << 20) -> JobOutput:
    return JobOutput(folder, Redactor({"MY_TOKEN": "tell-nobody-this"}), file_limit=limit)


def test_lines_are_written_whole_and_the_rest_at_the_end(folder: JobFolder) -> None:
    out = output(folder)
    out.take(b"one\ntell-no")
    assert end_of_output(folder) == "one\n"
    assert out.holds
    out.take(b"body-this\nthree")
    assert end_of_output(folder) == "one\n[REDACTED]\n"
    out.close()
    assert end_of_output(folder) == "one\n[REDACTED]\nthree"
    assert not out.trouble


def test_a_line_without_end_is_written_in_pieces(folder: JobFolder) -> None:
    out = output(folder)
    out.take(b"x" * LINE_LIMIT)
    assert not out.holds
    assert len(end_of_output(folder)) == LINE_LIMIT
    out.close()


def test_only_the_newest_two_files_are_kept(folder: JobFolder) -> None:
    out = output(folder, limit=10)
    for number in range(10):
        out.take(b"line %d\n" % number)
    out.close()
    assert end_of_output(folder) == "line 6\nline 7\nline 8\nline 9\n"
    assert end_of_output(folder, 8) == "\nline 9\n"


def test_a_disk_that_refuses_is_told_and_stops_nothing(folder: JobFolder) -> None:
    folder.path.rmdir()
    out = output(folder)
    out.take(b"lost\n")
    assert "could not be written" in out.trouble
    folder.path.mkdir()
    out.take(b"kept\n")
    out.close()
    assert end_of_output(folder) == "kept\n"


def test_a_full_disk_takes_the_result_where_room_was_kept(
    folder: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise JournalError("no room")

    folder.room.write_bytes(b" " * RESULT_ROOM)
    monkeypatch.setattr(job_keeper, "write_atomic", full)
    result = JobResult(outcome=JobOutcome.ENDED, exit_code=3)
    job_keeper.write_result(folder, result, patience=-1)
    assert result_of(folder) == result
    assert not folder.room.exists()


def test_a_result_waits_for_room_on_the_disk(
    folder: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bytes] = []

    def write(path: Path, content: bytes) -> None:
        tries.append(content)
        if len(tries) < 3:
            raise JournalError("no room")
        path.write_bytes(content)

    monkeypatch.setattr(job_keeper, "write_atomic", write)
    monkeypatch.setattr(job_keeper, "_PAUSE", 0.001)
    result = JobResult(outcome=JobOutcome.ENDED, exit_code=0)
    job_keeper.write_result(folder, result)
    assert folder.result.exists()
    tries.clear()
    with pytest.raises(JournalError):
        job_keeper.write_result(folder, result, patience=-1)
