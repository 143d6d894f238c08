"""Journals cut or flipped at any byte: still read, and repaired by the next writer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.conftest import Clock
from tests.model.strategies import SESSION_EVENT, SESSIONS
from wuhu_tui.journal.reader import JournalReader, read_from
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import Event, Noted
from wuhu_tui.model.fold import fold, fold_all
from wuhu_tui.model.records import Record

NAME = SESSIONS[0]
EVENTS = st.lists(SESSION_EVENT, min_size=1, max_size=8)


def _open(path: Path) -> JournalWriter:
    return JournalWriter.open(path, kind="session", name=NAME, clock=Clock())


def _write(path: Path, events: list[Event]) -> list[Record]:
    with _open(path) as writer:
        return [writer.append(event) for event in events]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage")


def _fresh(folder: Path) -> Path:
    path = folder / "events.jsonl"
    path.unlink(missing_ok=True)
    return path


@given(EVENTS)
def test_the_board_folded_live_is_the_board_folded_from_disk(
    folder: Path, events: list[Event]
) -> None:
    path = _fresh(folder)
    live = Board()
    reader = JournalReader(path, NAME)
    followed: list[Record] = []
    with _open(path) as writer:
        for event in events:
            live = fold(live, writer.append(event))
            writer.flush()
            followed += reader.read().records
    again = read_from(path, NAME).records
    assert followed == list(again)
    assert live == fold_all(Board(), again)
    assert live == fold_all(fold_all(Board(), again[:3]), again[3:])


@given(EVENTS, st.data())
def test_a_journal_cut_at_any_byte_is_readable_and_the_next_writer_repairs_it(
    folder: Path, events: list[Event], data: st.DataObject
) -> None:
    path = _fresh(folder)
    written = _write(path, events)
    content = path.read_bytes()
    cut = data.draw(st.integers(0, len(content)))
    path.write_bytes(content[:cut])
    kept = read_from(path, NAME)
    assert list(kept.records) == written[: len(kept.records)]
    assert len(kept.records) == max(0, content[:cut].count(b"\n") - 1)
    assert kept.problems == ()
    with _open(path) as writer:
        assert writer.cut == cut - (content[:cut].rfind(b"\n") + 1)
        writer.claim_epoch()
        last = writer.append(Noted(text="repaired"))
    again = read_from(path, NAME)
    assert again.records == (*kept.records, last)
    assert again.problems == ()


def test_every_byte_of_a_small_journal_can_be_the_last(folder: Path) -> None:
    path = _fresh(folder)
    written = _write(path, [Noted(text="ü"), Noted(text="b")])
    content = path.read_bytes()
    for cut in range(len(content) + 1):
        path.write_bytes(content[:cut])
        whole = max(0, content[:cut].count(b"\n") - 1)
        assert list(read_from(path, NAME).records) == written[:whole]
        with _open(path) as writer:
            assert writer.append(Noted(text="c")).seq == whole + 1
        assert len(read_from(path, NAME).records) == whole + 1


@given(EVENTS, st.data())
def test_flipped_bytes_never_stop_the_reader_nor_the_next_writer(
    folder: Path, events: list[Event], data: st.DataObject
) -> None:
    path = _fresh(folder)
    _write(path, events)
    content = bytearray(path.read_bytes())
    body = content.index(b"\n") + 1
    places = st.lists(st.integers(body, len(content) - 1), min_size=1, max_size=5)
    for place in data.draw(places):
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    page = read_from(path, NAME)
    whole = bytes(content[body : content.rfind(b"\n") + 1])
    assert len(page.records) + len(page.problems) == whole.count(b"\n")
    fold_all(Board(), page.records)
    with _open(path) as writer:
        last = writer.append(Noted(text="next"))
    assert read_from(path, NAME).records[-1] == last


def test_a_flip_of_any_single_byte_costs_one_line_at_most(folder: Path) -> None:
    path = _fresh(folder)
    _write(path, [Noted(text=text) for text in "abc"])
    content = path.read_bytes()
    for place in range(content.index(b"\n") + 1, len(content) - 1):
        flipped = bytearray(content)
        flipped[place] ^= 0x80
        path.write_bytes(flipped)
        page = read_from(path, NAME)
        newline = content[place : place + 1] == b"\n"
        assert len(page.records) == (1 if newline else 2)
        assert len(page.problems) == 1


@given(st.lists(st.lists(SESSION_EVENT, max_size=4), min_size=2, max_size=4), st.data())
def test_seq_rises_strictly_over_lives_that_end_badly(
    folder: Path, lives: list[list[Event]], data: st.DataObject
) -> None:
    path = _fresh(folder)
    for events in lives:
        with _open(path) as writer:
            writer.claim_epoch()
            for event in events:
                writer.append(event)
        with path.open("ab") as file:
            file.write(data.draw(st.binary(max_size=10)).replace(b"\n", b""))
    records = read_from(path, NAME).records
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    epochs = [record.epoch for record in records]
    assert epochs == sorted(epochs)
    assert len(records) == sum(map(len, lives))
