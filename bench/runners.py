"""(a) What a runner costs, beside a bare asyncio Python that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from bench.measuring import end, memory, table
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.events import AgentStarted, Event, RunnerStarted, TurnEnded
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec
from wuhu_tui.session.mailbox import Mailbox

RUNS = 5
PATIENCE = 20.0

BARE = """
import asyncio
async def idle():
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(idle())
"""

SCRIPT = """
name = "idle"
[[turns]]
steps = [{ say = "here" }]
"""


class Figures(msgspec.Struct, frozen=True):
    """Milliseconds to ready; megabytes once idle."""

    start: float
    megabytes: float


def measure(folder: Path) -> None:
    """Print the table of runners."""
    bare = _middle([_bare() for _ in range(RUNS)])
    idle = _middle([_idle(folder / f"idle{number}") for number in range(RUNS)])
    full, guardian, agent = _with_agent(folder / "full")
    rows = [
        _row("bare asyncio Python", bare, bare),
        _row("runner, before the adapter is loaded", idle, bare),
        _row("runner, with the ACP adapter, idle", full, bare),
        _row("  its guardian", guardian, bare),
        _row("  its agent (the sample agent)", agent, bare),
    ]
    table(
        f"(a) A session's runner; median of {RUNS} starts",
        ("", "ready", "ratio", "memory", "ratio"),
        rows,
    )


def _row(name: str, figures: Figures, bare: Figures) -> Sequence[str]:
    start = (f"{figures.start:.0f} ms", f"{figures.start / bare.start:.1f}")
    return (
        name,
        *(start if figures.start else ("", "")),
        f"{figures.megabytes:.1f} MB",
        f"{figures.megabytes / bare.megabytes:.1f}",
    )


def _middle(runs: list[Figures]) -> Figures:
    return Figures(
        start=median(run.start for run in runs), megabytes=median(run.megabytes for run in runs)
    )


def _bare() -> Figures:
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", BARE], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            ready = time.monotonic() - began
            return Figures(start=ready * 1000, megabytes=_settled(process.pid))
        finally:
            end(process.pid)


def _idle(folder: Path) -> Figures:
    session = _session(folder, AgentLaunch(name="none"))
    began = time.monotonic()
    with _run("bench.idle_agent", session) as process:
        try:
            _wait_for(session, RunnerStarted)
            ready = time.monotonic() - began
            return Figures(start=ready * 1000, megabytes=_settled(process.pid))
        finally:
            end(process.pid)


def _with_agent(folder: Path) -> tuple[Figures, Figures, Figures]:
    script = folder / "script.toml"
    folder.mkdir(parents=True)
    script.write_text(SCRIPT)
    command = (
        sys.executable,
        "-m",
        "wuhu_tui.sample_agent",
        "--delay",
        "0",
        "--script",
        str(script),
    )
    session = _session(folder, AgentLaunch(name="sample", command=command))
    began = time.monotonic()
    with _run("wuhu_tui.session.runner", session) as process:
        try:
            started = _wait_for(session, AgentStarted)
            ready = time.monotonic() - began
            _wait_for(session, TurnEnded)
            assert isinstance(started, AgentStarted)
            return (
                Figures(start=ready * 1000, megabytes=_settled(process.pid)),
                Figures(start=0, megabytes=_guardian(process.pid, started.pid)),
                Figures(start=0, megabytes=memory(started.pid)),
            )
        finally:
            end(process.pid)


def _guardian(runner: int, agent: int) -> float:
    """The runner's other child."""
    import psutil

    others = [child.pid for child in psutil.Process(runner).children() if child.pid != agent]
    return sum(memory(pid) for pid in others)


def _settled(pid: int) -> float:
    time.sleep(0.3)
    return memory(pid)


def _run(module: str, session: SessionFolder) -> subprocess.Popen[bytes]:
    with (session.path / "bench.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", module, str(session.path)], stdout=log, stderr=log
        )


def _session(folder: Path, launch: AgentLaunch) -> SessionFolder:
    worktree = folder / "worktree"
    worktree.mkdir(parents=True)
    _git(worktree, "init", "--quiet", "--initial-branch=main")
    _git(worktree, *_NAMED, "commit", "--quiet", "--allow-empty", "--message=begin")
    session = SessionFolder(folder / "bench-impl-01")
    session.path.mkdir()
    Mailbox(session.mailbox).prepare()
    spec = SessionSpec(
        id=session.name, project="bench", task="idle", agent=launch, worktree=str(worktree)
    )
    session.spec.write_bytes(msgspec.json.encode(spec))
    return session


_NAMED = ("-c", "user.name=bench", "-c", "user.email=bench@localhost")


def _git(folder: Path, *arguments: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)


def _wait_for(session: SessionFolder, kind: type[Event]) -> Event:
    return wait_until(lambda: _first(session, kind), f"{kind.__name__} in {session.journal}")


def _first(session: SessionFolder, kind: type[Event]) -> Event | None:
    events = (record.event for record in read_from(session.journal, session.name).records)
    return next((event for event in events if isinstance(event, kind)), None)


def wait_until(look: Callable[[], Event | None], what: str) -> Event:
    """Look again and again; bounded."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        found = look()
        if found is not None:
            return found
        time.sleep(0.002)
    raise TimeoutError(what)
