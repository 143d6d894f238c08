from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.strategies import START
from wuhu_tui.journal import index
from wuhu_tui.journal.index import index_path, load_index, seek
from wuhu_tui.journal.lines import (
    BadLine,
    decode_envelope,
    decode_line,
    encode_header,
    encode_record,
)
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Noted
from wuhu_tui.model.records import Header, Record

HEADER = encode_header(Header(format=1, kind="session", name="s", created_at=START))


def _line(seq: int, seconds: float, text: str = "x") -> bytes:
    moment = START + timedelta(seconds=seconds)
    return encode_record(Record(session="s", epoch=1, seq=seq, ts=moment, event=Noted(text=text)))


def _write(path: Path, count: int, first: int = 1) -> None:
    lines = b"".join(_line(seq, seq) for seq in range(first, first + count))
    with path.open("ab") as file:
        file.write((b"" if path.stat().st_size else HEADER) + lines)


@pytest.fixture
def path(path: Path) -> Path:
    path.touch()
    return path


def _scan(path: Path, seq: int | None, seconds: float | None) -> int:
    """The answer by reading everything."""
    offset = 0
    for line in path.read_bytes().splitlines(keepends=True):
        for record in _records(line):
            if seq is not None and record.seq >= seq:
                return offset
            if seconds is not None and record.ts >= START + timedelta(seconds=seconds):
                return offset
        if not line.endswith(b"\n"):
            return offset
        offset += len(line)
    return offset


def _records(line: bytes) -> list[Record]:
    try:
        return [decode_line(line, "s")] if line.endswith(b"\n") else []
    except BadLine:
        return []


def test_every_place_of_a_large_journal_is_found(path: Path) -> None:
    _write(path, 3500)
    for seq in (0, 1, 2, 999, 1000, 1001, 1002, 2000, 2001, 3499, 3500, 3501, 10**9):
        assert seek(path, seq) == _scan(path, seq, None)
        assert seek(path, START + timedelta(seconds=seq)) == _scan(path, None, seq)
    assert len(load_index(path).entries) == 4


def test_reading_from_a_place_begins_with_that_record(path: Path) -> None:
    _write(path, 2500)
    page = read_from(path, "s", seek(path, 1777))
    assert (page.records[0].seq, len(page.records)) == (1777, 2500 - 1777 + 1)


def test_seeking_reads_only_what_is_near(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(path, 10_000)
    seek(path, 1)
    read: list[bytes] = []

    def counting(line: bytes) -> object:
        read.append(line)
        return decode_envelope(line)

    monkeypatch.setattr(index, "decode_envelope", counting)
    seek(path, 5_500)
    assert len(read) <= 2 * index.EVERY
    read.clear()
    _write(path, 10, first=10_001)
    seek(path, 10_005)
    assert len(read) <= 2 * index.EVERY + 10


def test_the_index_grows_with_its_journal(path: Path) -> None:
    for first in range(1, 5000, 500):
        _write(path, 500, first)
        assert seek(path, first + 250) == _scan(path, first + 250, None)
    assert len(load_index(path).entries) == 5


def test_long_events_get_entries_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "EVERY_BYTES", 10_000)
    path.write_bytes(HEADER + b"".join(_line(seq, seq, "x" * 3000) for seq in range(1, 21)))
    assert len(load_index(path).entries) >= 5
    assert seek(path, 13) == _scan(path, 13, None)


@pytest.mark.parametrize("place", ["beginning", "head", "entries", "checksum", "short", "empty"])
def test_a_corrupt_index_is_rebuilt_and_never_trusted(path: Path, place: str) -> None:
    _write(path, 2500)
    expected = seek(path, 2222)
    kept = index_path(path)
    good = kept.read_bytes()
    bad = bytearray(good)
    if place in ("short", "empty"):
        bad = bad[: len(bad) // 2] if place == "short" else bytearray()
    else:
        offset = {"beginning": 0, "head": 15, "entries": len(bad) - 12, "checksum": len(bad) - 1}
        bad[offset[place]] ^= 1
    kept.write_bytes(bad)
    assert seek(path, 2222) == expected
    assert kept.read_bytes() == good


def test_an_index_of_another_journal_is_not_used(path: Path) -> None:
    _write(path, 2500)
    seek(path, 1)
    path.write_bytes(b"")
    _write(path, 1500, first=5001)
    assert seek(path, 6200) == _scan(path, 6200, None)
    path.write_bytes(path.read_bytes()[:5000])
    assert seek(path, 6200) == _scan(path, 6200, None)


def test_an_entry_within_a_line_is_found_out(path: Path) -> None:
    _write(path, 2500)
    seek(path, 1)
    content = path.read_bytes()
    middle = content.replace(_line(10, 10), _line(10, 10)[:-40] + b" " * 39 + b"\n")
    longer = middle.replace(_line(500, 500), b"\n" + _line(500, 500)[:-2] + b"\n")
    assert len(longer) == len(content)
    path.write_bytes(longer)
    assert seek(path, 2100) == _scan(path, 2100, None)


def test_a_place_that_cannot_hold_an_index_is_only_slower(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(path, 2500)

    def refuse(*_: object) -> None:
        raise JournalError("read only")

    monkeypatch.setattr(index, "write_atomic", refuse)
    assert seek(path, 2222) == _scan(path, 2222, None)
    assert not index_path(path).exists()


def test_a_missing_journal_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        seek(tmp_path / "nowhere.jsonl", 1)
    assert "nowhere" in caught.value.where


LINE = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(0, 40)).map(lambda at: _line(*at)),
    st.sampled_from((b"bad\n", b"\n", b"\xff\xff\n", HEADER)),
)


@given(st.lists(LINE, max_size=40), st.booleans(), st.integers(0, 45), st.integers(0, 40))
def test_the_index_gives_the_answers_of_a_scan(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], torn: bool, target: int, cut: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "events.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "EVERY", 3)
        path.write_bytes(HEADER + b"".join(lines[:cut]))
        seek(path, target)
        path.write_bytes(HEADER + b"".join(lines) + (b'{"epoch":1' if torn else b""))
        assert seek(path, target) == _scan(path, target, None)
        assert seek(path, START + timedelta(seconds=target)) == _scan(path, None, target)
        assert seek(path, target) == _scan(path, target, None)
