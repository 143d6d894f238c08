"""A few kinds of records out of a long journal, read from its end and never mistaken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.repositories import START
from wuhu_tui.core import journal_scan
from wuhu_tui.journal.lines import encode_record
from wuhu_tui.model import events
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Event
from wuhu_tui.model.records import Record


def test_a_long_journal_is_read_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    told = [
        Record(session="s", epoch=1, seq=seq, ts=START, event=events.CommitSeen(sha=f"{seq}"))
        for seq in range(1, 101)
    ]
    path.write_bytes(b"".join(map(encode_record, told)) + b'{"torn')
    whole = journal_scan.scan(path, "s", ["commit.seen"])
    assert (len(whole.records), whole.whole) == (100, True)
    part = journal_scan.scan(path, "s", ["commit.seen"], most=1000)
    assert part.records == whole.records[-len(part.records) :]
    assert (0 < len(part.records) < 20, part.whole) == (True, False)
    assert journal_scan.scan(path, "s", ["noted"]).records == ()
    assert journal_scan.scan(tmp_path / "none", "s", ["noted"]).records == ()
    with pytest.raises(JournalError):
        journal_scan.scan(tmp_path, "s", ["noted"])


def test_what_only_speaks_of_a_type_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_scan, "_BLOCK", 50)
    path = tmp_path / "events.jsonl"
    told: list[Event] = [
        events.AgentSaid(text='{"type":"commit.seen"}'),
        events.UnknownEvent(type="odd", body={"inner": {"type": "commit.seen"}}),  # type: ignore[list-item]
        events.CommitSeen(sha="1"),
    ]
    records = (
        Record(session="s", epoch=1, seq=seq, ts=START, event=event)
        for seq, event in enumerate(told, start=1)
    )
    foreign = (
        b'{"type": "commit.seen", "epoch": 1, "seq": 9, "ts": "2026-01-01T00:00:00Z", "sha": "2"}\n'
    )
    broken = b'{"type":"commit.seen"\n'
    path.write_bytes(b"".join(map(encode_record, records)) + broken + foreign)
    found = journal_scan.scan(path, "s", ["commit.seen"]).records
    assert [record.event.sha for record in found] == ["1", "2"]
