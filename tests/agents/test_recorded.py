"""What real agents told is understood: their recorded frames, played back to the adapter."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tests.agents.acp_player import lines_of
from tests.agents.conftest import QUICK, Show, Theatre
from tests.agents.sink import LIMIT, NOW, RecordingSink
from wuhu_tui.agents.acp import AcpAgent
from wuhu_tui.agents.definitions import load_definitions
from wuhu_tui.agents.protocol import AgentSetting, SteerOutcome
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid, PlanChanged, ToolStarted, UsageChanged
from wuhu_tui.model.permissions import ALLOW, DENY
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.sessions import AgentLaunch

PLAYER = Path(__file__).with_name("acp_player.py")
FRAMES = Path(__file__).with_name("frames")
EVERY = ("claude-acp", "codex-acp", "opencode", "gemini")
FOLDING = EVERY[:3]
ENDS_TURN = {"codex-acp": "cancelled", "opencode": "end_turn"}


def _setting(theatre: Theatre, agent: str, scenario: str) -> AgentSetting:
    definition = load_definitions()[agent]
    played = (str(FRAMES / f"acp-{agent}.jsonl"), scenario, str(theatre.worktree))
    launch = AgentLaunch(
        name=agent,
        command=(sys.executable, "-S", str(PLAYER), *played),
        quirks=definition.quirks.as_quirks(),
    )
    return msgspec.structs.replace(theatre.setting(), launch=launch)


@asynccontextmanager
async def _played(
    theatre: Theatre, agent: str, scenario: str, reference: str = ""
) -> AsyncIterator[Show]:
    """The adapter with the player, which must have heard what the real agent heard."""
    numbers = iter(range(1, 100))
    adapter = AcpAgent(
        _setting(theatre, agent, scenario),
        clock=lambda: NOW,
        new_id=lambda: f"q{next(numbers)}",
        patience=QUICK,
    )
    sink = RecordingSink()
    async with asyncio.timeout(LIMIT):
        started = await adapter.start(sink, reference)
        yield Show(adapter, sink, started)
        await adapter.close()
    assert theatre.log.read_text() == ""
    assert [level for level, _ in sink.notes if level != "info"] == []


def _answers(sink: RecordingSink, *choices: str) -> None:
    sink.answers.extend({"choice": choice} for choice in choices)


@pytest.mark.parametrize("agent", EVERY)
async def test_an_edit_and_a_commit(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "edit") as show:
        _answers(show.sink, ALLOW, ALLOW)
        assert await show.agent.prompt("Go") == "end_turn"
    sink, started = show.sink, show.started
    assert {Capability.INTERRUPT, Capability.PERMISSION, Capability.MCP} <= set(
        started.capabilities
    )
    assert Capability.MODES in started.capabilities
    assert (Capability.RESUME in started.capabilities) == (agent != "gemini")
    assert started.model in {"default", "gpt-5.5", "fake/m", "gemini-2.5-pro"}
    assert sink.said.startswith("I write.")
    assert [ok for _, ok in sink.tools] == [True, True]
    edit, commit = (question.request for question in sink.questions)
    assert edit is not None
    assert commit is not None
    assert (edit.kind, edit.paths) == ("edit", (str(theatre.worktree / "b.py"),))
    assert (commit.kind, commit.command) == ("execute", "git add -A && git commit -qm add")
    assert "+y = 2" in sink.questions[0].context
    assert sink.questions[1].context.startswith("git add -A && git commit -qm add") or (
        agent == "gemini"
    )
    tools = {"claude-acp": ("Write", "Bash"), "opencode": ("write", "bash")}
    known = tools.get(agent, ("", ""))
    assert (edit.tool, commit.tool) == (
        ("write_file", "run_shell_command") if agent == "gemini" else known
    )


@pytest.mark.parametrize("agent", ["claude-acp", "opencode", "gemini"])
async def test_tokens_and_cost(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "edit") as show:
        _answers(show.sink, ALLOW, ALLOW)
        await show.agent.prompt("Go")
    usage = show.sink.all(UsageChanged)[-1].usage
    calls = 1 if agent == "opencode" else 3  # it tells the last call of its model only
    assert (usage.input_tokens, usage.output_tokens) == (1000 * calls, 50 * calls)
    assert (usage.cost > 0) == (agent == "claude-acp")
    assert (usage.context_size > 0) == (agent != "gemini")


@pytest.mark.parametrize("agent", EVERY)
async def test_a_denial(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "deny") as show:
        show.sink.answers.append({"choice": DENY, "note": "use git rm"})
        assert await show.agent.prompt("Go") == ENDS_TURN.get(agent, "end_turn")
    assert show.sink.tools == [("rm -rf a.py", False)]
    assert show.sink.passed_on == ["use git rm"]
    assert ("done; tool said" in show.sink.said) == (agent not in ENDS_TURN)
    assert ("ends its turn" in show.sink.questions[0].options[2].detail) == (agent in ENDS_TURN)


@pytest.mark.parametrize("agent", FOLDING)
async def test_a_steer_within_a_tool(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "steer") as show:
        _answers(show.sink, ALLOW, ALLOW)
        assert show.started.queues_steers
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolStarted)
        assert await show.agent.steer("please use euros", "s1") is SteerOutcome.DELIVERED
        assert await turn == "end_turn"
        assert show.sink.accepted_tokens == ["s1"]
        assert "please use euros" in show.sink.said
        assert len(show.sink.tools) == 2
        assert await show.agent.prompt("and now?") == "end_turn"
    assert show.sink.not_accepted_tokens == []


@pytest.mark.parametrize("agent", FOLDING)
async def test_a_steer_while_it_speaks(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "steer-text") as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(AgentSaid)
        assert await show.agent.steer("please use euros", "s1") is SteerOutcome.DELIVERED
        assert await turn == "end_turn"
        assert show.sink.accepted_tokens == ["s1"]
        assert "please use euros" in show.sink.said
        assert await show.agent.prompt("and now?") == "end_turn"


@pytest.mark.parametrize("agent", FOLDING)
async def test_a_steer_while_a_question_is_open(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "steer-asking") as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_asked()
        assert await show.agent.steer("please use euros", "s1") is SteerOutcome.DELIVERED
        assert show.sink.accepted_tokens == []
        turn.cancel()  # what follows was recorded with an answer that came later
        await asyncio.wait({turn})
    assert show.sink.not_accepted_tokens[0][::2] == ("s1", True)


@pytest.mark.parametrize("agent", EVERY)
async def test_an_interrupt(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "interrupt") as show:
        _answers(show.sink, ALLOW)
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolStarted)
        await show.sink.until_asked()
        await show.agent.interrupt()
        assert await turn == "cancelled"
        assert len(show.sink.tools) == 1
        assert await show.agent.prompt("and now?") == "end_turn"
    assert "second turn" in show.sink.said


@pytest.mark.parametrize(
    ("agent", "kept"), [("claude-acp", True), ("opencode", True), ("codex-acp", False)]
)
async def test_an_interrupt_after_a_steer(theatre: Theatre, agent: str, kept: bool) -> None:
    async with _played(theatre, agent, "steer-interrupt") as show:
        _answers(show.sink, ALLOW)
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolStarted)
        await show.sink.until_asked()
        assert await show.agent.steer("please use euros", "s1") is SteerOutcome.DELIVERED
        await show.agent.interrupt()
        assert await turn == "cancelled"
        assert show.sink.accepted_tokens == (["s1"] if kept else [])
        assert [lost for _, _, lost in show.sink.not_accepted_tokens] == ([] if kept else [True])
        assert await show.agent.prompt("and now?") == "end_turn"


async def test_an_interrupt_of_a_question(theatre: Theatre) -> None:
    async with _played(theatre, "gemini", "hold") as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_asked()
        await show.agent.interrupt()
        assert await turn == "cancelled"
        assert show.sink.withdrawn == show.sink.questions


@pytest.mark.parametrize("agent", FOLDING)
async def test_an_old_conversation_goes_on(theatre: Theatre, agent: str) -> None:
    told = lines_of(FRAMES / f"acp-{agent}.jsonl", "resume", "")
    asked = [line["frame"] for line in told if line["to"] == "agent"]
    assert asked[1]["method"] == "session/resume"
    reference = asked[1]["params"]["sessionId"]
    async with _played(theatre, agent, "resume", reference) as show:
        assert (show.started.resumed, show.started.reference) == (True, reference)
        assert await show.agent.prompt("and now?") == "end_turn"
    assert show.sink.said.startswith("second; user")


@pytest.mark.parametrize(
    ("agent", "remedy"),
    [
        ("claude-acp", "limit is used up"),
        ("codex-acp", "limit is used up"),
        ("opencode", "log in"),
        ("gemini", "log in"),
    ],
)
async def test_a_refusal_of_the_models_service(theatre: Theatre, agent: str, remedy: str) -> None:
    async with _played(theatre, agent, "error") as show:
        with pytest.raises(AgentError) as error:
            await show.agent.prompt("Go")
    assert remedy in error.value.remedy
    assert "fake error" in error.value.message or "429" in error.value.message


async def test_a_plan_is_approved_with_the_agents_own_options(theatre: Theatre) -> None:
    async with _played(theatre, "claude-acp", "plan") as show:
        _answers(show.sink, "default")
        assert await show.agent.prompt("Go") == "end_turn"
    question = show.sink.questions[0]
    assert question.kind is QuestionKind.PLAN
    assert {option.key for option in question.options} >= {"default", "acceptEdits", "plan"}
    assert question.request is None
    assert "1. do" in question.context


@pytest.mark.parametrize("agent", ["opencode", "codex-acp"])
async def test_a_list_of_things_to_do_is_a_plan(theatre: Theatre, agent: str) -> None:
    async with _played(theatre, agent, "todo") as show:
        await show.agent.prompt("Go")
    plans = show.sink.all(PlanChanged)
    assert [[(step.text, step.status) for step in plan.steps] for plan in plans] == [
        [("one", "in_progress")]
    ]
