from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.strategies import START, journals
from wuhu_tui.journal.lines import (
    BadLine,
    decode_envelope,
    decode_header,
    decode_line,
    encode_header,
    encode_record,
)
from wuhu_tui.model import events
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import FORMAT_VERSION, Header, Record

HEAD = b'{"epoch":1,"seq":2,"ts":"2026-01-01T00:00:00Z",'


def _record(event: object) -> Record:
    return Record(session="s", epoch=1, seq=17, ts=START, event=event)


def test_a_line_is_the_design_s() -> None:
    line = encode_record(_record(events.Noted(text="hi")))
    assert line == (
        b'{"epoch":1,"seq":17,"ts":"2026-01-01T00:00:00Z",'
        b'"type":"noted","text":"hi","level":"info"}\n'
    )


@given(journals("s") | journals(""))
def test_every_event_comes_back_as_it_was(records: list[Record]) -> None:
    for record in records:
        line = encode_record(record)
        assert line.endswith(b"}\n")
        assert b"\n" not in line[:-1]
        assert decode_line(line, record.session) == record
        envelope = decode_envelope(line)
        assert (envelope.epoch, envelope.seq, envelope.ts) == (record.epoch, record.seq, record.ts)


def test_an_unknown_type_is_kept_with_all_its_fields() -> None:
    line = HEAD + b'"type":"wave.started","wave":3,"roles":["impl",{"x":null}]}'
    record = decode_line(line, "s")
    expected = {"wave": 3, "roles": ["impl", {"x": None}]}
    assert record.event == events.UnknownEvent(type="wave.started", body=expected)
    assert json.loads(encode_record(record)) == json.loads(line)


def test_an_unknown_event_cannot_forge_what_every_line_carries() -> None:
    forged = events.UnknownEvent(type="x", body={"seq": 99, "epoch": 9, "ts": "", "type": "noted"})
    again = decode_line(encode_record(_record(forged)), "s")
    assert (again.seq, again.epoch, again.ts) == (17, 1, START)
    assert again.event == events.UnknownEvent(type="x", body={})


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    line = HEAD + b'"type":"noted","text":"hi","colour":"red"}'
    assert decode_line(line, "s").event == events.Noted(text="hi")


def test_text_that_no_utf8_can_hold_is_written_all_the_same() -> None:
    line = encode_record(_record(events.Noted(text="a\udce9b")))
    event = decode_line(line, "s").event
    assert (event.text[0], event.text[-1]) == ("a", "b")


def test_times_are_utc_in_the_line_and_in_memory() -> None:
    there = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    line = encode_record(Record(session="s", epoch=1, seq=1, ts=there, event=events.Noted(text="")))
    assert b'"2026-01-01T00:00:00Z"' in line
    assert decode_line(line, "s").ts.tzinfo is UTC
    foreign = line.replace(b"T00:00:00Z", b"T02:00:00+02:00")
    assert decode_line(foreign, "s").ts.tzinfo is UTC


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\0" * 40,
        b"[]",
        b"null",
        HEAD + b'"type":"noted"}',
        HEAD + b'"type":"noted","text":7}',
        HEAD + b'"type":"noted","text":"\xff"}',
        HEAD + b'"type":"x","text":"\xff"}',
        HEAD + b'"type":"x","text":"\\ud800"}',
        HEAD + b'"type":"x","a":1e999}',
        HEAD + b'"type":"x","a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        HEAD + b'"type":"noted","text":"torn',
        HEAD[:-1] + b"}",
        b'{"epoch":-1,"seq":2,"ts":"2026-01-01T00:00:00Z","type":"x"}',
        b'{"epoch":1,"seq":99999999999999999999,"ts":"2026-01-01T00:00:00Z","type":"x"}',
        b'{"epoch":1,"seq":2,"ts":"2026-01-01T00:00:00","type":"x"}',
    ],
)
def test_what_is_no_record_is_a_bad_line_that_says_why(line: bytes) -> None:
    with pytest.raises(BadLine) as caught:
        decode_line(line, "s")
    assert str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_a_bad_line(line: bytes) -> None:
    for candidate in (line, HEAD + line):
        try:
            record = decode_line(candidate, "s")
        except BadLine:
            continue
        assert record.session == "s"


def test_a_header_comes_back_and_a_newer_one_is_refused_with_a_remedy() -> None:
    header = Header(format=FORMAT_VERSION, kind="session", name="s", created_at=START)
    assert decode_header(encode_header(header)) == header
    newer = Header(format=FORMAT_VERSION + 1, kind="session", name="s", created_at=START)
    with pytest.raises(JournalError) as caught:
        decode_header(encode_header(newer), "/x/events.jsonl")
    assert caught.value.where == "/x/events.jsonl"
    assert "update wuhu" in caught.value.remedy
    assert f"format {FORMAT_VERSION + 1}" in caught.value.message
    with pytest.raises(BadLine):
        decode_header(HEAD + b'"type":"noted","text":"hi"}')


@pytest.mark.parametrize(
    "told",
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59"],
)
def test_no_time_is_so_early_or_late_that_another_zone_has_none(told: str) -> None:
    line = b'{"epoch":1,"seq":1,"ts":"%b","type":"turn.started","turn":1}\n' % told.encode()
    for moment in (decode_line(line, "a").ts, decode_envelope(line).ts):
        for hours in (-14, 14):
            moment.astimezone(timezone(timedelta(hours=hours)))
