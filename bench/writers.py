"""`python -m bench.writers PROJECT RATE ID…`: sessions at work, without agents.

One process stands in for the sessions' runners: it holds each lock and appends real journal lines.
Each line carries the moment of its writing. It writes until its stdin is closed.
"""

from __future__ import annotations

import select
import sys
import time
from pathlib import Path

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.events import AgentSaid, RunnerStarted, StateChanged, TurnStarted
from wuhu_tui.model.states import SessionState

MESSAGE_LINES = 40
"""Lines of one message before the next begins."""


class Worker:
    """One session that is said to work."""

    def __init__(self, project: ProjectFolder, name: str) -> None:
        folder = project.session(name)
        self._lock = FileLock(folder.lock)
        if not self._lock.acquire():
            raise SystemExit(f"{folder.lock} is held")
        self._journal = JournalWriter.open(folder.journal, kind="session", name=name)
        self._lines = 0
        self._journal.claim_epoch()
        for event in (
            RunnerStarted(pid=0),
            StateChanged(
                before=SessionState.INSTANTIATED, after=SessionState.STARTING, cause="bench"
            ),
            StateChanged(before=SessionState.STARTING, after=SessionState.WORKING, cause="bench"),
            TurnStarted(turn=1),
        ):
            self._journal.append(event)

    def write(self) -> None:
        """Append one stamped line."""
        message = f"m{self._lines // MESSAGE_LINES}"
        self._lines += 1
        text = f"<{time.monotonic_ns()}> line {self._lines} of work\n"
        self._journal.append(AgentSaid(text=text, message=message))
        self._journal.flush()


def main() -> None:
    """Write until stdin is closed."""
    project = ProjectFolder(Path(sys.argv[1]))
    rate = float(sys.argv[2])
    workers = [Worker(project, name) for name in sys.argv[3:]]
    print("ready", flush=True)
    sys.stdin.readline()
    _pace(workers, rate)


def _pace(workers: list[Worker], rate: float) -> None:
    """Every worker writes `rate` lines a second, spread evenly over time."""
    step = 1 / rate / len(workers)
    start = time.monotonic()
    written = 0
    while True:
        wait = start + written * step - time.monotonic()
        if wait > 0:
            ready, _, _ = select.select([sys.stdin], [], [], wait)
            if ready:
                return
            continue
        workers[written % len(workers)].write()
        written += 1


if __name__ == "__main__":
    main()
