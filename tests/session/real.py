"""Real runners of real processes, spawned as a host spawns them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.session.stage import make_session
from wuhu_tui.hosts.local import LocalHost
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import commands
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.fold_session import fold_session
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.processes import Belonging, find

ROOT = Path(__file__).resolve().parents[2]
RUNNER = (sys.executable, "-m", "tests.session.program_runner")
PATIENCE = 40.0


def make_repository(folder: Path) -> str:
    """A repository of one commit, which is returned."""
    folder.mkdir()
    for command in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", "Ann"),
        ("config", "user.email", "ann@example.org"),
        ("commit", "-q", "--allow-empty", "-m", "Start"),
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    )
    return head.stdout.strip()


class RealSession:
    """One session with a git worktree on this machine."""

    def __init__(
        self, root: Path, task: str, runner: tuple[str, ...] = RUNNER, **changes: Any
    ) -> None:
        self.worktree = root / "worktree"
        base = make_repository(self.worktree)
        self.folder, self.spec = make_session(root, task=task, base_commit=base, **changes)
        self.host = LocalHost(ProjectFolder(root), runner)

    async def open(self) -> None:
        await self.host.resume(self.spec.id)

    async def send(self, kind: type[Any], **fields: Any) -> Any:
        command = kind(id=new_id(), by="lead", at=now(), **fields)
        await self.host.send(self.spec.id, command)
        return command

    async def steer(self, text: str) -> commands.Steer:
        command = await self.send(commands.Steer, text=text)
        assert isinstance(command, commands.Steer)
        return command

    async def answer(self, question: str, text: str) -> None:
        answer = Answer(question=question, by="lead", at=now(), text=text)
        await self.send(commands.AnswerQuestion, answer=answer)

    async def stop(self) -> None:
        if self.alive:
            await self.send(commands.Stop)
            self.until(lambda: not self.alive)

    @property
    def alive(self) -> bool:
        return self.host.alive(self.spec.id)

    @property
    def records(self) -> tuple[Record, ...]:
        return read_from(self.folder.journal, self.spec.id).records

    @property
    def view(self) -> SessionView:
        view = SessionView(spec=self.spec)
        for record in self.records:
            view = fold_session(view, record)
        return view

    def events(self, kind: type[Any]) -> list[Any]:
        return [record.event for record in self.records if isinstance(record.event, kind)]

    @property
    def state(self) -> SessionState | None:
        own = self.view.own
        return own.state if own else None

    @property
    def prompts(self) -> list[str]:
        """Every prompt any agent of any life was given."""
        log = self.worktree / "prompts.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    @property
    def processes(self) -> list[int]:
        return [process.pid for process in find(Belonging(self.folder.path))]

    def kill_runner(self) -> None:
        os.kill(self.view.runner_pid, signal.SIGKILL)

    def until(self, true: Callable[[], object], patience: float = PATIENCE) -> None:
        give_up = time.monotonic() + patience
        while not true():
            assert time.monotonic() < give_up, self.told()
            time.sleep(0.01)

    def in_state(self, state: SessionState) -> None:
        self.until(lambda: self.state is state)

    def told(self) -> str:
        log = self.folder.runner_log
        words = log.read_text() if log.exists() else ""
        events = "\n".join(str(record.event)[:150] for record in self.records[-20:])
        return f"not in time\n{events}\n{words}"
