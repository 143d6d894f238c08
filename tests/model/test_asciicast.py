"""Asciicasts as the format's pages have them, in both versions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from wuhu_tui.model.asciicast import (
    CastCode,
    CastEvent,
    CastHeader,
    CastTheme,
    CastWriter,
    marker,
)

HEADER = CastHeader(
    columns=80,
    rows=24,
    began=datetime(2026, 1, 1, tzinfo=UTC),
    title="wuhu · shop",
    theme=CastTheme(fg="#d0d0d0", bg="#212121", palette=("#000000",) * 8),
)
EVENTS = (
    CastEvent(at=0.25, code=CastCode.OUTPUT, data="\x1b[1mhello"),
    marker(1.0, "asks\n\x1b]0;owned\x07you"),
    CastEvent(at=0.9, code=CastCode.OUTPUT, data="late"),
    CastEvent(at=3.5004, code=CastCode.OUTPUT, data="é"),
    CastEvent(at=3.5, code=CastCode.EXIT, data="0"),
)


def cast_lines(header: CastHeader, events: Iterable[CastEvent], version: int) -> list[bytes]:
    writer = CastWriter(header, version=version)
    return [writer.header(), *filter(None, map(writer.line, events))]


def told(version: int) -> tuple[dict[str, object], list[list[object]]]:
    first, *rest = b"".join(cast_lines(HEADER, EVENTS, version)).decode().splitlines()
    return json.loads(first), [json.loads(line) for line in rest]


def test_version_3_counts_from_the_event_before() -> None:
    header, events = told(3)
    assert header == {
        "version": 3,
        "term": {
            "cols": 80,
            "rows": 24,
            "type": "xterm-256color",
            "theme": {"fg": "#d0d0d0", "bg": "#212121", "palette": ":".join(("#000000",) * 8)},
        },
        "timestamp": 1767225600,
        "title": "wuhu · shop",
    }
    assert events == [
        [0.25, "o", "\x1b[1mhello"],
        [0.75, "m", "asks you"],
        [0.0, "o", "late"],
        [2.5, "o", "é"],
        [0.0, "x", "0"],
    ]


def test_version_2_counts_from_the_beginning_and_knows_no_exit() -> None:
    header, events = told(2)
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    assert header["env"] == {"TERM": "xterm-256color"}
    assert header["theme"]
    assert [event[0] for event in events] == [0.25, 1.0, 1.0, 3.5]
    assert [event[1] for event in events] == ["o", "m", "o", "o"]


@pytest.mark.parametrize("version", [2, 3])
def test_times_add_up_however_many_events_there_are(version: int) -> None:
    """Rounding each interval by itself would let a long recording drift."""
    events = [CastEvent(at=n / 3, code=CastCode.OUTPUT, data="") for n in range(1, 3001)]
    lines = cast_lines(CastHeader(columns=1, rows=1), events, version)[1:]
    times = [json.loads(line)[0] for line in lines]
    total = times[-1] if version == 2 else sum(times)
    assert total == pytest.approx(1000, abs=0.01)
