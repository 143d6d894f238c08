"""The whole road: host, runner, ACP adapter and the sample agent, each in its own process."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.session.real import ROOT, RealSession
from wuhu_tui.hosts.local import RUNNER
from wuhu_tui.journal.clock import now
from wuhu_tui.model import events
from wuhu_tui.model.commands import AnswerQuestion
from wuhu_tui.model.messages import Boundary
from wuhu_tui.model.questions import Answer, QuestionKind
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.sessions import AgentLaunch, Quirks
from wuhu_tui.model.states import SessionState

Make = Callable[[str], RealSession]

WORK = """
name = "work"
[[turns]]
steps = [
  { say = "I look." },
  { write = "hash.py", content = "algorithm = 'bcrypt'\\n" },
  { ask = "Which hash?", options = [
    { key = "argon2", label = "argon2", recommended = true },
    { key = "bcrypt", label = "bcrypt" },
  ] },
  { run = "cat hash.py" },
  { commit = "Hash the passwords" },
  { report = "done", summary = "hashed with {last_answer}" },
]
"""

LONG = """
name = "long"
on_steer = [ { say = "I heard: {last_steer}" } ]
[[turns]]
steps = [
  { run = "while [ ! -e go ]; do sleep 0.05; done" },
  { run = "while [ ! -e on ]; do sleep 0.05; done" },
  { say = "Going on." },
  { run = "setsid sleep 3600 &", background = true },
  { hang = true },
]


"""

SHIM = f'#!/bin/sh\nexec {sys.executable} -m wuhu_tui "$@"\n'


@pytest.fixture
async def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Make]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made: list[RealSession] = []

    def make_one(script: str) -> RealSession:
        path = tmp_path / "script.toml"
        path.write_text(script)
        command = (
            sys.executable,
            "-m",
            "wuhu_tui.sample_agent",
            "--script",
            str(path),
            "--delay",
            "0",
        )
        quirks = Quirks(second_prompt="folded", steer_method="session/steering")
        launch = AgentLaunch(name="sample", command=command, quirks=quirks)
        made.append(RealSession(tmp_path, "Hash the passwords.", runner=RUNNER, agent=launch))
        shim = tmp_path / ".wuhu" / "bin" / "wuhu"
        shim.parent.mkdir()
        shim.write_text(SHIM)
        shim.chmod(0o755)
        return made[-1]

    yield make_one
    for session in made:
        await session.stop()
        session.until(lambda left=session: left.processes == [])  # type: ignore[misc]


async def test_it_asks_works_commits_and_reports(make: Make) -> None:
    session = make(WORK)
    await session.open()
    session.in_state(SessionState.ASKING)
    [question] = session.view.questions
    assert question.kind is QuestionKind.CHOICE
    answer = Answer(question=question.id, by="lead", at=now(), choice=question.options[0].key)
    await session.send(AnswerQuestion, answer=answer)
    session.in_state(SessionState.REPORTED)
    [report] = [event.report for event in session.events(events.ReportMade)]
    assert (report.kind, report.summary) == (ReportKind.DONE, "hashed with argon2")
    [commit] = session.events(events.CommitSeen)
    assert (commit.subject, report.head) == ("Hash the passwords", commit.sha)
    assert (session.worktree / "hash.py").read_text() == "algorithm = 'bcrypt'\n"


async def test_steer_lands_at_the_tools_end_and_a_killed_runner_resumes(make: Make) -> None:
    session = make(LONG)
    await session.open()
    session.until(lambda: session.events(events.ToolStarted))
    steer = await session.steer("use argon2")
    session.until(lambda: steer.id in [e.message.id for e in session.events(events.MessageQueued)])
    (session.worktree / "go").touch()
    session.until(lambda: steer.id in [e.id for e in session.events(events.MessageLanded)])
    (session.worktree / "on").touch()
    session.until(lambda: "I heard: use argon2" in said(session))
    landed = {event.id: event.boundary for event in session.events(events.MessageLanded)}
    assert landed[steer.id] is Boundary.TOOL_END
    session.until(lambda: len(session.processes) >= 2 and "Going on." in said(session))
    session.kill_runner()
    session.until(lambda: session.processes == [], patience=20)
    await session.open()
    session.until(lambda: "resumption-2" in [e.id for e in session.events(events.MessageLanded)])
    assert session.events(events.AgentStarted)[-1].resumed
    assert said(session).count("I heard") == 1


async def test_a_killed_agent_fails_with_its_code(make: Make) -> None:
    session = make(LONG)
    await session.open()
    session.until(lambda: session.events(events.ToolStarted))
    os.kill(session.view.agent_pid, 9)
    session.until(lambda: not session.alive)
    assert session.state is SessionState.FAILED
    assert session.view.exit is not None
    assert session.view.exit.code == -9
    assert session.processes == []


def said(session: RealSession) -> str:
    return "".join(event.text for event in session.events(events.AgentSaid))
