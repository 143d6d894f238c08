from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.agents.sink import NOW, RecordingSink
from wuhu_tui.agents.acp import AcpAgent
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, Started
from wuhu_tui.model.sessions import AgentLaunch, Quirks

QUICK = Patience(steer=5, cancel=5, end_of_input=5, terminate=5, drain=1)


class Show:
    """One running adapter, what it told, and what it said of its start."""

    def __init__(self, agent: AcpAgent, sink: RecordingSink, started: Started) -> None:
        self.agent = agent
        self.sink = sink
        self.started = started


class Theatre:
    """A worktree, a script and adapters whose agents follow it."""

    def __init__(self, folder: Path) -> None:
        self.worktree = folder / "work"
        self.state = folder / "state"
        self.log = folder / "logs" / "agent.log"
        self.script = folder / "script.json"
        self.worktree.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "WUHU_SESSION_FOLDER": str(self.state),
        }

    def play(self, *turns: list[dict[str, Any]], **more: Any) -> None:
        """Write the script: one list of steps for each turn."""
        script = {"turns": [{"steps": steps} for steps in turns], **more}
        self.script.write_text(json.dumps(script), encoding="utf-8")

    def setting(self, command: tuple[str, ...] = (), **quirks: Any) -> AgentSetting:
        """What the adapter is given."""
        sample = ("-m", "wuhu_tui.sample_agent", "--script", str(self.script), "--delay", "0")
        launch = AgentLaunch(
            name="sample", command=command or (sys.executable, *sample), quirks=Quirks(**quirks)
        )
        return AgentSetting(
            launch=launch, worktree=self.worktree, environment=self.environment, log=self.log
        )

    def adapter(
        self, patience: Patience = QUICK, command: tuple[str, ...] = (), **quirks: Any
    ) -> AcpAgent:
        """An adapter that was not started."""
        return AcpAgent(
            self.setting(command, **quirks), clock=lambda: NOW, new_id=_ids(), patience=patience
        )

    @asynccontextmanager
    async def show(
        self, reference: str = "", patience: Patience = QUICK, **quirks: Any
    ) -> AsyncIterator[Show]:
        """A started adapter, closed at the end."""
        agent, sink = self.adapter(patience, **quirks), RecordingSink()
        started = await agent.start(sink, reference)
        try:
            yield Show(agent, sink, started)
        finally:
            await agent.close()


def _ids() -> Callable[[], str]:
    numbers = iter(range(1, 10_000))
    return lambda: f"q{next(numbers)}"


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    """A git repository with one committed file, and room for agents."""
    theatre = Theatre(tmp_path)
    (theatre.worktree / "cart.py").write_text("TAX = 7\nSHIPPING = 5\n", encoding="utf-8")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run(("git", *words), cwd=theatre.worktree, check=True, timeout=30)
    return theatre
