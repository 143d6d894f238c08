"""The runner as a process: killed, stopped, alone, light."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.session.real import ROOT, RealSession
from wuhu_tui.model import commands, events
from wuhu_tui.model.reports import ExitReason
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.guardian import NAME

Make = Callable[[str], RealSession]


@pytest.fixture
async def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Make]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made: list[RealSession] = []

    def make_one(task: str) -> RealSession:
        made.append(RealSession(tmp_path, task))
        return made[-1]

    yield make_one
    for session in made:
        await session.stop()
        session.until(lambda left=session: left.processes == [])  # type: ignore[misc]


async def test_a_session_works_commits_and_rests(make: Make) -> None:
    session = make("! tool git execute\n! commit Hash them\n! done git\n! say done")
    await session.open()
    session.in_state(SessionState.IDLE)
    commit = session.events(events.CommitSeen)[0]
    assert commit.subject == "Hash them"
    assert session.events(events.TurnEnded)[0].head == commit.sha == session.view.head
    assert session.alive


async def test_the_agent_outlives_whoever_started_it(make: Make) -> None:
    session = make("! say hello")
    await session.open()
    session.in_state(SessionState.IDLE)
    runner = session.view.runner_pid
    assert os.getsid(runner) != os.getsid(0)
    os.kill(runner, signal.SIGHUP)
    await session.steer("! say still here")
    session.until(lambda: len(session.prompts) == 2)


async def test_a_second_runner_leaves_at_once_and_writes_nothing(make: Make) -> None:
    session = make("! say hello")
    await session.open()
    session.in_state(SessionState.IDLE)
    before = session.folder.journal.read_bytes()
    second = subprocess.run(
        [sys.executable, "-m", "tests.session.program_runner", str(session.folder.path)],
        timeout=20,
        check=False,
    )
    assert second.returncode == 0
    assert session.folder.journal.read_bytes() == before
    await session.open()
    assert len(session.events(events.RunnerStarted)) == 1


async def test_sigterm_is_a_stop(make: Make) -> None:
    session = make("! tool sleep execute\n! hang")
    await session.open()
    session.until(lambda: session.events(events.ToolStarted))
    os.kill(session.view.runner_pid, signal.SIGTERM)
    session.until(lambda: not session.alive)
    assert session.state is SessionState.STOPPED
    exit_ = session.view.exit
    assert exit_ is not None
    assert (exit_.reason, exit_.detail) == (ExitReason.STOPPED, "stopped by SIGTERM")
    assert session.processes == []


async def test_a_stop_right_after_the_start_counts(make: Make) -> None:
    session = make("! hang")
    await session.open()
    await session.stop()
    assert session.state is SessionState.STOPPED


async def test_a_session_is_resumed_while_its_last_life_is_leaving(make: Make) -> None:
    session = make("! say hello")
    await session.open()
    session.in_state(SessionState.IDLE)
    await session.send(commands.Stop)
    session.in_state(SessionState.STOPPED)
    await session.open()
    session.until(lambda: len(session.events(events.RunnerStarted)) == 2)


async def test_stop_leaves_no_process_however_stubborn(make: Make) -> None:
    session = make("! stubborn\n! tool sleep execute\n! hang")
    await session.open()
    session.until(lambda: session.events(events.ToolStarted))
    assert len(session.processes) == 3
    await session.stop()
    assert session.processes == []
    assert session.state is SessionState.STOPPED


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lets runners adopt")
async def test_stop_leaves_no_daemon_that_wiped_its_traces(make: Make, tmp_path: Path) -> None:
    number = tmp_path / "daemon.pid"
    daemon = f"env -i setsid -f sh -c 'echo $$ > {number}; exec sleep 3600'"
    session = make(f"! run {daemon}\n! tool sleep execute\n! hang")
    await session.open()
    session.until(lambda: session.events(events.ToolStarted) and number.exists())
    session.until(lambda: number.read_text().strip().isdecimal())
    pid = int(number.read_text())
    assert running(pid)
    await session.stop()
    assert not running(pid)


async def test_killing_the_runner_takes_its_agents_tree_with_it(make: Make) -> None:
    session = make("! stubborn\n! tool sleep execute\n! hang")
    await session.open()
    session.until(lambda: session.events(events.ToolStarted))
    session.kill_runner()
    session.until(lambda: session.processes == [], patience=20)
    assert not session.alive
    assert session.state is SessionState.WORKING


async def test_killing_the_agent_fails_the_session_with_its_last_words(make: Make) -> None:
    session = make("! say hello\n! die 3")
    await session.open()
    session.until(lambda: not session.alive)
    assert session.state is SessionState.FAILED
    exit_ = session.view.exit
    assert exit_ is not None
    assert (exit_.code, exit_.last_words.strip()) == (3, "I cannot go on")


async def test_kill_dash_nine_of_the_agent(make: Make) -> None:
    session = make("! stubborn\n! hang")
    await session.open()
    session.until(lambda: len(session.processes) == 3)
    os.kill(session.view.agent_pid, signal.SIGKILL)
    session.until(lambda: not session.alive)
    assert session.state is SessionState.FAILED
    assert session.processes == []


def before_any_sign(session: RealSession) -> object:
    return session.prompts


def in_a_tool(session: RealSession) -> object:
    return session.events(events.ToolStarted)


def asking(session: RealSession) -> object:
    return session.state is SessionState.ASKING


def idle(session: RealSession) -> object:
    return session.state is SessionState.IDLE


async def nothing(session: RealSession) -> None:
    """Kill as it is."""


async def steer(session: RealSession) -> None:
    await session.steer("REMEMBER the salt")


PHASES = [
    ("! hang", before_any_sign),
    ("! say hello\n! tool sleep execute\n! hang", in_a_tool),
    ("! ask q1 Which hash?", asking),
    ("! say hello", idle),
]


@pytest.mark.crash
@pytest.mark.parametrize("before_kill", [nothing, steer])
@pytest.mark.parametrize(("task", "phase"), PHASES)
async def test_a_killed_runner_loses_and_repeats_nothing(
    make: Make,
    task: str,
    phase: Callable[[RealSession], object],
    before_kill: Callable[[RealSession], Awaitable[None]],
) -> None:
    session = make(f"UNIQUE task\n{task}")
    await session.open()
    session.until(lambda: phase(session))
    await before_kill(session)
    session.kill_runner()
    session.until(lambda: session.processes == [] and not session.alive, patience=20)
    await steer(session)
    await session.open()
    session.until(lambda: len(session.prompts) > 1 and "REMEMBER" in "".join(session.prompts))
    prompts = "".join(session.prompts)
    put = 1 if before_kill is nothing else 2
    assert prompts.count("REMEMBER the salt") == put
    landed = [event.id for event in session.events(events.MessageLanded)]
    assert len(landed) == len(set(landed))
    assert [p.startswith("UNIQUE task") for p in session.prompts].count(True) == 1
    lives = [r.epoch for r in session.records if isinstance(r.event, events.RunnerStarted)]
    assert lives == [1, 2]


@pytest.mark.crash
async def test_the_answer_to_a_killed_asker_reaches_the_next_life(make: Make) -> None:
    session = make("! ask q1 Which hash?")
    await session.open()
    session.in_state(SessionState.ASKING)
    session.kill_runner()
    session.until(lambda: not session.alive)
    await session.answer("q1", "argon2")
    await session.open()
    session.until(lambda: "The answer is: argon2" in "".join(session.prompts))


async def test_what_an_older_life_left_behind_is_ended_before_the_next_begins(make: Make) -> None:
    session = make("! hang")
    await session.open()
    session.until(lambda: session.prompts)
    agent, runner = session.view.agent_pid, session.view.runner_pid
    guardian = guardian_of(runner)
    os.kill(guardian, signal.SIGKILL)
    session.kill_runner()
    session.until(lambda: not session.alive)
    assert session.processes == [agent]
    await session.open()
    session.until(lambda: len(session.prompts) == 2)
    assert agent not in session.processes


async def test_sweep_ends_the_leftovers_of_a_dead_life(make: Make) -> None:
    session = make("! stubborn\n! hang")
    await session.open()
    session.until(lambda: len(session.processes) == 3)
    os.kill(guardian_of(session.view.runner_pid), signal.SIGKILL)
    session.kill_runner()
    session.until(lambda: not session.alive)
    assert len(session.processes) == 3
    assert await session.host.sweep(session.spec.id) == ()
    assert session.processes == []


async def test_the_guardian_goes_with_its_runner(make: Make) -> None:
    session = make("! say hello")
    await session.open()
    session.in_state(SessionState.IDLE)
    guardian = guardian_of(session.view.runner_pid)
    await session.stop()
    session.until(lambda: not running(guardian), patience=20)


async def test_the_guardian_holds_neither_lock_nor_journal(make: Make) -> None:
    session = make("! say hello")
    await session.open()
    session.in_state(SessionState.IDLE)
    held = Path(f"/proc/{guardian_of(session.view.runner_pid)}/fd")
    if not held.is_dir():
        pytest.skip("needs /proc")
    names = {str(link.readlink()) for link in held.iterdir()}
    assert not any(name.endswith((".lock", ".jsonl", "bell")) for name in names)


def guardian_of(runner: int) -> int:
    """The runner's child that is no agent."""
    psutil: Any = importlib.import_module("psutil")
    children = psutil.Process(runner).children()
    [guardian] = [child.pid for child in children if NAME in child.cmdline()]
    return int(guardian)


def running(pid: int) -> bool:
    psutil: Any = importlib.import_module("psutil")
    return bool(psutil.pid_exists(pid)) and psutil.Process(pid).status() != "zombie"


HEAVY = ("textual", "git", "pydantic", "typer", "psutil", "acp", "rich", "watchfiles")


def test_the_runner_imports_nothing_heavy() -> None:
    script = (
        "import sys, wuhu_tui.session.runner\n"
        "light = set(sys.modules)\n"
        "import wuhu_tui.session.guarded\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], 'asyncio' in light)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    assert told.stdout.strip() == "[] False"


async def test_an_idle_runner_is_light_and_its_guardian_next_to_nothing(make: Make) -> None:
    session = make("! say hello")
    await session.open()
    session.in_state(SessionState.IDLE)
    maps = Path(f"/proc/{session.view.runner_pid}/maps")
    if not maps.is_file():
        pytest.skip("needs /proc")
    loaded = maps.read_text()
    assert "psutil" not in loaded
    assert "pydantic" not in loaded
    assert "_asyncio" in loaded
    guardian = Path(f"/proc/{guardian_of(session.view.runner_pid)}")
    assert "python" not in (guardian / "maps").read_text()
