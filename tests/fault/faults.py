"""What goes wrong: processes killed or paused, a full disk, lines that were never written whole."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

STREAMED = {"agent.said", "agent.thought", "tool.output", "phase.changed", "usage.changed"}
"""Events that nobody was promised to find again after a crash; all others were synchronised."""

HALF_A_LINE = b'{"epoch":9,"seq":99999,"ts":"2030-01-01T00:00:00Z","type":"message.lan'


def small_disk(folder: Path, megabytes: int) -> str:
    """Put a small disk of its own under this empty folder; why not, where that is not possible."""
    command = ("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none", str(folder))
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or "mount failed"


def remove_disk(folder: Path) -> None:
    """Let the small disk go, whoever still looks at it."""
    subprocess.run(("umount", "-l", str(folder)), capture_output=True, check=False)


@dataclass
class Faults:
    """Lets one fault after the other loose; `done` says which, in order."""

    root: Path
    hands: Callable[[], list[int]]
    """The pids of the hands that live."""
    chance: random.Random
    has_disk: bool
    done: list[str] = field(default_factory=list)
    _paused: list[int] = field(default_factory=list)

    @property
    def _folder(self) -> Path:
        return self.root / ".wuhu"

    def one(self) -> None:
        """Something goes wrong now; a fault that finds nobody to hit is none."""
        kinds = [self._kill_runner, self._kill_agent, self._kill_hand, self._pause, self._tear]
        weights = [4, 3, 2, 3, 3]
        if self.has_disk:
            kinds.append(self._fill_disk)
            weights.append(2)
        told = self.chance.choices(kinds, weights)[0]()
        if told:
            self.done.append(told)

    def stop(self) -> None:
        """Nothing is wrong any more."""
        for pid in self._paused:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        (self._folder / "filler").unlink(missing_ok=True)

    def _kill_runner(self) -> str:
        return self._kill("runner", self._living("runner", "session.runner"))

    def _kill_agent(self) -> str:
        return self._kill("agent", self._living("agent", "sample_agent"))

    def _kill_hand(self) -> str:
        return self._kill("hand", self.hands())

    def _kill(self, kind: str, pids: list[int]) -> str:
        if not pids:
            return ""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.chance.choice(pids), signal.SIGKILL)
            return f"kill {kind}"
        return ""

    def _pause(self) -> str:
        """A runner, agent or hand stands still: who reads it must be slow, who waits for it patient."""
        runners, agents = (
            self._living("runner", "session.runner"),
            self._living("agent", "sample_agent"),
        )
        pids = [*runners, *agents, *self.hands()]
        if not pids:
            return ""
        pid = self.chance.choice(pids)
        with contextlib.suppress(ProcessLookupError):
            self._paused.append(pid)
            os.kill(pid, signal.SIGSTOP)
            time.sleep(self.chance.uniform(0.1, 1.5))
            os.kill(pid, signal.SIGCONT)
            return "pause"
        return ""

    def _fill_disk(self) -> str:
        with contextlib.suppress(OSError):
            fill(self._folder / "filler")
        time.sleep(self.chance.uniform(0.2, 1.5))
        (self._folder / "filler").unlink(missing_ok=True)
        return "full disk"

    def _tear(self) -> str:
        """What a dead writer leaves: half a line at the end, or a streamed one cut short."""
        if self.chance.random() < 0.4:
            with _locked(self._folder / "project.lock") as mine:
                return _append(self._folder / "project.jsonl") if mine else ""
        sessions = sorted((self._folder / "sessions").iterdir())
        place = self.chance.choice(sessions)
        with _locked(place / "runner.lock") as mine:
            journal = place / "events.jsonl"
            if not mine or not journal.exists():
                return ""
            return _cut(journal) or _append(journal)

    def _living(self, kind: str, word: str) -> list[int]:
        found = []
        for journal in sorted((self._folder / "sessions").glob("*/events.jsonl")):
            pid = _last_pid(journal, f"{kind}.started")
            if pid and _is(pid, word):
                found.append(pid)
        return found


def processes_of(root: Path) -> list[psutil.Process]:
    """Every process that belongs to this project."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("WUHU_SESSION_FOLDER", "").startswith(str(root))
            if mine or str(root) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def copy_journals(root: Path, keep: Path) -> None:
    """Everything a checker or a human wants to read later, without the worktrees."""
    shutil.copytree(root / ".wuhu", keep, ignore=_not_worth_keeping, dirs_exist_ok=True)


def _not_worth_keeping(folder: str, names: list[str]) -> list[str]:
    """Worktrees, and whatever is no plain file, such as a bell."""
    left_out = {"worktrees", "scratch", "filler"}
    odd = (name for name in names if not _is_plain(Path(folder, name)))
    return [*left_out.intersection(names), *odd]


def _is_plain(path: Path) -> bool:
    return path.is_dir() or path.is_file()


def fill(path: Path) -> None:
    """Take all the room there is."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Hold a lock as its dead owner would, if nobody living does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN):
            raise
        yield False
    finally:
        os.close(descriptor)


def _append(journal: Path) -> str:
    with contextlib.suppress(OSError), journal.open("ab", buffering=0) as file:
        file.write(HALF_A_LINE)
        return "half a line"
    return ""


def _cut(journal: Path) -> str:
    lines = journal.read_bytes().split(b"\n")
    if len(lines) < 3 or lines[-1]:
        return ""
    last = json.loads(lines[-2])
    if last.get("type") not in STREAMED:
        return ""
    os.truncate(journal, journal.stat().st_size - len(lines[-2]) // 2 - 1)
    return "cut line"


def _last_pid(journal: Path, kind: str) -> int:
    for line in reversed(journal.read_bytes().split(b"\n")[1:-1]):
        with contextlib.suppress(ValueError, TypeError):
            event = json.loads(line)
            if event.get("type") == kind:
                return int(event["pid"])
    return 0


def _is(pid: int, word: str) -> bool:
    try:
        return word in " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False
