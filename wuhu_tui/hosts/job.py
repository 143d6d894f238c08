"""Jobs on this machine: a folder each, and the detached keeper that owns the job's process.

Whoever begins a job holds its lock and pulse first and hands them to the keeper, so that at no
moment a job that was written down seems to be without an owner.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wuhu_tui.hosts.pulse import hold_pulse
from wuhu_tui.journal.layout import JobFolder, ProjectFolder
from wuhu_tui.journal.lock import is_held
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import JournalError, NotPossible
from wuhu_tui.model.jobs import JobResult
from wuhu_tui.model.value import Value
from wuhu_tui.session.processes import Belonging, ProcessTree

KEEPER = (sys.executable, "-P", "-m", "wuhu_tui.hosts.job_keeper")
"""How a keeper is spawned; the job's folder and its hold's three descriptors follow."""

MARK = "WUHU_JOB"
"""What every process of a job carries: its folder."""

KEEPER_MARK = "WUHU_KEEPER"
"""What the keeper itself carries, so that nobody takes it for a part of an agent's life."""

FOLDERS_KEPT = 100
"""How many of the newest jobs' folders, and so their whole outputs, are kept."""

RESULT_ROOM = 4096
"""Bytes that are kept free for a job's result before it runs."""

OUTPUT_READ = 200_000
"""Bytes of output that are read by default: the end of it."""


class JobTask(Value, frozen=True):
    """What a keeper is told: never on the disk, for commands and environments hold secrets."""

    command: str
    place: str
    environment: dict[str, str]
    deadline: float | None = None
    """Seconds after which it is ended."""
    attended: bool = False
    """Whether it is ended when whoever began it is gone."""


@dataclass(frozen=True)
class Hold:
    """A job's lock, pulse and bell in the hands of whoever begins it."""

    lock: int
    pulse: int
    bell: int

    def let_go(self) -> None:
        """Close our ends; what was handed to a keeper stays held."""
        for descriptor in (self.lock, self.pulse, self.bell):
            os.close(descriptor)


def take_hold(folder: JobFolder) -> Hold:
    """Make the job's folder and hold it.

    Raises:
        JournalError: the folder cannot be made.
    """
    held: list[int] = []
    try:
        folder.path.mkdir(parents=True)
        held.append(os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        fcntl.flock(held[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.append(hold_pulse(folder.pulse))
        held.append(hold_pulse(folder.bell))
        write_atomic(folder.room, b" " * RESULT_ROOM)
        return Hold(*held)
    except (OSError, JournalError) as error:
        for descriptor in held:
            os.close(descriptor)
        why = error.strerror if isinstance(error, OSError) else error.message
        raise JournalError(
            f"a job's folder cannot be made: {why or error}",
            where=str(folder.path),
            remedy="check the disk and the folder's rights",
        ) from error


def spawn_keeper(folder: JobFolder, task: JobTask, hold: Hold) -> int:
    """Spawn the job's keeper, detached; returns the leash of an attended job, -1 of any other.

    Whoever closes the leash, or ends, ends the job.

    Raises:
        NotPossible: it could not be spawned; nothing was run.
    """
    reading, leash = os.pipe()
    try:
        _spawn(folder, reading, hold)
        os.close(reading)
        reading = -1
        _write(leash, msgspec.json.encode(task) + b"\n")
    except OSError as error:
        os.close(leash)
        raise NotPossible(
            f"the command could not be started: {error.strerror or error}",
            where=task.place,
            remedy=f"look at {folder.keeper_log}, then run it again",
        ) from error
    finally:
        if reading >= 0:
            os.close(reading)
    if task.attended:
        return leash
    os.close(leash)
    return -1


def _spawn(folder: JobFolder, reading: int, hold: Hold) -> None:
    held = (hold.lock, hold.pulse, hold.bell)
    with folder.keeper_log.open("ab") as log:
        process = subprocess.Popen(
            [*KEEPER, str(folder.path), *map(str, held)],
            stdin=reading,
            stdout=log,
            stderr=log,
            cwd=folder.path,
            env=_keeper_environment(folder, os.environ),
            start_new_session=True,
            pass_fds=held,
        )
    process.wait()  # the keeper forks itself away from us at once


def _keeper_environment(folder: JobFolder, inherited: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in inherited.items() if not name.startswith("WUHU_")}
    return {**kept, KEEPER_MARK: str(folder.path)}


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def is_alive(folder: JobFolder) -> bool:
    """Whether the job's keeper lives, or is about to."""
    return is_held(folder.lock)


def result_of(folder: JobFolder) -> JobResult | None:
    """How the job ended; None if nobody wrote that down.

    Raises:
        JournalError: it cannot be read now; a job is not lost because nobody could look.
    """
    try:
        return msgspec.json.decode(folder.result.read_bytes(), type=JobResult)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    except OSError as error:
        raise JournalError(
            f"a job's end cannot be read: {error.strerror or error}",
            where=str(folder.result),
            remedy="check the disk and the folder's rights",
        ) from error


def ring(folder: JobFolder, by: str) -> bool:
    """Ask the keeper to end its job; whether one listens."""
    try:
        bell = os.open(folder.bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        os.write(bell, by.replace("\n", " ")[:200].encode() + b"\n")
    except OSError:
        return False
    finally:
        os.close(bell)
    return True


@dataclass(frozen=True)
class JobProcesses(Belonging):
    """The processes of one job, by the mark that they carry; with its keeper if that is said."""

    with_keeper: bool = False

    def owns(self, environment: Mapping[str, str]) -> bool:
        """Whether a process with this environment belongs."""
        mine = str(self.folder)
        kept = self.with_keeper and environment.get(KEEPER_MARK) == mine
        return environment.get(MARK) == mine or kept


def end_processes(folder: JobFolder, *, with_keeper: bool = False) -> tuple[int, ...]:
    """End everything that the job began; returns the numbers of processes that would not die."""
    tree = ProcessTree(JobProcesses(folder.path, with_keeper=with_keeper))
    return tuple(process.pid for process in tree.end())


def prune(project: ProjectFolder, keep: Collection[str], most: int = FOLDERS_KEPT) -> None:
    """Remove the folders of the oldest jobs that ended, until only so many are there."""
    try:
        names = sorted(entry.name for entry in project.jobs.iterdir())
    except OSError:
        return
    for name in names[: max(0, len(names) - most)]:
        folder = project.job(name)
        with suppress(JournalError, OSError):
            if name not in keep and not is_alive(folder):
                shutil.rmtree(folder.path, ignore_errors=True)


def end_of_output(folder: JobFolder, limit: int = OUTPUT_READ) -> str:
    """The end of what the job printed so far."""
    newest = _end_of(folder.output, limit)
    if len(newest) < limit:
        newest = _end_of(folder.older_output, limit - len(newest)) + newest
    return newest.decode("utf-8", "replace")


def _end_of(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - limit))
            return file.read(limit)
    except OSError:
        return b""


class OutputReader:
    """Reads what a job prints, from the oldest that is kept on, each byte once."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._descriptor = -1

    def read(self) -> bytes:
        """What came since the last reading."""
        parts: list[bytes] = []
        if self._descriptor < 0:
            self._open(self._folder.older_output) or self._open(self._folder.output)
        while self._descriptor >= 0:
            replaced = self._is_replaced()
            parts.append(self._rest())
            if not replaced or not self._open(self._folder.output):
                break
        return b"".join(parts)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self, path: Path) -> bool:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        self.close()
        self._descriptor = descriptor
        return True

    def _is_replaced(self) -> bool:
        """Whether another file is the newest now; looked at before the rest of ours is read."""
        try:
            newest = self._folder.output.stat()
        except OSError:
            return False
        mine = os.fstat(self._descriptor)
        return (newest.st_dev, newest.st_ino) != (mine.st_dev, mine.st_ino)

    def _rest(self) -> bytes:
        parts: list[bytes] = []
        while part := os.read(self._descriptor, 1 << 16):
            parts.append(part)
        return b"".join(parts)
