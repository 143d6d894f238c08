"""What the real program said, told again: the adapter's whole road without the program."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.agents.claude.conftest import FRAMES, House
from tests.agents.claude.scenarios import SCENARIOS, Stage
from tests.agents.sink import NOW
from wuhu_tui.model.agent_events import (
    AgentDelayed,
    BackgroundEnded,
    BackgroundStarted,
    DelayKind,
)
from wuhu_tui.model.events import (
    AgentSaid,
    PhaseChanged,
    PlanChanged,
    ToolEnded,
    ToolStarted,
    UsageChanged,
)
from wuhu_tui.model.permissions import PermissionRequest
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.reports import PlanStep
from wuhu_tui.model.states import PhaseKind

OLD, NEW = "2.1.197", "2.1.329"


def check_edit(stage: Stage, version: str) -> None:
    sink = stage.sink
    assert stage.reasons == ["end_turn"]
    assert sink.said == "I look. Done: Raise the tax"
    assert sink.thought == "It is seven."
    commit = "Bash git commit -qam 'Raise the tax' && git log --format=%s -1"
    assert sink.tools == [("Read cart.py", True), ("Edit cart.py", True), (commit, True)]
    assert [tool.kind for tool in sink.all(ToolStarted)] == ["read", "edit", "execute"]
    hunk = "--- a/cart.py\n+++ b/cart.py\n@@ -1,2 +1,2 @@\n-TAX = 7\n+TAX = 8\n SHIPPING = 5\n"
    assert [tool.diff for tool in sink.all(ToolEnded)] == ["", hunk, ""]
    first, second = sink.questions
    assert first.request == PermissionRequest(tool="Edit", kind="edit", paths=("cart.py",))
    assert "-TAX = 7\n+TAX = 8" in first.context
    assert second.request is not None
    assert second.request.kind == "execute"
    assert second.request.command == commit.removeprefix("Bash ")
    assert [option.key for option in first.options] == ["allow", "allow_session", "deny"]
    usage = sink.all(UsageChanged)[-1].usage
    assert (usage.input_tokens, usage.output_tokens) == (4000, 200)
    assert usage.cost == pytest.approx(0.025 if version == OLD else 0.02)
    assert (usage.context_used, usage.context_size) == (1000, 1_000_000)


def check_deny(stage: Stage, version: str) -> None:
    first, second = stage.sink.all(ToolEnded)
    assert (first.ok, first.output) == (False, "put it into docs/")
    assert second.diff.startswith("--- /dev/null\n+++ b/docs/notes.md\n@@ -0,0 +1,2 @@\n+one\n+two")
    assert stage.sink.passed_on == ["thanks"]
    assert stage.reasons == ["end_turn"]


def check_ask(stage: Stage, version: str) -> None:
    first, second = stage.sink.questions
    assert first.kind is QuestionKind.CHOICE
    assert [option.key for option in first.options] == ["argon2 (Recommended)", "bcrypt"]
    assert [option.recommended for option in first.options] == [True, False]
    assert "several may be chosen" in second.context
    assert '"Which hash?"="bcrypt (for now)", "Which languages?"="py, go"' in stage.sink.said


def check_steer_tool(stage: Stage, version: str) -> None:
    assert stage.sink.accepted_tokens == ["m1"]
    assert stage.sink.not_accepted_tokens == []
    assert stage.reasons == ["end_turn"]
    assert "be brief" in stage.sink.said


def check_steer_text(stage: Stage, version: str) -> None:
    assert stage.sink.accepted_tokens == ["m1", "m2"]
    assert stage.reasons == ["end_turn"]
    assert stage.sink.said.endswith("I heard: one more thing\nand another")


def check_interrupt(stage: Stage, version: str) -> None:
    assert stage.reasons == ["cancelled", "end_turn"]
    ((token, _, lost),) = stage.sink.not_accepted_tokens
    assert (token, lost) == ("m1", False)
    assert stage.sink.accepted_tokens == []
    assert [tool.ok for tool in stage.sink.all(ToolEnded)] == [False]
    assert stage.sink.said == "I go on."


def check_interrupt_asking(stage: Stage, version: str) -> None:
    assert stage.reasons == ["cancelled"]
    assert len(stage.sink.withdrawn) == 1


def check_resume(stage: Stage, version: str) -> None:
    assert stage.started.resumed
    assert stage.started.reference == "old"
    assert stage.started.usage_continues is (version == NEW)
    usage = [event.usage for event in stage.sink.all(UsageChanged)]
    assert usage[-1].input_tokens == (2000 if version == NEW else 1000)
    assert [one for one in usage if not one.cost] == ([] if version == NEW else usage[:1])
    assert stage.sink.said == "All of it."


def check_overloaded(stage: Stage, version: str) -> None:
    (delay,) = stage.sink.all(AgentDelayed)
    assert (delay.kind, delay.status) == (DelayKind.RETRY, 529)
    assert (delay.attempt, delay.limit, delay.reason) == (1, 1, "overloaded")
    assert delay.until is not None
    assert delay.until > NOW
    (error,) = stage.errors
    assert "529" in error.message
    assert error.remedy.startswith("wait a while")
    assert stage.reasons == ["end_turn"]
    assert stage.sink.said == "Now it works."


def check_unauthorized(stage: Stage, version: str) -> None:
    assert [delay.status for delay in stage.sink.all(AgentDelayed)] == [401]
    (error,) = stage.errors
    assert "log in" in error.remedy
    assert "ANTHROPIC_API_KEY" in error.remedy


def check_limited(stage: Stage, version: str) -> None:
    (delay,) = stage.sink.all(AgentDelayed)
    assert (delay.kind, delay.status) == (DelayKind.RATE_LIMIT, 429)
    assert stage.errors[0].remedy.startswith("wait a while")


def check_background(stage: Stage, version: str) -> None:
    (began,), (ended,) = stage.sink.all(BackgroundStarted), stage.sink.all(BackgroundEnded)
    assert (began.task, began.kind, began.title) == (ended.task, "command", "Run it")
    assert began.call == stage.sink.all(ToolStarted)[0].call
    assert ended.ok
    assert "exit code 0" in ended.summary
    assert stage.sink.said == "It runs.It ended."
    phases = [phase.kind for phase in stage.sink.all(PhaseChanged)]
    assert phases == [PhaseKind.THINKING, PhaseKind.NONE]


def check_sub_agent(stage: Stage, version: str) -> None:
    outer, inner = stage.sink.all(ToolStarted)
    assert (outer.parent, inner.parent) == ("", outer.call)
    assert inner.title == "Bash echo found"
    theirs = [said.text for said in stage.sink.all(AgentSaid) if said.parent == outer.call]
    assert theirs == ["I look. ", "Found."]
    began = stage.sink.all(BackgroundStarted)
    assert [(task.kind, task.call) for task in began] == [("agent", outer.call)] * (version == NEW)
    assert len(stage.sink.all(BackgroundEnded)) == len(began)
    assert all(tool.ok for tool in stage.sink.all(ToolEnded))


def check_hooks(stage: Stage, version: str) -> None:
    first, second, report = stage.sink.all(ToolEnded)
    assert not first.ok
    assert "secret.md lies outside the scope of this session (docs/)" in first.output
    assert second.ok
    assert report.ok
    (question,) = stage.sink.questions
    assert question.request is not None
    assert question.request.paths == ("docs/notes.md",)
    assert stage.sink.said.startswith("Done.Reported")


def check_plan(stage: Stage, version: str) -> None:
    first, second = stage.sink.questions
    assert {first.kind, second.kind} == {QuestionKind.PLAN}
    assert [option.key for option in first.options] == ["allow", "deny"]
    assert [tool.ok for tool in stage.sink.all(ToolEnded)] == [False, True]
    assert stage.sink.all(ToolEnded)[0].output == "name the file"
    assert stage.sink.said == "I begin."


def check_todo(stage: Stage, version: str) -> None:
    plans = [event.steps for event in stage.sink.all(PlanChanged)]
    assert plans == [
        (PlanStep(text="Look"),),
        (PlanStep(text="Look"), PlanStep(text="Mend")),
        (PlanStep(text="Look", status="completed"), PlanStep(text="Mend")),
    ]
    assert stage.sink.all(ToolStarted) == []


CHECKS: dict[str, Callable[[Stage, str], None]] = {
    "edit": check_edit,
    "deny": check_deny,
    "ask": check_ask,
    "steer-tool": check_steer_tool,
    "steer-text": check_steer_text,
    "interrupt": check_interrupt,
    "interrupt-asking": check_interrupt_asking,
    "resume": check_resume,
    "overloaded": check_overloaded,
    "unauthorized": check_unauthorized,
    "limited": check_limited,
    "background": check_background,
    "sub-agent": check_sub_agent,
    "hooks": check_hooks,
    "plan": check_plan,
    "todo": check_todo,
}


def test_every_recording_is_played() -> None:
    recorded = {path.name for path in FRAMES.iterdir()}
    assert recorded == {f"{name}-{version}.jsonl" for name in CHECKS for version in (OLD, NEW)}
    assert set(CHECKS) == set(SCENARIOS)


@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.parametrize("name", CHECKS)
async def test_a_recording(house: House, name: str, version: str) -> None:
    stage = await house.play(name, version)
    assert stage.started.version == f"Claude Code {version}"
    assert [text for level, text in stage.sink.notes if level == "error"] == []
    assert [text for _, text in stage.sink.notes if "unknown" in text] == []
    CHECKS[name](stage, version)
