"""What is played with the agent, the same with the real program as with a recording of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.agents.sink import RecordingSink
from wuhu_tui.agents.claude import ClaudeAgent
from wuhu_tui.agents.protocol import McpServer, Started
from wuhu_tui.model.agent_events import BackgroundEnded, BackgroundStarted
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid, PhaseChanged, ToolStarted
from wuhu_tui.model.value import Value

SLEEP = 'python3 -c "import time; time.sleep({})"'
SETTLING = 50
"""Turns of the event loop after which all that could be sent was sent."""

Step = dict[str, Any]


class Given(Value, frozen=True):
    """What a scenario wants of its setting."""

    mode: str = ""
    scope: tuple[str, ...] = ()
    servers: tuple[McpServer, ...] = ()
    environment: dict[str, str] = {}
    resumes: bool = False
    """Whether it is the second life of a conversation."""


class Stage:
    """One started agent, and what it told."""

    def __init__(
        self, agent: ClaudeAgent, sink: RecordingSink, started: Started, *, real: bool
    ) -> None:
        self.agent = agent
        self.sink = sink
        self.started = started
        self.reasons: list[str] = []
        self.errors: list[AgentError] = []
        self._real = real

    async def prompt(self, words: str, *replies: list[Step]) -> None:
        """Run one turn; only the real agent needs to know what its model replies."""
        script = f" <<<{_nested(list(replies))}>>>" if self._real else ""
        try:
            self.reasons.append(await self.agent.prompt(words + script))
        except AgentError as error:
            self.errors.append(error)

    async def pause(self, pausing: Callable[[], Awaitable[None]]) -> None:
        """Give a real program time to be in the midst of it."""
        if self._real:
            await pausing()
            return
        for _ in range(SETTLING):
            await asyncio.sleep(0)


def _nested(replies: list[list[Step]]) -> str:
    """The script as JSON; one inside a sub-agent's prompt is written so that it is not seen."""
    text = json.dumps(replies)
    return text.replace("<<<", r"\u003c\u003c\u003c").replace(">>>", r"\u003e\u003e\u003e")


def tool(name: str, **arguments: Any) -> Step:
    """A tool call of the model."""
    return {"tool": name, "input": arguments}


def bash(command: str, **more: Any) -> Step:
    """A command of the model."""
    return tool("Bash", command=command, description="Run it", **more)


Play = Callable[[Stage, "Actions"], Awaitable[None]]


class Actions(Value, frozen=True):
    """What a scenario needs from outside."""

    worktree: str
    wait: Callable[[], Awaitable[None]]
    together: Callable[[Awaitable[None], Awaitable[None]], Awaitable[None]]


async def edit(stage: Stage, do: Actions) -> None:
    """Change a file and commit it, each with leave."""
    stage.sink.answers.extend(({"choice": "allow"}, {"choice": "allow_session"}))
    path = f"{do.worktree}/cart.py"
    await stage.prompt(
        "Change the tax",
        [{"think": "It is seven."}, {"text": "I look. "}, tool("Read", file_path=path)],
        [tool("Edit", file_path=path, old_string="TAX = 7", new_string="TAX = 8")],
        [bash("git commit -qam 'Raise the tax' && git log --format=%s -1")],
        [{"text": "Done: {last_tool}"}],
    )


async def deny(stage: Stage, do: Actions) -> None:
    """A file is not created, and the agent reads why; another one is."""
    stage.sink.answers.extend(
        ({"choice": "deny", "text": "put it into docs/"}, {"choice": "allow", "note": "thanks"})
    )
    await stage.prompt(
        "Write notes",
        [tool("Write", file_path=f"{do.worktree}/notes.md", content="one\n")],
        [tool("Write", file_path=f"{do.worktree}/docs/notes.md", content="one\ntwo")],
        [{"text": "I was told: {last_tool}"}],
    )


QUESTIONS = [
    {
        "question": "Which hash?",
        "header": "Hash",
        "multiSelect": False,
        "options": [
            {"label": "bcrypt", "description": "old"},
            {"label": "argon2 (Recommended)", "description": "slow"},
        ],
    },
    {
        "question": "Which languages?",
        "header": "Languages",
        "multiSelect": True,
        "options": [{"label": "py", "description": "a"}, {"label": "go", "description": "b"}],
    },
]


async def ask(stage: Stage, do: Actions) -> None:
    """The agent asks two questions at once."""
    stage.sink.answers.extend(({"choice": "bcrypt", "note": "for now"}, {"text": "PY, go"}))
    await stage.prompt(
        "Choose",
        [tool("AskUserQuestion", questions=QUESTIONS)],
        [{"text": "I heard: {last_tool}"}],
    )


async def steer_tool(stage: Stage, do: Actions) -> None:
    """A message comes while a command runs."""
    stage.sink.answers.append({"choice": "allow"})

    async def steer() -> None:
        await stage.sink.until_event(ToolStarted)
        await stage.sink.until_asked()
        await stage.pause(do.wait)
        await stage.agent.steer("be brief", "m1")

    replies = ([bash(SLEEP.format(3))], [{"text": "I heard: {last_user}"}])
    await do.together(stage.prompt("Wait a little", *replies), steer())


async def steer_text(stage: Stage, do: Actions) -> None:
    """Two messages come while the agent writes its last words: too late for this turn."""

    async def steer() -> None:
        await stage.sink.until_event(AgentSaid)
        await stage.agent.steer("one more thing", "m1")
        await stage.agent.steer("and another", "m2")

    words = {"text": "All is well and will be well. " * 2, "cps": 40}
    replies = ([words], [{"text": "I heard: {last_user}"}])
    await do.together(stage.prompt("Write", *replies), steer())


async def interrupt(stage: Stage, do: Actions) -> None:
    """A command is interrupted, with a message waiting; the next turn is a good one."""
    stage.sink.answers.append({"choice": "allow"})

    async def stop() -> None:
        await stage.sink.until_asked()
        await stage.pause(do.wait)
        await stage.agent.steer("never mind", "m1")
        await stage.pause(do.wait)
        await stage.agent.interrupt()

    await do.together(stage.prompt("Wait long", [bash(SLEEP.format(30))]), stop())
    await stage.prompt("Go on", [{"text": "I go on."}])


async def interrupt_asking(stage: Stage, do: Actions) -> None:
    """A turn is interrupted while leave is asked for."""

    async def stop() -> None:
        await stage.sink.until_asked()
        await stage.agent.interrupt()

    await do.together(stage.prompt("Wait", [bash(SLEEP.format(30))]), stop())


async def resume(stage: Stage, do: Actions) -> None:
    """The second life of a conversation."""
    await stage.prompt("What do you remember?", [{"text": "All of it."}])


async def overloaded(stage: Stage, do: Actions) -> None:
    """The model's server is overloaded, and then it is not."""
    await stage.prompt("Try", [{"error": 529}])
    await stage.prompt("Try again", [{"text": "Now it works."}])


async def unauthorized(stage: Stage, do: Actions) -> None:
    """The key is not good."""
    await stage.prompt("Try", [{"error": 401}])


async def limited(stage: Stage, do: Actions) -> None:
    """Too many requests."""
    await stage.prompt("Try", [{"error": 429}])


async def background(stage: Stage, do: Actions) -> None:
    """A command goes on beside the turn; its end wakes the agent."""
    stage.sink.answers.append({"choice": "allow"})
    await stage.prompt(
        "Begin",
        [bash(SLEEP.format(2), run_in_background=True)],
        [{"text": "It runs."}],
        [{"text": "It ended."}],
    )
    await stage.sink.until_event(BackgroundStarted)
    await stage.sink.until_event(BackgroundEnded)
    await stage.sink.until_event(PhaseChanged)


SUB_AGENT = json.dumps([[{"text": "I look. "}, bash("echo found")], [{"text": "Found."}]])


async def sub_agent(stage: Stage, do: Actions) -> None:
    """A sub-agent does the work; newer versions let it work beside the turn."""
    name = "Task" if "2.1.197" in stage.started.version else "Agent"
    call = tool(
        name,
        description="Look around",
        subagent_type="general-purpose",
        prompt=f"Look <<<{SUB_AGENT}>>>",
    )
    await stage.prompt("Delegate", [call], [{"text": "It is done."}], [{"text": "Good."}])
    if name == "Agent":
        await stage.sink.until_event(BackgroundEnded)
        await stage.sink.until_event(PhaseChanged)


async def hooks(stage: Stage, do: Actions) -> None:
    """An edit outside the scope is refused, and the turn's end is held up once."""
    stage.sink.answers.append({"choice": "allow"})
    await stage.prompt(
        "Write notes",
        [tool("Write", file_path=f"{do.worktree}/secret.md", content="x\n")],
        [tool("Write", file_path=f"{do.worktree}/docs/notes.md", content="x\n")],
        [{"text": "Done."}],
        [tool("mcp__wuhu__report", kind="done", summary="I wrote them.")],
        [{"text": "Reported: {last_tool}"}],
    )


async def plan(stage: Stage, do: Actions) -> None:
    """The agent plans first; its plan is sent back once, and approved."""
    stage.sink.answers.extend(({"choice": "deny", "text": "name the file"}, {"choice": "allow"}))
    await stage.prompt(
        "Plan",
        [tool("ExitPlanMode", plan="1. Do it")],
        [tool("ExitPlanMode", plan="1. Change cart.py")],
        [{"text": "I begin."}],
    )


async def todo(stage: Stage, do: Actions) -> None:
    """The agent keeps a list of what it does."""
    await stage.prompt(
        "Keep a list",
        [tool("TaskCreate", subject="Look", description="Look at it")],
        [tool("TaskCreate", subject="Mend", description="Mend it")],
        [tool("TaskUpdate", taskId="1", status="completed")],
        [{"text": "So it is."}],
    )


SCENARIOS: dict[str, tuple[Play, Given]] = {
    "edit": (edit, Given()),
    "deny": (deny, Given()),
    "ask": (ask, Given()),
    "steer-tool": (steer_tool, Given()),
    "steer-text": (steer_text, Given()),
    "interrupt": (interrupt, Given()),
    "interrupt-asking": (interrupt_asking, Given()),
    "resume": (resume, Given(resumes=True)),
    "overloaded": (overloaded, Given(environment={"CLAUDE_CODE_MAX_RETRIES": "1"})),
    "unauthorized": (unauthorized, Given(environment={"CLAUDE_CODE_MAX_RETRIES": "1"})),
    "limited": (limited, Given(environment={"CLAUDE_CODE_MAX_RETRIES": "1"})),
    "background": (background, Given()),
    "sub-agent": (sub_agent, Given()),
    "hooks": (
        hooks,
        Given(
            scope=("docs/",),
            servers=(McpServer(name="wuhu", command=("python3", "server.py")),),
        ),
    ),
    "plan": (plan, Given(mode="plan")),
    "todo": (todo, Given()),
}
"""Every scenario by the name of its recording."""
