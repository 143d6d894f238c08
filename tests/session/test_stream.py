"""Streamed output: nothing lost, order kept, few flushes."""

from __future__ import annotations

import asyncio

from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.events import AgentSaid, AgentThought, Event, ToolOutput, UsageChanged
from wuhu_tui.model.reports import Usage
from wuhu_tui.session.stream import MAX_PIECE, Stream


class Sheet:
    def __init__(self) -> None:
        self.flushes: list[list[Event]] = []
        self.written = asyncio.Event()

    def write(self, events: list[Event]) -> None:
        self.flushes.append(events)
        self.written.set()


async def test_the_first_piece_is_written_at_once() -> None:
    sheet = Sheet()
    Stream(sheet.write, interval=60).add(AgentSaid(text="a", message="m"))
    assert sheet.flushes == [[AgentSaid(text="a", message="m")]]


async def test_what_follows_is_one_piece_an_interval_later() -> None:
    sheet = Sheet()
    stream = Stream(sheet.write, interval=0.01)
    for letter in "abc":
        stream.add(AgentSaid(text=letter, message="m"))
    sheet.written.clear()
    async with asyncio.timeout(30):
        await sheet.written.wait()
    assert sheet.flushes[1:] == [[AgentSaid(text="bc", message="m")]]


async def test_a_flood_is_flushed_at_most_once_an_interval() -> None:
    sheet = Sheet()
    stream = Stream(sheet.write, interval=0.02)
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began < 0.2:
        stream.add(ToolOutput(call="t", text="x"))
        await asyncio.sleep(0)
    assert len(sheet.flushes) <= (loop.time() - began) / 0.02 + 1
    stream.drain()


async def test_different_streams_stay_apart_and_in_order() -> None:
    sheet = Sheet()
    stream = Stream(sheet.write, interval=60)
    stream.add(AgentThought(text="hm"))
    pieces: list[Event] = [
        ToolOutput(call="a", text="1"),
        ToolOutput(call="b", text="2"),
        ToolOutput(call="b", text="3"),
        ToolOutput(call="a", text="4"),
        AgentSaid(text="x", message="m1"),
        AgentSaid(text="y", message="m2"),
        UsageChanged(usage=Usage(input_tokens=1)),
        UsageChanged(usage=Usage(input_tokens=2)),
    ]
    for piece in pieces:
        stream.add(piece)
    stream.drain()
    assert sheet.flushes[1] == [
        ToolOutput(call="a", text="1"),
        ToolOutput(call="b", text="23"),
        ToolOutput(call="a", text="4"),
        AgentSaid(text="x", message="m1"),
        AgentSaid(text="y", message="m2"),
        UsageChanged(usage=Usage(input_tokens=2)),
    ]


async def test_endless_output_becomes_several_records() -> None:
    sheet = Sheet()
    text = "ab" * MAX_PIECE
    Stream(sheet.write).add(ToolOutput(call="t", text=text))
    pieces = [event.text for event in sheet.flushes[0] if isinstance(event, ToolOutput)]
    assert "".join(pieces) == text
    assert [len(piece) for piece in pieces] == [MAX_PIECE, MAX_PIECE]


def _unsure(text: str) -> int:
    return Redactor({"CANARY_TOKEN": "canary-bird-sings"}).unsure(text)


async def test_the_beginning_of_a_secret_waits_for_what_follows() -> None:
    sheet = Sheet()
    stream = Stream(sheet.write, interval=0.01, unsure=_unsure)
    stream.add(AgentSaid(text="a canary-b", message="m"))
    assert sheet.flushes == [[AgentSaid(text="a ", message="m")]]
    sheet.written.clear()
    stream.add(AgentSaid(text="ird-sings.", message="m"))
    async with asyncio.timeout(30):
        await sheet.written.wait()
    assert sheet.flushes[1:] == [[AgentSaid(text="canary-bird-sings.", message="m")]]


async def test_what_only_began_like_a_secret_is_written_before_anything_else() -> None:
    sheet = Sheet()
    stream = Stream(sheet.write, interval=60, unsure=_unsure)
    stream.add(ToolOutput(call="t", text="canary"))
    assert sheet.flushes == []
    stream.add(AgentSaid(text="x", message="m"))
    stream.drain()
    assert sheet.flushes == [
        [ToolOutput(call="t", text="canary"), AgentSaid(text="x", message="m")]
    ]


async def test_draining_nothing_writes_nothing() -> None:
    sheet = Sheet()
    Stream(sheet.write).drain()
    assert sheet.flushes == []
