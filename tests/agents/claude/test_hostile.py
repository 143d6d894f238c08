"""Agents that write nonsense, stop, or die: the turn ends, and somebody is told."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.agents.claude.conftest import House
from tests.agents.sink import LIMIT, RecordingSink
from wuhu_tui.agents import process
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid, ToolEnded

IMPATIENT = Patience(steer=0.2, cancel=0.3, end_of_input=0.1, terminate=2, drain=1)

NONSENSE = r"""
turn()
sys.stdout.write("not json\n[1]\n{\"type\": \n\n" + "[" * 100000 + "\n")
sys.stdout.write('{"type": "assistant", "message": {"content": [{"type": "text", "text": "\\ud800"}]}}\n')
for frame in (
    {}, {"type": None}, {"type": ["x"]}, {"type": "assistant"}, {"type": "assistant", "message": 3},
    {"type": "assistant", "message": {"content": {"a": 1}}},
    {"type": "assistant", "message": {"id": 5, "content": [None, 7, {"type": "tool_use"}]}},
    {"type": "assistant", "message": {"content": [{"type": "tool_use", "id": "c", "name": "Edit",
        "input": {"file_path": 9, "edits": [1], "command": ["x"]}}]}},
    {"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": "c",
        "content": [{"type": "image", "source": 4}, 5]}]},
     "tool_use_result": {"filePath": "a", "structuredPatch": [3, {"lines": 4}]}},
    {"type": "stream_event"}, {"type": "stream_event", "event": {"type": "content_block_delta"}},
    {"type": "stream_event", "event": {"type": "content_block_start", "index": -1}},
    {"type": "system"}, {"type": "system", "subtype": 4},
    {"type": "system", "subtype": "api_retry", "retry_delay_ms": "soon", "attempt": -4},
    {"type": "system", "subtype": "api_retry", "retry_delay_ms": 1e300},
    {"type": "system", "subtype": "compact_boundary", "compact_metadata": []},
    {"type": "system", "subtype": "task_started"},
    {"type": "system", "subtype": "background_tasks_changed", "tasks": "none"},
    {"type": "rate_limit_event", "rate_limit_info": {"status": "rejected", "resetsAt": 1e300}},
    {"type": "command_lifecycle"}, {"type": "control_response"},
    {"type": "control_response", "response": {"request_id": {}}},
    {"type": "control_cancel_request", "request_id": []},
    {"type": "brand_new", "n": 1}, {"type": "brand_new", "n": 2},
    {"type": "system", "subtype": "brand_new"}, {"type": "system", "subtype": "brand_new"},
):
    tell(**frame)
say("Still here.")
result(total_cost_usd="much", usage=[], modelUsage={"m": 3}, user_message_uuids="x", errors=4)
turn()
result()
hear()
"""


async def test_nonsense_is_told_and_stops_nothing(house: House) -> None:
    async with house.program(NONSENSE) as stage:
        await stage.prompt("Go")
        await stage.prompt("Again")
    assert stage.reasons == ["end_turn", "end_turn"]
    assert stage.sink.said.endswith("Still here.")
    assert "\ud800" not in stage.sink.said
    texts = [text for _, text in stage.sink.notes]
    assert len([text for text in texts if "(brand_new)" in text]) == 1
    assert len([text for text in texts if "(system/brand_new)" in text]) == 1
    assert len([text for text in texts if "not JSON" in text]) == 3
    assert [text for text in texts if "beyond understanding" in text] == []
    assert [tool.call for tool in stage.sink.all(ToolEnded)] == ["c"]
    assert "not json" in house.log.read_text(encoding="utf-8")


async def test_a_line_without_end_is_dropped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LINE_LIMIT", 1 << 16)
    source = 'turn()\nsay("x" * (1 << 18))\nsay("short")\nresult()\nhear()'
    async with house.program(source) as stage:
        await stage.prompt("Go")
    assert stage.sink.said == "short"
    assert [text for _, text in stage.sink.notes if "longer than 65536 bytes" in text]


DIES = """
turn()
tell(type="assistant", message={"id": "m", "content": [
    {"type": "tool_use", "id": "c", "name": "Bash", "input": {"command": "make"}}]})
hear()
sys.stderr.write("out of memory\\n")
sys.exit(9)
"""


async def test_a_death_in_a_turn_ends_all_that_waits(house: House) -> None:
    async with house.program(DIES) as stage:

        async def steer() -> None:
            await stage.sink.until(lambda: "ToolStarted" in stage.sink.order)
            assert await stage.agent.steer("more", "m1") is SteerOutcome.DELIVERED

        await asyncio.gather(stage.prompt("Go"), steer())
        assert await stage.agent.steer("more", "m2") is SteerOutcome.NOT_NOW
        with pytest.raises(AgentError, match="does not run"):
            await stage.agent.prompt("Go")
        await stage.agent.interrupt()
    (error,) = stage.errors
    assert error.message == "claude ended with exit code 9: out of memory"
    assert error.where == str(house.log)
    assert stage.sink.not_accepted_tokens == [("m1", "the agent ended before it took it", True)]
    assert [tool.ok for tool in stage.sink.all(ToolEnded)] == [False]
    assert stage.sink.exits == [(9, "out of memory")]
    assert stage.sink.order[-1] == "exited"


async def test_a_death_while_it_asks_leaves_the_question(house: House) -> None:
    source = """
turn()
tell(type="control_request", request_id="r", request={"subtype": "can_use_tool",
    "tool_name": "Bash", "input": {"command": "rm x"}, "tool_use_id": "c"})
hear()
"""
    async with house.program(source) as stage:
        asking = asyncio.create_task(stage.prompt("Go"))
        await stage.sink.until_asked()
        assert await stage.agent.steer("die", "m1") is SteerOutcome.DELIVERED
        await asking
        await stage.sink.until(lambda: bool(stage.sink.withdrawn))
    assert stage.sink.order[-1] == "exited"
    assert len(stage.errors) == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import time; time.sleep(60)", "claude did not answer “initialize” within 0.3 s"),
        ("import sys; sys.exit('no such flag')", "claude ended with exit code 1: no such flag"),
    ],
)
async def test_a_start_that_fails_says_why(house: House, source: str, message: str) -> None:
    seconds = 0.3 if "sleep" in source else 30.0
    setting = house.setting(sys.executable, "-c", source, start_seconds=seconds)
    agent, sink = house.agent(setting, IMPATIENT), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError) as error:
            await agent.start(sink, "")
    assert error.value.message == message
    assert len(sink.exits) == 1


async def test_a_refused_start_says_why(house: House) -> None:
    source = (
        "import json\nname = json.loads(input())['request_id']\n"
        "print(json.dumps({'type': 'control_response', 'response': {'subtype': 'error', "
        "'request_id': name, 'error': 'too old'}}), flush=True)\ninput()"
    )
    agent, sink = house.agent(house.setting(sys.executable, "-c", source)), RecordingSink()
    async with asyncio.timeout(LIMIT):
        with pytest.raises(AgentError, match="answered “initialize” with: too old"):
            await agent.start(sink, "")
    assert len(sink.exits) == 1


FORGETFUL = """
import sys
if "--resume" in sys.argv:
    sys.exit("No conversation found with session ID: old")
"""


async def test_a_forgotten_conversation_begins_anew(house: House) -> None:
    program = house.worktree.parent / "forgetful.py"
    async with house.program("hear()"):
        pass
    prologue = house.worktree.parent / "program.py"
    program.write_text(FORGETFUL + prologue.read_text(encoding="utf-8"), encoding="utf-8")
    agent, sink = house.agent(house.setting(sys.executable, str(program))), RecordingSink()
    async with asyncio.timeout(LIMIT):
        started = await agent.start(sink, "old")
        assert sink.exits == [], "the life that counts goes on"
        await agent.close()
    assert not started.resumed
    assert started.reference not in ("", "old")
    assert [text for _, text in sink.notes if "begins anew" in text]
    assert len(sink.exits) == 1


async def test_what_nobody_knows_is_refused(house: House) -> None:
    source = """
turn()
tell(type="control_request", request_id="r", request={"subtype": "dance"})
heard = hear()["response"]
say(heard["subtype"] + " " + heard["request_id"])
result()
hear()
"""
    async with house.program(source) as stage:
        await stage.prompt("Go")
    assert stage.sink.said == "error r"
    assert [text for _, text in stage.sink.notes if "unknown “dance”" in text]


async def test_an_agent_that_works_on_after_an_interrupt_is_ended(house: House) -> None:
    source = 'turn()\nsay("working")\nanswer(hear())\nimport time\ntime.sleep(60)'
    async with house.program(source, patience=IMPATIENT) as stage:
        turn = asyncio.create_task(stage.prompt("Go"))
        await stage.sink.until_event(AgentSaid)
        await stage.agent.interrupt()
        await turn
    (error,) = stage.errors
    assert "did not stop within 0.3 s after it was interrupted" in error.message
    assert len(stage.sink.exits) == 1


async def test_an_agent_that_closes_its_ears_is_noticed(house: House) -> None:
    source = 'import os\nturn()\nos.close(0)\nresult()\nsay("deaf")\nimport time\ntime.sleep(60)'
    async with house.program(source, patience=IMPATIENT) as stage:
        await stage.prompt("Go")
        await stage.sink.until_event(AgentSaid)
        turn = asyncio.create_task(stage.prompt("Again"))
        await asyncio.sleep(0)
        await stage.agent.close()
        await turn
    assert stage.reasons == ["end_turn"]
    assert len(stage.errors) == 1
