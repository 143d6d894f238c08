"""Sessions on this machine: files, and detached runner processes."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from wuhu_tui.hosts.meter import ProcessMeter
from wuhu_tui.journal.layout import ProjectFolder, SessionFolder
from wuhu_tui.journal.lines import BadLine, decode_line
from wuhu_tui.journal.lock import is_held
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.budgets import Resources
from wuhu_tui.model.commands import AnyCommand
from wuhu_tui.model.errors import AgentError, Conflict, JournalError, NotFound, NotPossible
from wuhu_tui.model.events import RunnerEnded, RunnerStarted, StateChanged
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import LIVE_STATES
from wuhu_tui.session.environment import runner_environment
from wuhu_tui.session.mailbox import Mailbox
from wuhu_tui.session.processes import Belonging, ProcessTree, lives_of

RUNNER = (sys.executable, "-P", "-m", "wuhu_tui.session.runner")
"""How a runner is spawned; the session's folder, a descriptor and a time follow."""

START_DEADLINE = 30.0
"""Seconds in which a runner must have taken its lock."""

END_DEADLINE = 15.0
"""Seconds a runner that wrote its last word may take to be gone."""

_PAUSE = 0.02
_END = 65_536


class LocalHost:
    """The sessions of one project on this machine; opening starts nothing, closing stops nothing."""

    def __init__(self, project: ProjectFolder, runner: Sequence[str] = RUNNER) -> None:
        self._project = project
        self._runner = tuple(runner)
        self._meter = ProcessMeter()

    async def place(self, spec: SessionSpec) -> SessionFolder:
        """Make the session's folder, durably; placing the same session again changes nothing.

        Raises:
            Conflict: another session of that id is there.
        """
        folder = self._project.session(spec.id)
        await asyncio.to_thread(place, folder, spec)
        return folder

    async def send(self, session: str, command: AnyCommand) -> None:
        """Lay a command into the session's mailbox; durable on return, idempotent by its id."""
        await asyncio.to_thread(Mailbox(self._folder(session).mailbox).put, command)

    async def resume(self, session: str) -> None:
        """Spawn the session's runner, detached, unless one lives; returns once it holds its lock.

        Raises:
            AgentError: the runner ended before it held the lock; names the tail of its log.
        """
        await asyncio.to_thread(self._resume, self._folder(session))

    def alive(self, session: str) -> bool:
        """Whether a runner holds the session's lock."""
        return is_held(self._project.session(session).lock)

    async def measure(self, sessions: Sequence[str]) -> dict[str, Resources]:
        """What the process trees of these sessions use now; one look for all of them."""
        folders = {name: self._project.session(name).path for name in sessions}
        return await asyncio.to_thread(self._meter.measure, folders)

    async def sweep(self, session: str) -> tuple[int, ...]:
        """End what a dead life left behind; returns the numbers of processes that would not die.

        Raises:
            NotPossible: the session's runner lives.
        """
        return await asyncio.to_thread(_sweep, self._folder(session))

    def _folder(self, session: str) -> SessionFolder:
        folder = self._project.session(session)
        if not folder.spec.is_file():
            raise NotFound(
                f"there is no session {session} on the disk: its folder was removed or emptied",
                where=str(folder.path),
                remedy=f"wuhu resume {session} makes it anew; wuhu archive {session} lets it go",
            )
        return folder

    def _resume(self, folder: SessionFolder) -> None:
        asked_at = datetime.now(UTC)
        if is_held(folder.lock) and not _is_leaving(folder):
            return
        word = _spawn(self._runner, folder, asked_at)
        if not word:
            raise AgentError(
                f"the runner of {folder.name} did not start: {_tail(folder.runner_log)}",
                where=str(folder.runner_log),
                remedy="mend what its log names, then resume the session",
            )


def place(folder: SessionFolder, spec: SessionSpec) -> None:
    """Make a session's folder; what `LocalHost.place` does, for whoever has no loop.

    A spec that cannot be read is written anew.
    """
    found = _spec_in(folder)
    if found == spec:
        return
    if found is not None:
        raise Conflict(
            f"another session is named {spec.id}",
            where=str(folder.spec),
            remedy="choose another role or title",
        )
    _make_folders(folder)
    write_atomic(folder.spec, msgspec.json.format(msgspec.json.encode(spec), indent=2) + b"\n")


def _make_folders(folder: SessionFolder) -> None:
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        folder.brief.mkdir(exist_ok=True)
        Mailbox(folder.mailbox).prepare()
    except OSError as error:
        raise JournalError(
            f"the session's folder cannot be made: {error.strerror or error}",
            where=str(folder.path),
            remedy="free some space, or check the folder's rights",
        ) from error


def _spec_in(folder: SessionFolder) -> SessionSpec | None:
    """The spec that lies there; None if there is none, or only junk.

    Raises:
        JournalError: it may be there, and the disk does not show it.
    """
    try:
        return msgspec.json.decode(folder.spec.read_bytes(), type=SessionSpec)
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    except OSError as error:
        raise JournalError(
            f"cannot read the session's spec: {error.strerror or error}",
            where=str(folder.spec),
            remedy="check that the file is one and that you may read it",
        ) from error


def _is_leaving(folder: SessionFolder) -> bool:
    """Whether the lock's holder wrote its last word; waits until it is gone."""
    give_up = time.monotonic() + END_DEADLINE
    while is_held(folder.lock):
        if not _said_its_last(folder) or time.monotonic() > give_up:
            return False
        time.sleep(_PAUSE)
    return True


def _said_its_last(folder: SessionFolder) -> bool:
    """Whether by its journal, which is ahead of state.json, the session's life is over."""
    for line in reversed(_end_of(folder.journal).split(b"\n")):
        try:
            event = decode_line(line, folder.name).event
        except BadLine:
            continue
        if isinstance(event, StateChanged):
            return event.after not in LIVE_STATES
        if isinstance(event, RunnerStarted | RunnerEnded):
            return isinstance(event, RunnerEnded)
    return False


def _spawn(runner: Sequence[str], folder: SessionFolder, asked_at: datetime) -> str:
    """Spawn and wait for the runner's word: `ready`, `busy` (another lives), or none: it died."""
    reading, writing = os.pipe()
    try:
        with folder.runner_log.open("ab") as log:
            process = subprocess.Popen(
                [*runner, str(folder.path), str(writing), asked_at.isoformat()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder.path,
                env=runner_environment(folder, os.environ),
                start_new_session=True,
                pass_fds=(writing,),
            )
    finally:
        os.close(writing)
    try:
        process.wait(START_DEADLINE)  # the runner forks itself away from us at once
        return _word_from(reading)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return ""
    finally:
        os.close(reading)


def _word_from(descriptor: int) -> str:
    ready, _, _ = select.select([descriptor], [], [], START_DEADLINE)
    return os.read(descriptor, 64).decode() if ready else ""


def _tail(log: Path) -> str:
    """The last line of a log."""
    lines = _end_of(log).decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it said nothing")


def _end_of(path: Path) -> bytes:
    """The last bytes of a file; none of one that cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _END))
            return file.read()
    except OSError:
        return b""


def _sweep(folder: SessionFolder) -> tuple[int, ...]:
    lives = lives_of(folder.path)
    # Looked at in this order: what ran before the lock was seen free belongs to a dead life.
    if is_held(folder.lock):
        raise NotPossible(
            f"the runner of {folder.name} lives", remedy="stop the session first: wuhu stop"
        )
    if not lives:
        return ()
    return tuple(process.pid for process in ProcessTree(Belonging(folder.path, lives)).end())
