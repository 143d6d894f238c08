"""Frames, diffs and tool calls as pure functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from acp import schema
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.sink import NOW
from wuhu_tui.agents.acp_diff import unified_diff
from wuhu_tui.agents.acp_events import Translator
from wuhu_tui.agents.acp_tools import KEPT, ToolCalls
from wuhu_tui.agents.frames import Flaw, LineSplitter, read_frame
from wuhu_tui.model.events import (
    AgentSaid,
    Event,
    Noted,
    PlanChanged,
    ToolEnded,
    ToolOutput,
    ToolStarted,
)

WORK = Path("/work")


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=8),
       st.integers(min_value=1, max_value=7))  # fmt: skip
def test_lines_survive_any_cutting(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    splitter = LineSplitter(1000)
    found = [
        line
        for start in range(0, len(stream), size)
        for line in splitter.feed(stream[start : start + size])
    ]
    assert found == lines
    assert splitter.end() == b""


def test_a_line_beyond_the_limit_is_dropped_once_and_reading_goes_on() -> None:
    splitter = LineSplitter(10)
    found = [splitter.feed(part) for part in (b"ok\n" + b"x" * 20, b"y" * 20, b"z\nnext\n")]
    assert found[0][0] == b"ok"
    assert isinstance(found[0][1], Flaw)
    assert found[0][1].reason == "a line longer than 10 bytes"
    assert found[1:] == [[], [b"next"]]


@given(st.binary(max_size=200))
def test_no_line_hurts(line: bytes) -> None:
    frame = read_frame(line)
    assert frame is None or isinstance(frame, dict | Flaw)
    if isinstance(frame, dict):
        json.dumps(frame).encode()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"hello", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"3", "not an object"),
        (b'{"method": 3}', "a method that is no text"),
        (b'{"method": "m", "id": {}}', "an id that is neither"),
        (b'{"method": "m", "params": [1]}', "params that are no object"),
        (b'{"result": 3}', "an answer without an id"),
        (b'{"id": 1, "error": "x"}', "an error that is no object"),
    ],
)
def test_what_is_no_frame(line: bytes, reason: str) -> None:
    flaw = read_frame(line)
    assert isinstance(flaw, Flaw)
    assert flaw.reason.startswith(reason)
    assert len(flaw.excerpt) <= 201


def test_half_characters_and_bad_bytes_are_replaced() -> None:
    frame = read_frame(b'{"method": "m", "params": {"\\ud800k": ["a\\uDC00", "\xff"]}}')
    assert frame == {"method": "m", "params": {"?k": ["a?", "�"]}}


def test_empty_lines_are_nothing() -> None:
    assert read_frame(b"") is None
    assert read_frame(b" \r") is None


def _diff(old: str | None, new: str, path: str = "/work/a/b.py") -> str:
    edit = schema.FileEditToolCallContent(type="diff", path=path, old_text=old, new_text=new)
    return unified_diff([edit], WORK)


def test_diffs() -> None:
    assert _diff("one\ntwo\n", "one\n2\n") == (
        "--- a/a/b.py\n+++ b/a/b.py\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    )
    assert _diff(None, "new\n") == "--- /dev/null\n+++ b/a/b.py\n@@ -0,0 +1 @@\n+new\n"
    assert _diff("same\n", "same\n") == ""
    assert _diff("x", "y", "/elsewhere/f") == (
        "--- a//elsewhere/f\n+++ b//elsewhere/f\n@@ -1 +1 @@\n"
        "-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
    )


def test_a_huge_edit_is_shown_without_comparing() -> None:
    old = "".join(f"{number}\n" for number in range(5000))
    diff = _diff(old, "short\n")
    assert diff.count("\n-") == 5000
    assert diff.endswith("\n+short\n")
    assert "@@ -1,5000 +1,1 @@" in diff


class _Told:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.translator = Translator(self.events.append, WORK, lambda: NOW)
        self.calls = ToolCalls(self.events.append, WORK, lambda: NOW)

    def update(self, **update: Any) -> None:
        self.translator.take({"sessionId": "s", "update": update})


def _text(text: str) -> list[dict[str, Any]]:
    return [{"type": "content", "content": {"type": "text", "text": text}}]


def test_a_call_that_grows_and_changes_its_title() -> None:
    told = _Told()
    told.update(sessionUpdate="tool_call", toolCallId="1", title="Terminal", kind="execute")
    told.update(
        sessionUpdate="tool_call_update",
        toolCallId="1",
        title="ls -l",
        rawInput={"command": ["ls", "-l"]},
        locations=[{"path": "/work/x.py"}, {"path": "/etc/hosts"}],
    )
    for text in ("a", "ab", "new"):
        told.update(sessionUpdate="tool_call_update", toolCallId="1", content=_text(text))
    told.update(sessionUpdate="tool_call_update", toolCallId="1", status="completed")
    told.update(sessionUpdate="tool_call_update", toolCallId="1", status="completed")
    assert told.events == [
        ToolStarted(call="1", title="Terminal", kind="execute"),
        ToolStarted(
            call="1",
            title="ls -l",
            kind="execute",
            arguments="ls -l",
            paths=("x.py", "/etc/hosts"),
        ),
        ToolOutput(call="1", text="a"),
        ToolOutput(call="1", text="b"),
        ToolOutput(call="1", text="new"),
        ToolEnded(call="1", ok=True, output="new"),
    ]


def test_a_call_never_begun_begins_with_its_update() -> None:
    told = _Told()
    told.update(
        sessionUpdate="tool_call_update",
        toolCallId="7",
        status="failed",
        rawOutput={"formatted_output": "no such file", "exit_code": 1},
    )
    assert told.events == [
        ToolStarted(call="7", title="7"),
        ToolEnded(call="7", ok=False, output="no such file"),
    ]


def test_a_fence_round_all_of_the_output_is_taken_off() -> None:
    told = _Told()
    for text in ("```sh\na\n```\n", "```sh\na\nb\n```\n", "see ```x```"):
        told.update(sessionUpdate="tool_call_update", toolCallId="1", content=_text(text))
    outputs = [event.text for event in told.events if isinstance(event, ToolOutput)]
    assert outputs == ["a\n", "b\n", "see ```x```"]


def test_a_raw_result_without_words_says_nothing() -> None:
    told = _Told()
    told.update(
        sessionUpdate="tool_call_update",
        toolCallId="1",
        status="completed",
        rawOutput={"call_id": "x", "stdout": "", "exit_code": 0},
    )
    assert told.events[-1] == ToolEnded(call="1", ok=True)


def test_what_a_request_for_leave_tells_is_no_output() -> None:
    told = _Told()
    call = {"toolCallId": "1", "title": "ls", "content": _text("in /work")}
    told.translator.take_call(schema.ToolCallUpdate.model_validate(call))
    told.update(sessionUpdate="tool_call_update", toolCallId="1", status="completed")
    assert told.events == [ToolStarted(call="1", title="ls"), ToolEnded(call="1")]


def test_a_call_id_used_again_is_a_new_call() -> None:
    told = _Told()
    for title in ("one", "two"):
        told.update(
            sessionUpdate="tool_call", toolCallId="1", title=title, status="completed",
            content=_text(title),
        )  # fmt: skip
    assert [event.output for event in told.events if isinstance(event, ToolEnded)] == ["one", "two"]


def test_of_thousands_of_calls_only_the_newest_are_remembered() -> None:
    told = _Told()
    for number in range(KEPT + 2):
        told.update(
            sessionUpdate="tool_call", toolCallId=f"{number}", title="ls", status="completed",
        )  # fmt: skip
    told.events.clear()
    for name in ("1", "0"):
        told.update(sessionUpdate="tool_call_update", toolCallId=name, status="completed")
    assert told.events == [ToolStarted(call="0", title="0"), ToolEnded(call="0")]


def test_content_that_is_no_text_is_named() -> None:
    told = _Told()
    for content in (
        {"type": "image", "data": "AA==", "mimeType": "image/png"},
        {"type": "audio", "data": "AA==", "mimeType": "audio/wav"},
        {"type": "resource_link", "name": "spec", "uri": "file:///s"},
        {"type": "resource", "resource": {"uri": "file:///t", "text": "body"}},
        {"type": "resource", "resource": {"uri": "file:///u", "blob": "AA=="}},
    ):
        told.update(sessionUpdate="agent_message_chunk", content=content)
    assert [event.text for event in told.events if isinstance(event, AgentSaid)] == [
        "[image image/png]",
        "[audio audio/wav]",
        "[spec: file:///s]",
        "[file:///t]\nbody",
        "[data: file:///u]",
    ]


def test_settings_are_noted_when_they_change() -> None:
    told = _Told()
    for _ in range(2):
        told.update(sessionUpdate="current_mode_update", currentModeId="plan")
        told.update(sessionUpdate="session_info_update", title="Mend the tax")
        told.update(
            sessionUpdate="available_commands_update",
            availableCommands=[{"name": "init", "description": "x"}],
        )
        told.update(
            sessionUpdate="usage_update", used=1, size=2, cost={"amount": 3, "currency": "EUR"}
        )
    notes = [event.text for event in told.events if isinstance(event, Noted)]
    assert notes == [
        "mode: plan", "title: Mend the tax", "commands: /init", "cost so far: 3.0 EUR",
    ]  # fmt: skip


def test_plans_in_other_shapes() -> None:
    told = _Told()
    told.update(
        sessionUpdate="plan_update", plan={"type": "markdown", "planId": "p", "content": "# Do"}
    )
    told.update(sessionUpdate="plan_removed", planId="p")
    texts = [[step.text for step in e.steps] for e in told.events if isinstance(e, PlanChanged)]
    assert texts == [["# Do"], []]


def _kinds() -> list[str]:
    union = schema.SessionNotification.model_fields["update"].annotation
    fields = [kind.model_fields["session_update"].annotation for kind in get_args(union)]
    return sorted(get_args(field)[0] for field in fields)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
KINDS = st.sampled_from(_kinds())
_ANY_CALL = ("toolCallId", "title", "kind", "status", "content", "locations", "rawInput")
_ANYTHING_ELSE = ("rawOutput", "entries", "used", "size", "cost", "plan", "planId", "messageId")
_SETTINGS = ("currentModeId", "availableCommands", "configOptions")
FIELDS = st.sampled_from((*_ANY_CALL, *_ANYTHING_ELSE, *_SETTINGS))
CONTENTS = st.sampled_from(
    [
        _text("x"),
        _text("x")[0]["content"],
        [{"type": "diff", "path": "/work/a", "oldText": "a", "newText": "b"}],
        {"amount": float("nan"), "currency": "usd"},
        {"amount": 1e400, "currency": "EUR"},
        [{"content": "x", "priority": "low", "status": "pending"}],
    ]
)


@given(JSON, KINDS, st.dictionaries(FIELDS, JSON | CONTENTS, max_size=6))
def test_no_update_hurts(params: Any, kind: str, fields: dict[str, Any]) -> None:
    told = _Told()
    told.translator.take(params)
    told.translator.take({"sessionId": "s", "update": {"sessionUpdate": kind, **fields}})
    told.translator.end_turn(None, "over")
    assert told.events
    for event in told.events:
        encoded = msgspec.json.encode(event)
        assert msgspec.json.decode(encoded, type=type(event)) == event
