"""What the agent tells beside its recordings: each frame becomes the right event, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.agents.sink import NOW, RecordingSink
from wuhu_tui.agents.claude_events import Translator
from wuhu_tui.agents.claude_frames import Result, Spoken, System
from wuhu_tui.agents.claude_wire import Refused, Wire
from wuhu_tui.model.agent_events import (
    AgentDelayed,
    BackgroundEnded,
    BackgroundStarted,
    ContextCompacted,
    DelayKind,
)
from wuhu_tui.model.events import (
    AgentSaid,
    Event,
    Noted,
    PhaseChanged,
    PlanChanged,
    ToolEnded,
    ToolStarted,
    UsageChanged,
)
from wuhu_tui.model.reports import PlanStep, Usage
from wuhu_tui.model.states import PhaseKind


class Heard:
    """A translator and what it emitted."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.tools: list[str] = []
        self.translator = Translator(
            self.events.append,
            Path("/tree"),
            lambda: NOW,
            on_tool=lambda tool, arguments: self.tools.append(tool),
        )

    def say(self, *blocks: dict[str, Any], message: str = "m", parent: str | None = None) -> None:
        told = {"id": message, "content": list(blocks), "usage": {}}
        self.translator.assistant({"message": told, "parent_tool_use_id": parent})

    def returned(self, call: str, result: Any = None, **more: Any) -> None:
        block = {"type": "tool_result", "tool_use_id": call, **more}
        told = {"message": {"content": [block]}, "tool_use_result": result}
        self.translator.user(Spoken.model_validate(told))

    def stream(self, kind: str, parent: str | None = None, **more: Any) -> None:
        event = {"type": kind, **more}
        self.translator.streamed({"event": event, "parent_tool_use_id": parent})

    def system(self, subtype: str, **more: Any) -> None:
        self.translator.system(System.model_validate({"subtype": subtype, **more}))

    def result(self, **more: Any) -> None:
        self.translator.ended(Result.model_validate(more))


@pytest.fixture
def heard() -> Heard:
    return Heard()


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def call(name: str, tool: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": name, "name": tool, "input": arguments}


def test_streamed_words_are_not_said_twice(heard: Heard) -> None:
    heard.stream("message_start", message={"id": "m", "usage": {"input_tokens": 5}})
    heard.stream("content_block_start", index=0, content_block={"type": "text"})
    for piece in ("Hel", "lo"):
        heard.stream("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    heard.say(text("Hello there"))
    heard.stream("content_block_start", index=1, content_block={"type": "text"})
    heard.stream("content_block_delta", index=1, delta={"type": "text_delta", "text": "Bye"})
    heard.say(text("Bye"))
    said = [event for event in heard.events if isinstance(event, AgentSaid)]
    assert [(one.text, one.message) for one in said] == [
        ("Hel", "m"),
        ("lo", "m"),
        (" there", "m"),
        ("Bye", "m/2"),
    ]


def test_words_without_a_stream_are_said_whole(heard: Heard) -> None:
    heard.say(text("One"))
    heard.say(text("Two"))
    heard.say(text("Three"), message="n", parent="c")
    assert heard.events == [
        AgentSaid(text="One", message="m"),
        AgentSaid(text="Two", message="m/2"),
        AgentSaid(text="Three", message="n", parent="c"),
    ]


def test_a_message_about_an_error_is_left_to_the_result(heard: Heard) -> None:
    frame = {"message": {"content": "API Error"}, "error": "rate_limit"}
    heard.translator.assistant(frame)
    assert heard.events == []


def test_open_calls_end_with_the_turn_but_not_those_beside_it(heard: Heard) -> None:
    heard.say(call("c1", "Bash", command="make"))
    heard.say(call("c2", "Bash", command="ls"), parent="c0")
    heard.system("task_started", task_id="t", task_type="local_agent", is_backgrounded=True)
    heard.result()
    assert [e.call for e in heard.events if isinstance(e, ToolEnded)] == ["c1"]
    heard.translator.end()
    assert [e.call for e in heard.events if isinstance(e, ToolEnded)] == ["c1", "c2"]
    ended = [event for event in heard.events if isinstance(event, BackgroundEnded)]
    assert [(one.task, one.ok) for one in ended] == [("t", False)]
    assert heard.tools == ["Bash", "Bash"]


def test_a_call_is_told_once(heard: Heard) -> None:
    heard.say(call("c1", "Bash", command="make"))
    heard.say(call("c1", "Bash", command="make"))
    heard.returned("c1", content="ok")
    heard.returned("c1", content="ok")
    heard.returned("unheard", content="ok")
    assert [type(event) for event in heard.events] == [ToolStarted, ToolEnded]


def test_a_list_written_whole_is_a_plan(heard: Heard) -> None:
    todos = [{"content": "a", "status": "completed"}, {"content": "b", "status": "odd"}, 3]
    heard.say(call("c1", "TodoWrite", todos=todos))
    heard.returned("c1", content="ok")
    steps = (PlanStep(text="a", status="completed"), PlanStep(text="b"))
    assert heard.events == [PlanChanged(steps=steps)]


def test_a_step_counts_only_when_the_tool_took_it(heard: Heard) -> None:
    heard.say(call("c1", "TaskCreate", subject="a"), call("c2", "TaskCreate", subject="b"))
    assert heard.events == []
    heard.returned("c1", {"task": {"id": "1"}})
    heard.returned("c2", is_error=True)
    heard.say(call("c3", "TaskUpdate", taskId="1", status="deleted"))
    heard.returned("c3")
    assert heard.events == [PlanChanged(steps=(PlanStep(text="a"),)), PlanChanged(steps=())]


def test_a_command_that_holds_up_its_call_is_no_background(heard: Heard) -> None:
    heard.say(call("c1", "Bash", command="make"))
    heard.system("task_started", task_id="t", tool_use_id="c1", task_type="local_bash")
    heard.system("task_notification", task_id="t", status="completed")
    assert not [e for e in heard.events if isinstance(e, BackgroundStarted | BackgroundEnded)]


def test_a_command_may_be_let_go_later(heard: Heard) -> None:
    told = {"task_id": "t", "tool_use_id": "c1", "description": "Build"}
    heard.system("task_started", **told, is_backgrounded=False)
    heard.system("task_updated", task_id="t", patch={"is_backgrounded": True})
    heard.system("background_tasks_changed", tasks=[{"task_id": "t"}])
    heard.system("task_notification", task_id="t", status="failed", summary="exit 2")
    assert heard.events == [
        BackgroundStarted(task="t", title="Build", call="c1"),
        BackgroundEnded(task="t", ok=False, summary="exit 2"),
    ]


def test_a_task_that_is_listed_no_more_has_ended(heard: Heard) -> None:
    heard.system("task_started", task_id="t", description="Build", is_backgrounded=True)
    heard.system("background_tasks_changed", tasks=[])
    heard.system("task_notification", task_id="t", status="completed")
    assert len([event for event in heard.events if isinstance(event, BackgroundEnded)]) == 1


def test_compaction_is_a_phase_and_then_a_fact(heard: Heard) -> None:
    heard.system("status", status="compacting")
    told = {"trigger": "auto", "pre_tokens": 150, "post_tokens": 20}
    heard.system("compact_boundary", compact_metadata=told)
    heard.system("status", status=None, compact_error="too short")
    assert heard.events == [
        PhaseChanged(kind=PhaseKind.COMPACTING),
        ContextCompacted(before=150, after=20, trigger="auto"),
        UsageChanged(usage=Usage(context_used=20)),
        Noted(text="the agent could not shorten its memory: too short", level="warning"),
    ]


def test_a_retry_has_a_clock(heard: Heard) -> None:
    told = {"attempt": 2, "max_retries": 10, "error_status": 529, "error": "overloaded"}
    heard.system("api_retry", **told, retry_delay_ms=1500)
    heard.system("api_retry", error="server_error", retry_delay_ms=1e300)
    first, second = heard.events
    assert first == AgentDelayed(
        kind=DelayKind.RETRY,
        reason="overloaded",
        attempt=2,
        limit=10,
        status=529,
        until=NOW + timedelta(seconds=1.5),
    )
    assert second == AgentDelayed(kind=DelayKind.RETRY, reason="server error", until=None)


def test_a_reached_limit_is_a_delay_and_a_near_one_a_note(heard: Heard) -> None:
    near = {"status": "allowed_warning", "utilization": 0.9, "rateLimitType": "five_hour"}
    for info in ({"status": "allowed"}, near, near):
        heard.translator.rate_limit({"rate_limit_info": info})
    reached = {"status": "rejected", "resetsAt": 1_800_000_000, "rateLimitType": "seven_day"}
    heard.translator.rate_limit({"rate_limit_info": reached})
    note, delay = heard.events
    assert note == Noted(
        text="the subscription has used 90% of its limit (five hour)", level="warning"
    )
    assert delay == AgentDelayed(
        kind=DelayKind.RATE_LIMIT,
        reason="the limit of the subscription is reached (seven day)",
        until=datetime.fromtimestamp(1_800_000_000, UTC),
    )


def test_tools_that_do_not_start_are_told_once(heard: Heard) -> None:
    servers = [{"name": "wuhu", "status": "failed"}, {"name": "db", "status": "connected"}]
    for _ in range(2):
        heard.system("init", model="m", mcp_servers=servers)
    assert heard.events == [
        Noted(text="the agent could not start the tools of “wuhu”: failed", level="warning")
    ]


def test_what_its_own_rules_deny_is_told(heard: Heard) -> None:
    heard.system("permission_denied", tool_name="Write", message="Not allowed")
    heard.system("informational", content="Take care", level="warning")
    heard.system("notification", key="stop-hook-error", text="noise")
    heard.system("hook_started")
    assert heard.events == [
        Noted(text="Write was denied by the agent's own rules: Not allowed", level="warning"),
        Noted(text="Take care", level="warning"),
    ]


def test_totals_are_the_agents_own(heard: Heard) -> None:
    heard.system("init", model="big")
    models = {
        "big": {"inputTokens": 10, "cacheReadInputTokens": 5, "outputTokens": 2},
        "small": {"inputTokens": 1, "outputTokens": 1, "contextWindow": 9},
    }
    models["big"]["contextWindow"] = 7
    heard.result(total_cost_usd=0.5, modelUsage=models)
    expected = Usage(input_tokens=16, output_tokens=3, cost=0.5, context_size=7)
    assert heard.events == [UsageChanged(usage=expected)]


def test_without_totals_turns_are_added_up(heard: Heard) -> None:
    for _ in range(2):
        heard.result(usage={"input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 1})
    last = heard.events[-1]
    assert last == UsageChanged(usage=Usage(input_tokens=14, output_tokens=2))


def test_totals_that_go_on_are_not_told_before_they_are_known(heard: Heard) -> None:
    heard.translator.meter.knows_totals = False
    heard.stream("message_start", message={"id": "m", "usage": {"input_tokens": 5}})
    assert heard.events == []
    heard.result(total_cost_usd=2.0)
    assert heard.events == [UsageChanged(usage=Usage(cost=2.0, context_used=5))]


def wire(written: list[bytes], names: Callable[[], str]) -> Wire:
    made = Wire(
        RecordingSink().emit,
        on_frame=lambda frame: None,
        on_call=lambda name, frame: None,
        on_withdrawal=lambda name: None,
        log=lambda words: None,
        new_id=names,
    )
    made.write = written.append
    return made


async def test_an_answer_reaches_who_asked_and_nobody_else() -> None:
    written: list[bytes] = []
    made = wire(written, lambda: "r1")
    made.line(b'{"type":"control_response","response":{"subtype":"success","request_id":"r1"}}')
    asking = made.call({"subtype": "interrupt"})
    asked = asking.send(None)
    assert asked is not None
    assert written == [
        b'{"type":"control_request","request_id":"r1","request":{"subtype":"interrupt"}}'
    ]
    said = b'{"subtype":"error","request_id":"r1","error":"no"}'
    made.line(b'{"type":"control_response","response":%b}' % said)
    with pytest.raises(Refused, match="no"):
        asking.send(None)
