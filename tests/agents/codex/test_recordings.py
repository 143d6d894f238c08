"""What was recorded of the real program, played to the adapter again."""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.agents.codex.stage import Stage
from tests.agents.sink import LIMIT
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.model.agent_events import (
    AgentDelayed,
    BackgroundEnded,
    BackgroundStarted,
    ContextCompacted,
    DelayKind,
)
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import (
    AgentSaid,
    Event,
    PhaseChanged,
    ToolEnded,
    ToolOutput,
    ToolStarted,
    UsageChanged,
)
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, PermissionRequest
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.states import PhaseKind

BYE = "the turn was interrupted before codex took it in"


async def test_an_edit_and_a_commit(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("edit_and_commit")) as show:
        assert await show.agent.prompt("Go") == "end_turn"
    edit, command = show.sink.all(ToolStarted)
    assert (edit.title, edit.kind, edit.paths) == (
        "Edit b.py, cart.py",
        "edit",
        ("b.py", "cart.py"),
    )
    assert command.kind == "execute"
    assert command.arguments == "git add -A && git commit -qm add-b && echo ok; sleep 1; echo two"
    edited, ran = show.sink.all(ToolEnded)
    assert edited.diff == (
        "--- /dev/null\n+++ b/b.py\n@@ -0,0 +1,1 @@\n+x=1\n"
        "--- a/cart.py\n+++ b/cart.py\n@@ -1 +1 @@\n-TAX = 7\n+TAX = 8\n"
    )
    assert (ran.ok, ran.output) == (True, "ok\ntwo\n")
    assert show.sink.all(ToolOutput)
    assert show.sink.thought == "**Looking** at the cart"
    assert show.sink.said == "I write.Done."
    assert len({event.message for event in show.sink.all(AgentSaid)}) == 2
    assert show.sink.all(UsageChanged)[-1].usage == Usage(
        input_tokens=3000, output_tokens=150, context_used=1050, context_size=258400
    )
    assert show.sink.events[0] == PhaseChanged(kind=PhaseKind.THINKING)
    assert show.sink.notes == []
    assert show.sink.exits == [(0, "")]


async def test_a_start_tells_what_is_known(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("first_life")) as show:
        started = show.started
        assert started.reference == "id-1"
        assert (started.version, started.model) == ("codex 0.169.0", "gpt-5.5")
        assert started.steers_in_turn
        assert started.queues_steers
        assert not started.resumed
        assert not started.usage_continues
        assert {Capability.ASK, Capability.PERMISSION} <= set(started.capabilities)
        assert Capability.DENY_REASON not in started.capabilities
        assert Capability.COST not in started.capabilities


async def test_permissions_given_and_refused(stage: Stage) -> None:
    agent = stage.recording("permissions", mode="untrusted")
    async with asyncio.timeout(LIMIT), stage.show(agent) as show:
        show.sink.answers.extend(
            [{"choice": ALLOW}, {"choice": ALLOW_SESSION}, {"choice": DENY, "text": "use docs/"}]
        )
        assert await show.agent.prompt("Go") == "end_turn"
    edit, command, removal = show.sink.questions
    assert [question.kind for question in show.sink.questions] == [QuestionKind.PERMISSION] * 3
    assert [(o.key, o.label) for o in edit.options] == [
        (ALLOW, "Allow once"),
        (ALLOW_SESSION, "Allow for this session"),
        (DENY, "Deny"),
    ]
    assert edit.request == PermissionRequest(tool="fileChange", kind="edit", paths=("c.py",))
    assert edit.context == "--- /dev/null\n+++ b/c.py\n@@ -0,0 +1,1 @@\n+x=1\n"
    assert command.request == PermissionRequest(
        tool="commandExecution", kind="execute", command="touch q.txt; echo hello"
    )
    assert removal.text == "rm -rf q.txt"
    assert removal.context == "May I?"
    assert [event.ok for event in show.sink.all(ToolEnded)] == [True, True, False]
    assert show.sink.passed_on == ["use docs/"]


async def test_an_interrupt_withdraws_an_open_permission(stage: Stage) -> None:
    agent = stage.recording("interrupt_permission", mode="untrusted")
    async with asyncio.timeout(LIMIT), stage.show(agent) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_asked()
        await show.agent.interrupt()
        assert await turn == "cancelled"
        await show.sink.until(lambda: len(show.sink.withdrawn) == 1)
    assert [(event.ok, event.output) for event in show.sink.all(ToolEnded)] == [
        (False, "(interrupted)")
    ]
    assert show.sink.exits == [(0, "")]


async def test_questions_are_asked_one_by_one(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("ask")) as show:
        show.sink.answers.extend(
            [{"choice": "argon2 (Recommended)", "note": "with salt"}, {"text": "64"}]
        )
        assert await show.agent.prompt("Go") == "end_turn"
    first, second = show.sink.questions
    assert (first.kind, first.text) == (QuestionKind.CHOICE, "Which hash?")
    assert [(o.label, o.recommended) for o in first.options] == [
        ("argon2", True),
        ("bcrypt", False),
    ]
    assert first.blocking
    assert first.deadline is None
    assert second.context == "Salt\nquestion 2 of 2"
    assert show.sink.exits == [(0, "")]


async def test_an_interrupt_drops_what_codex_did_not_take_in(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("interrupt_ask")) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_asked()
        taken = await show.agent.steer("while open", "steer-1")
        assert taken is SteerOutcome.DELIVERED
        await show.agent.interrupt()
        assert await turn == "cancelled"
        await show.sink.until(lambda: len(show.sink.withdrawn) == 1)
    assert show.sink.accepted_tokens == []
    assert show.sink.not_accepted_tokens == [("steer-1", BYE, False)]


async def test_messages_land_when_codex_shows_them(stage: Stage) -> None:
    """Delivered while a command runs; accepted after its end, not before."""
    gate = stage.worktree / "gate"
    os.mkfifo(gate)
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("steer_command")) as show:
        accepted_early: list[list[str]] = []

        def look(event: Event) -> None:
            if isinstance(event, ToolEnded):
                accepted_early.append(list(show.sink.accepted_tokens))

        show.sink.on_event = look
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolStarted)
        for text, token in (("use euros", "steer-1"), ("and cents", "steer-2")):
            assert await show.agent.steer(text, token) is SteerOutcome.DELIVERED
        await asyncio.to_thread(gate.write_text, "")
        assert await turn == "end_turn"
    assert accepted_early == [[]]
    assert show.sink.accepted_tokens == ["steer-1", "steer-2"]
    assert show.sink.not_accepted_tokens == []
    assert show.sink.said == "heard: and cents"


async def test_a_message_into_text_begins_another_answer(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("steer_text")) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(AgentSaid)
        taken = await show.agent.steer("use dollars", "steer-1")
        assert await turn == "end_turn"
    accepted_at_once = taken is SteerOutcome.ACCEPTED
    assert accepted_at_once or show.sink.accepted_tokens == ["steer-1"]
    assert len({event.message for event in show.sink.all(AgentSaid)}) == 2


async def test_an_interrupt_ends_the_command_that_codex_leaves(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("interrupt_command")) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolOutput)
        assert await show.agent.steer("pending", "steer-1") is SteerOutcome.DELIVERED
        await show.agent.interrupt()
        assert await turn == "cancelled"
    assert show.sink.not_accepted_tokens == [("steer-1", BYE, False)]
    ended = show.sink.all(ToolEnded)
    assert [event.ok for event in ended] == [False]
    assert ended[0].output.startswith("up\n")
    assert len(show.sink.all(ToolStarted)) == 1
    assert show.sink.exits == [(0, "")]


async def test_a_command_goes_on_beside_the_turn(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("background")) as show:
        assert await show.agent.prompt("Go") == "end_turn"
        await show.sink.until_event(BackgroundEnded)
    begun, ended = show.sink.all(BackgroundStarted)[0], show.sink.all(BackgroundEnded)[0]
    assert (begun.title, begun.kind) == ("echo a; sleep 1; echo b; exit 3", "command")
    assert (ended.task, ended.ok, ended.summary) == (begun.task, False, "exit code 3: b")
    assert [event.call for event in show.sink.all(ToolEnded)] == [begun.call]


async def test_a_conversation_goes_on(stage: Stage) -> None:
    agent = stage.recording("resume")
    async with asyncio.timeout(LIMIT), stage.show(agent, "id-1") as show:
        assert show.started.resumed
        assert show.started.usage_continues
        assert show.started.reference == "id-1"
        assert await show.agent.prompt("Go") == "end_turn"
    assert show.sink.said == "Again."
    assert [event.usage.input_tokens for event in show.sink.all(UsageChanged)] == [1000, 2000]


async def test_an_unknown_conversation_begins_anew(stage: Stage) -> None:
    agent = stage.recording("resume_unknown")
    async with asyncio.timeout(LIMIT), stage.show(agent, "id-1") as show:
        assert not show.started.resumed
        assert not show.started.usage_continues
        assert show.started.reference == "id-2"
        assert await show.agent.prompt("Go") == "end_turn"
    (note,) = show.sink.notes
    assert note[0] == "warning"
    assert "it begins anew: no rollout found" in note[1]


async def test_a_model_that_wants_another_key(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("error_401")) as show:
        with pytest.raises(AgentError, match="gave up its turn: unexpected status 401") as error:
            await show.agent.prompt("Go")
    assert "codex login" in error.value.remedy
    delays = show.sink.all(AgentDelayed)
    assert [(d.attempt, d.limit, d.status) for d in delays] == [(n, 5, 401) for n in range(1, 6)]
    assert {delay.kind for delay in delays} == {DelayKind.RETRY}
    assert delays[0].reason.startswith("unexpected status 401 Unauthorized")


async def test_a_model_that_wants_a_rest(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("error_429")) as show:
        with pytest.raises(AgentError, match="429 Too Many Requests") as error:
            await show.agent.prompt("Go")
    assert error.value.remedy.startswith("wait until the model service's limit has passed")


async def test_tools_of_servers(stage: Stage) -> None:
    """wuhu's own need no leave; those of others do."""
    agent = stage.recording("tools")
    async with asyncio.timeout(LIMIT), stage.show(agent) as show:
        show.sink.answers.extend([{"choice": ALLOW}, {"choice": DENY}])
        assert await show.agent.prompt("Go") == "end_turn"
    assert show.sink.tools == [
        ("wuhu: report", True),
        ("other: report", True),
        ("other: report", False),
        ("Search the web: wuhu", True),
    ]
    assert [question.request for question in show.sink.questions] == [
        PermissionRequest(tool="mcp__other__report")
    ] * 2
    outputs = [event.output for event in show.sink.all(ToolEnded)]
    assert outputs[0].startswith('reported {"kind": "done"}')
    assert outputs[2] == "user rejected MCP tool call"
    ((level, text),) = show.sink.notes
    assert level == "warning"
    assert text.startswith("the tools of bad did not start: ")


async def test_a_plan_is_asked_about_and_begun(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("plan", mode="plan")) as show:
        show.sink.answers.extend(
            [
                {"choice": "bcrypt"},
                {"choice": DENY, "text": "shorter"},
                {"choice": ALLOW, "note": "now"},
            ]
        )
        assert await show.agent.prompt("Go") == "end_turn"
    assert show.sink.said.count("# Plan\n- do a\n- do b\n") == 1
    _, first, second = show.sink.questions
    assert {first.kind, second.kind} == {QuestionKind.PLAN}
    assert (first.context, second.context) == ("# Plan\n- do a\n- do b\n", "# Plan\n- do a\n")
    assert [event.ok for event in show.sink.all(ToolEnded)] == [True]
    assert show.sink.exits == [(0, "")]


async def test_a_compaction(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.recording("compaction")) as show:
        await show.agent.prompt("Go")
        await show.agent.prompt("Go")
    (compacted,) = show.sink.all(ContextCompacted)
    assert compacted.before == 200050
    assert 0 < compacted.after < compacted.before
