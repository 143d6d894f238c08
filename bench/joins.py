"""(e) What waiting costs: the processor time of a core with 50 open joins beside the same with none."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import ExitStack
from pathlib import Path

from bench.measuring import table
from bench.project import make_project
from wuhu_tui.core.core import Core
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.events import RunnerStarted
from wuhu_tui.model.joins import JoinMode, JoinUntil
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.log import SessionLog

JOINS = 50
SESSIONS = 10
ROUNDS = 3
WINDOW = 6.0
SETTLE = 2.0


def measure(folder: Path) -> None:
    """Print the table of waiting."""
    names = make_project(folder / "project", SESSIONS)
    with ExitStack() as held:
        for name in names:
            _idle(ProjectFolder(folder / "project"), name, held)
        without, waiting, records = asyncio.run(_measured(folder / "project", names))
    rows = [
        ("no join", f"{without:.2f} %", "1.0", ""),
        (f"{JOINS} open joins", f"{waiting:.2f} %", f"{waiting / without:.2f}", str(records)),
    ]
    table(
        f"(e) A core that conducts {SESSIONS} idle sessions, {ROUNDS} × {WINDOW:.0f} s each",
        ("", "CPU of one core", "ratio", "lines written while waiting"),
        rows,
    )


def _idle(project: ProjectFolder, name: str, held: ExitStack) -> None:
    """A session whose turn is over and whose runner seems to live."""
    folder = project.session(name)
    lock = FileLock(folder.lock)
    lock.acquire()
    held.callback(lock.release)
    log = SessionLog.open(folder, SessionSpec(id=name, project="bench"), environment={})
    log.write(RunnerStarted(pid=os.getpid()))
    for state in (SessionState.STARTING, SessionState.WORKING, SessionState.IDLE):
        log.enter(state, "for measuring")
    log.close()


async def _measured(root: Path, names: list[str]) -> tuple[float, float, int]:
    """Percent of one core without joins and with them, and the records written meanwhile."""
    core = await Core.open(root)
    without = waiting = 0.0
    written = 0
    try:
        for _ in range(ROUNDS):
            without += await _window()
            joins = [await _opened(core, names, number) for number in range(JOINS)]
            before = core.board.project.cursor.seq
            waiting += await _window()
            written += core.board.project.cursor.seq - before
            for join in joins:
                await core.cancel_join(join)
    finally:
        await core.aclose()
    return without / ROUNDS, waiting / ROUNDS, written


async def _opened(core: Core, names: list[str], number: int) -> str:
    mode = JoinMode.ALL if number % 2 else JoinMode.ANY
    join = await core.open_join(names, mode=mode, until=JoinUntil.REPORTED, by=f"waiter-{number}")
    return join.id


async def _window() -> float:
    """Percent of one core that this process uses in one window."""
    await asyncio.sleep(SETTLE)
    used, began = time.process_time(), time.monotonic()
    await asyncio.sleep(WINDOW)
    return (time.process_time() - used) / (time.monotonic() - began) * 100
