from __future__ import annotations

from pathlib import Path

import pytest

from tests.journal.conftest import Clock
from wuhu_tui.journal.reader import JournalReader, quarantine, read_from, read_header
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.records import Record


def _write(path: Path, *texts: str) -> None:
    with JournalWriter.open(path, kind="session", name="s", clock=Clock()) as writer:
        for text in texts:
            writer.append(Noted(text=text))


def _texts(records: tuple[Record, ...]) -> list[str]:
    return [record.event.text for record in records]


def test_a_journal_that_does_not_exist_is_empty(path: Path) -> None:
    page = read_from(path, "s")
    assert (page.records, page.offset, page.problems, page.restarted) == ((), 0, (), False)


def test_reading_on_gives_only_what_is_new(path: Path) -> None:
    _write(path, "a", "b")
    page = read_from(path, "s")
    assert _texts(page.records) == ["a", "b"]
    assert page.offset == path.stat().st_size
    _write(path, "c")
    again = read_from(path, "s", page.offset)
    assert _texts(again.records) == ["c"]
    assert read_from(path, "s", again.offset).records == ()


def test_an_incomplete_last_line_is_left_until_it_is_whole(path: Path) -> None:
    _write(path, "a", "b")
    content = path.read_bytes()
    reader = JournalReader(path, "s")
    for cut in (len(content) - 1, len(content) - 5):
        path.write_bytes(content[:cut])
        page = read_from(path, "s")
        assert _texts(page.records) == ["a"]
        assert page.problems == ()
    assert _texts(reader.read().records) == ["a"]
    path.write_bytes(content)
    page = reader.read()
    assert (_texts(page.records), page.restarted) == (["b"], False)


def test_a_bad_line_is_a_problem_with_its_place_and_stops_nobody(path: Path) -> None:
    _write(path, "a", "b", "c")
    lines = path.read_bytes().splitlines(keepends=True)
    bad = b'{"epoch":1,"seq":2,\xff\xfe\x00\n'
    path.write_bytes(b"".join([*lines[:2], bad, b"\n", lines[3]]))
    page = read_from(path, "s")
    assert _texts(page.records) == ["a", "c"]
    first, blank = page.problems
    assert (first.line, first.offset, first.session) == (bad[:-1], len(lines[0] + lines[1]), "s")
    assert first.reason
    assert blank.line == b""


def test_a_newer_journal_is_refused_everywhere(path: Path) -> None:
    path.write_bytes(
        b'{"format":7,"kind":"session","name":"s","created_at":"2026-01-01T00:00:00Z"}\n'
    )
    for read in (read_header, lambda path: read_from(path, "s")):
        with pytest.raises(JournalError) as caught:
            read(path)
        assert caught.value.where == str(path)
        assert "update" in caught.value.remedy


def test_a_header_that_is_missing_or_damaged_is_told(path: Path) -> None:
    with pytest.raises(JournalError, match="No such file"):
        read_header(path)
    path.write_bytes(b"{\n")
    with pytest.raises(JournalError, match="no journal header"):
        read_header(path)


def test_a_journal_that_lost_its_header_is_read_from_its_first_record(path: Path) -> None:
    _write(path, "a")
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])
    assert _texts(read_from(path, "s").records) == ["a"]


def test_a_folder_in_place_of_a_journal_is_a_clear_error(path: Path) -> None:
    path.mkdir()
    with pytest.raises(JournalError) as caught:
        read_from(path, "s")
    assert caught.value.where == str(path)


def test_pages_are_limited_but_never_cut_a_line(path: Path) -> None:
    texts = ["x" * 300, "y" * 3_000_000, "z", "", "w" * 50]
    _write(path, *texts)
    reader = JournalReader(path, "s")
    seen: list[str] = []
    pages = 0
    more = True
    while more:
        page = reader.read(100)
        seen += _texts(page.records)
        more = page.more
        pages += 1
        assert pages < 20
    assert seen == texts
    assert pages >= 3
    assert reader.offset == path.stat().st_size


def test_a_limit_is_kept_roughly(path: Path) -> None:
    _write(path, *["x" * 100] * 100)
    page = read_from(path, "s", limit=2000)
    assert 5 < len(page.records) < 20
    assert page.more
    rest = read_from(path, "s", page.offset)
    assert len(page.records) + len(rest.records) == 100


@pytest.mark.parametrize("change", ["cut", "replaced", "rewritten", "removed"])
def test_a_journal_changed_behind_a_reader_is_read_anew(path: Path, change: str) -> None:
    _write(path, *"abcdef")
    reader = JournalReader(path, "s")
    assert len(reader.read().records) == 6
    content = path.read_bytes()
    if change == "cut":
        path.write_bytes(content[:-20])
        expected = list("abcde")
    elif change == "replaced":
        path.rename(path.with_suffix(".old"))
        _write(path, *"uvwxyzuvwxyz")
        expected = list("uvwxyzuvwxyz")
    elif change == "rewritten":
        path.write_bytes(content.replace(b'"f"', b'"F"') + b"\n")
        expected = list("abcdeF")
    else:
        path.unlink()
        expected = []
    page = reader.read()
    assert page.restarted
    assert _texts(page.records) == expected
    assert not reader.read().restarted


def test_an_offset_alone_notices_a_cut_and_a_place_within_a_line(path: Path) -> None:
    _write(path, *"abc")
    size = path.stat().st_size
    for offset in (size + 1, size - 1):
        page = read_from(path, "s", offset)
        assert page.restarted
        assert _texts(page.records) == ["a", "b", "c"]


def test_bad_lines_are_kept_in_quarantine_as_they_are_and_once(path: Path) -> None:
    _write(path, "a")
    bad = [b"\xff\x00bad", b"{", b""]
    with path.open("ab") as file:
        file.write(b"\n".join(bad) + b"\n")
    problems = read_from(path, "s").problems
    assert [problem.line for problem in problems] == bad
    assert quarantine(path, problems) == 2
    assert quarantine(path, problems) == 0
    kept = path.parent / "events.quarantine"
    assert kept.read_bytes() == b"\xff\x00bad\n{\n"
    assert quarantine(path, ()) == 0


def test_a_quarantine_that_cannot_be_written_is_told(path: Path) -> None:
    path.with_suffix(".quarantine").mkdir()
    path.write_bytes(b"bad\n")
    with pytest.raises(JournalError, match="directory"):
        quarantine(path, read_from(path, "s").problems)
