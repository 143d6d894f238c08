"""What an agent tells of its work arrives as events, from the real sample agent process."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.agents.conftest import Theatre
from tests.agents.sink import LIMIT
from wuhu_tui.model.events import (
    AgentSaid,
    PlanChanged,
    ToolEnded,
    ToolOutput,
    ToolStarted,
    UsageChanged,
)
from wuhu_tui.model.reports import PlanStep, Usage


async def test_work_arrives_as_events(theatre: Theatre) -> None:
    theatre.play(
        [
            {"think": "The tax is wrong."},
            {"plan": ["Read", "Mend"], "done": 1},
            {"read": "cart.py"},
            {"edit": "cart.py", "find": "TAX = 7", "replace": "TAX = 19"},
            {"write": "new.txt", "content": "one\n"},
            {"usage": {"input": 100, "output": 20, "cost": 0.5, "used": 900, "size": 1000}},
            {"say": "First. It is done, all of it."},
            {"think": "So."},
            {"say": "Second."},
        ]
    )
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        assert await show.agent.prompt("Mend the tax") == "end_turn"
    sink = show.sink
    assert sink.thought == "The tax is wrong.So."
    assert sink.all(PlanChanged)[0].steps == (
        PlanStep(text="Read", status="completed"),
        PlanStep(text="Mend", status="in_progress"),
    )
    assert [tool.kind for tool in sink.all(ToolStarted)] == ["read", "edit", "edit"]
    assert [tool.paths for tool in sink.all(ToolStarted)] == [
        ("cart.py",), ("cart.py",), ("new.txt",),
    ]  # fmt: skip
    read, edit, write = sink.all(ToolEnded)
    assert (read.ok, read.output) == (True, "TAX = 7\nSHIPPING = 5")
    assert edit.diff == (
        "--- a/cart.py\n+++ b/cart.py\n@@ -1,2 +1,2 @@\n-TAX = 7\n+TAX = 19\n SHIPPING = 5\n"
    )
    assert write.diff == "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+one\n"
    said = sink.all(AgentSaid)
    assert "".join(piece.text for piece in said[:-1]) == "First. It is done, all of it."
    assert len(said) > 2
    assert len({piece.message for piece in said}) == 2
    totals = Usage(cost=0.5, context_used=900, context_size=1000)
    assert [event.usage for event in sink.all(UsageChanged)] == [
        totals,
        Usage(input_tokens=100, output_tokens=20, cost=0.5, context_used=900, context_size=1000),
    ]
    assert sink.notes == []


async def test_usage_is_a_total_over_turns(theatre: Theatre) -> None:
    theatre.play(
        [{"usage": {"input": 100, "output": 20, "cost": 0.5}}],
        [{"usage": {"input": 10, "output": 2, "cost": 0.25}}],
    )
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.prompt("one")
        await show.agent.prompt("two")
    usage = show.sink.all(UsageChanged)[-1].usage
    assert (usage.input_tokens, usage.output_tokens, usage.cost) == (110, 22, 0.75)


async def test_output_of_a_command_arrives_while_it_runs(theatre: Theatre) -> None:
    gate = theatre.worktree / "gate"
    theatre.play([{"run": f"mkfifo {gate}; echo first; cat {gate}; exit 3"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolOutput)
        assert show.sink.all(ToolOutput)[0].text == "first\n"
        await asyncio.to_thread(gate.write_text, "second\n")
        await turn
    assert [output.text for output in show.sink.all(ToolOutput)] == ["first\n", "second\n"]
    ended = show.sink.all(ToolEnded)[0]
    assert (ended.ok, ended.output) == (False, "first\nsecond\n(exit code 3)")
    assert show.sink.all(ToolStarted)[0].arguments.startswith("mkfifo")


@pytest.mark.parametrize("reason", ["refusal", "max_tokens", "something_new"])
async def test_stop_reasons_pass_through(theatre: Theatre, reason: str) -> None:
    theatre.play([{"stop": reason}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        assert await show.agent.prompt("Go") == reason


def _update(update: str) -> dict[str, str]:
    return {
        "frame": '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"{session}",'
        f'"update":{update}}}}}'
    }


async def test_what_is_unknown_or_malformed_is_noted_and_never_hurts(theatre: Theatre) -> None:
    theatre.play(
        [
            {"frame": "this is no frame"},
            {"frame": "[]"},
            {"frame": '{"method": 7}'},
            {"frame": '{"id": 1, "error": "text"}'},
            {"frame": '{"jsonrpc":"2.0","method":"session/mystery","params":{"a":1}}'},
            {"frame": '{"jsonrpc":"2.0","method":"_own/news","params":{"b":2}}'},
            {"frame": '{"jsonrpc":"2.0","method":"$/cancel_request","params":{"requestId":99}}'},
            _update('{"sessionUpdate":"dream","colour":"green"}'),
            _update('{"sessionUpdate":"tool_call"}'),
            _update(
                '{"sessionUpdate":"tool_call","toolCallId":"t","title":"T","status":"completed",'
                '"content":[{"type":"hologram","size":3}]}'
            ),
            _update(
                '{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"\\ud83d!"}}'
            ),
            {"say": "Still here."},
        ],
        behaviour={"says_at_start": ["Welcome to the agent!"]},
    )
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        assert await show.agent.prompt("Go") == "end_turn"
    levels = [level for level, _ in show.sink.notes]
    told = "\n".join(text for _, text in show.sink.notes)
    assert levels.count("warning") == 5
    for words in (
        "Welcome to the agent!", "this is no frame", "not an object", "a method that is no text",
        "an error that is no object", "session/mystery", "_own/news", '"colour": "green"',
        "unknown (tool_call)", "hologram",
    ):  # fmt: skip
        assert words in told, words
    assert show.sink.said == "?!Still here."
    assert show.sink.tools == [("T", True)]
    assert "this is no frame" in theatre.log.read_text()


async def test_an_endless_stream_of_nonsense_is_noted_briefly(theatre: Theatre) -> None:
    theatre.play([{"repeat": 40, "steps": [{"frame": "debug: 1"}]}, {"say": "Fine."}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.prompt("Go")
    assert len(show.sink.notes) == 21
    assert theatre.log.read_text().count("debug: 1") == 40
    assert show.sink.said == "Fine."


async def test_a_line_of_a_megabyte_is_taken(theatre: Theatre) -> None:
    (theatre.worktree / "big.txt").write_text("x" * (1 << 20))
    theatre.play([{"client_read": "big.txt"}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.prompt("Go")
    assert len(show.sink.all(ToolEnded)[0].output) == 1 << 20


async def test_files_are_served_from_the_worktree_alone(theatre: Theatre, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("swordfish")
    (theatre.worktree / "link").symlink_to(tmp_path)
    theatre.play(
        [
            {"client_read": "cart.py"},
            {"client_write": "deep/er/note.txt", "content": "hello"},
            {"client_read": "../secret.txt"},
            {"client_read": "link/secret.txt"},
            {"client_write": "link/stolen.txt", "content": "x"},
            {"client_write": ".git/config", "content": "x"},
            {"client_read": "missing.txt"},
        ]
    )
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.prompt("Go")
    assert [ok for _, ok in show.sink.tools] == [True, True, False, False, False, False, False]
    outputs = [ended.output for ended in show.sink.all(ToolEnded)]
    assert outputs[0].startswith("TAX = 7")
    assert all("lies outside" in output for output in outputs[2:5])
    assert "belongs to git" in outputs[5]
    assert "swordfish" not in "".join(outputs)
    assert (theatre.worktree / "deep/er/note.txt").read_text() == "hello"
    assert not (tmp_path / "stolen.txt").exists()


async def test_events_keep_their_order(theatre: Theatre) -> None:
    steps: list[dict[str, object]] = []
    for number in range(50):
        steps += [{"say": f"{number} "}, {"think": "?"}]
    theatre.play(steps)
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.prompt("Go")
    assert show.sink.said.split() == [str(number) for number in range(50)]
    assert show.sink.order[:4] == ["AgentSaid", "AgentThought", "AgentSaid", "AgentThought"]
