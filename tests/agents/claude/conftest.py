from __future__ import annotations

import asyncio
import itertools
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.agents.claude.scenarios import SCENARIOS, Actions, Given, Stage
from tests.agents.sink import LIMIT, NOW, RecordingSink
from wuhu_tui.agents.claude import ClaudeAgent
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.sessions import AgentLaunch, Quirks

HERE = Path(__file__).parent
PLAYER = HERE / "player.py"
FRAMES = HERE / "frames"
PLAIN = Given()
QUICK = Patience(steer=0.2, cancel=5, end_of_input=5, terminate=5, drain=1)


def counted() -> Callable[[], str]:
    """Names that follow one another."""
    numbers = itertools.count(1)
    return lambda: f"name-{next(numbers)}"


class House:
    """A worktree and adapters whose agent is a small program of the test's choice."""

    def __init__(self, folder: Path) -> None:
        self.worktree = (folder / "work").resolve()
        self.worktree.mkdir()
        self.log = folder / "logs" / "agent.log"

    def setting(self, *command: str, given: Given = PLAIN, **quirks: Any) -> AgentSetting:
        """What the adapter is given."""
        launch = AgentLaunch(
            name="claude",
            protocol="claude",
            command=command,
            quirks=Quirks(mode=given.mode, **quirks),
        )
        return AgentSetting(
            launch=launch,
            worktree=self.worktree,
            environment={"PATH": os.environ["PATH"], **given.environment},
            log=self.log,
            mcp_servers=given.servers,
            scope=given.scope,
        )

    def agent(self, setting: AgentSetting, patience: Patience = QUICK) -> ClaudeAgent:
        """An adapter that was not started."""
        return ClaudeAgent(setting, clock=lambda: NOW, new_id=counted(), patience=patience)

    async def play(self, name: str, version: str) -> Stage:
        """Run a scenario with its recording to the agent's end."""
        play, given = SCENARIOS[name]
        recording = FRAMES / f"{name}-{version}.jsonl"
        setting = self.setting(sys.executable, str(PLAYER), str(recording), given=given)
        agent, sink = self.agent(setting), RecordingSink()
        async with asyncio.timeout(LIMIT):
            started = await agent.start(sink, "old" if given.resumes else "")
            stage = Stage(agent, sink, started, real=False)
            try:
                await play(stage, Actions(str(self.worktree), _at_once, _together))
            finally:
                await agent.close()
        assert sink.exits == [(0, "")], "the player met another frame than in the recording"
        return stage

    @asynccontextmanager
    async def program(
        self,
        source: str,
        *,
        patience: Patience = QUICK,
        given: Given = PLAIN,
        **quirks: Any,
    ) -> AsyncIterator[Stage]:
        """A started adapter whose agent runs this Python source, after its start was answered."""
        program = self.worktree.parent / "program.py"
        program.write_text(PROLOGUE + source, encoding="utf-8")
        setting = self.setting(sys.executable, str(program), given=given, **quirks)
        agent, sink = self.agent(setting, patience), RecordingSink()
        async with asyncio.timeout(LIMIT):
            started = await agent.start(sink, "")
            try:
                yield Stage(agent, sink, started, real=False)
            finally:
                await agent.close()


PROLOGUE = '''
import json, sys

def tell(**frame):
    sys.stdout.write(json.dumps(frame) + "\\n")
    sys.stdout.flush()

def hear():
    line = sys.stdin.readline()
    return json.loads(line) if line else sys.exit(0)

def answer(heard, **said):
    told = {"subtype": "success", "request_id": heard["request_id"], "response": said}
    tell(type="control_response", response=told)

def turn(**more):
    """Hear a prompt and tell that a turn begins."""
    heard = hear()
    tell(type="system", subtype="init", session_id="s", model="m", **more)
    return heard

def result(**more):
    tell(type="result", **{"subtype": "success", "is_error": False, **more})

def say(text):
    message = {"id": "m", "content": [{"type": "text", "text": text}]}
    tell(type="assistant", message=message)

for _ in range(2):
    answer(hear(), version="9", applied={"model": "m"})
'''


async def _at_once() -> None:
    """A recording needs no time."""


async def _together(first: Awaitable[None], second: Awaitable[None]) -> None:
    await asyncio.gather(first, second)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A worktree, and room for agents."""
    return House(tmp_path)
