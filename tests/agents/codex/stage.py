"""Adapters whose agent is a recording, or a few lines of Python."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.agents.sink import NOW, RecordingSink
from wuhu_tui.agents.codex import CodexAgent
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, Started
from wuhu_tui.model.sessions import AgentLaunch, Quirks

HERE = Path(__file__).parent
QUICK = Patience(steer=5, cancel=5, end_of_input=5, terminate=5, drain=1)

OPENING = """
import json, sys
def tell(**frame): print(json.dumps(frame), flush=True)
def note(method, **params): tell(method=method, params={"threadId": "t1", **params})
def hear():
    line = sys.stdin.readline()
    if not line: sys.exit(0)
    return json.loads(line)
def answer(**result): call = hear(); tell(id=call["id"], result=result); return call
def refuse(code, message):
    call = hear(); tell(id=call["id"], error={"code": code, "message": message}); return call
def opened(): answer(userAgent="wuhu/9.9 (x)"); hear(); answer(); answer(data=[]); thread()
def thread(): return answer(thread={"id": "t1", "cliVersion": "9.9"}, model="m", sandbox={})
def begun():
    call = answer(turn={"id": "u1", "status": "inProgress"})
    note("turn/started", turn={"id": "u1"})
    note("item/reasoning/textDelta", itemId="r", delta="")
    return call
def over(status="completed", **more):
    note("turn/completed", turn={"id": "u1", "status": status, **more})
"""
"""What every small program can say: `opened()` plays the start, `begun()` the start of a turn
with an empty thought."""


class Show:
    """One running adapter, what it told, and what it said of its start."""

    def __init__(self, agent: CodexAgent, sink: RecordingSink, started: Started) -> None:
        self.agent = agent
        self.sink = sink
        self.started = started


class Stage:
    """A worktree and adapters that start a given program there."""

    def __init__(self, folder: Path) -> None:
        self.worktree = folder / "work"
        self.log = folder / "logs" / "agent.log"
        self.worktree.mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": "/home/lead"}

    def adapter(
        self, command: tuple[str, ...], patience: Patience = QUICK, **quirks: Any
    ) -> CodexAgent:
        """An adapter that was not started."""
        launch = AgentLaunch(
            name="codex", protocol="codex", command=command, quirks=Quirks(**quirks)
        )
        setting = AgentSetting(
            launch=launch, worktree=self.worktree, environment=self.environment, log=self.log
        )
        return CodexAgent(setting, clock=lambda: NOW, new_id=_ids(), patience=patience)

    def recording(self, name: str, **quirks: Any) -> CodexAgent:
        """One whose agent plays a recorded conversation."""
        frames = str(HERE / "frames" / f"{name}.jsonl")
        return self.adapter((sys.executable, "-S", str(HERE / "player.py"), frames), **quirks)

    def program(self, lines: str, patience: Patience = QUICK, **quirks: Any) -> CodexAgent:
        """One whose agent is this Python program."""
        return self.adapter((sys.executable, "-S", "-c", OPENING + lines), patience, **quirks)

    @asynccontextmanager
    async def show(
        self, agent: CodexAgent, reference: str = "", **answers: Any
    ) -> AsyncIterator[Show]:
        """A started adapter, closed at the end."""
        sink = RecordingSink()
        started = await agent.start(sink, reference)
        try:
            yield Show(agent, sink, started)
        finally:
            await agent.close()


def _ids() -> Callable[[], str]:
    numbers = iter(range(1, 10_000))
    return lambda: f"q{next(numbers)}"
