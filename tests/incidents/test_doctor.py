"""What nobody noticed for hours, as the doctor tells it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.core.conftest import Desk
from wuhu_tui.core.core import Core
from wuhu_tui.core.doctor import patient
from wuhu_tui.core.doctor.check import Check, run_check
from wuhu_tui.core.doctor.journals import CLOCKS, JOURNALS
from wuhu_tui.core.doctor.letters import LETTERS
from wuhu_tui.core.doctor.locks import LOCKS
from wuhu_tui.core.doctor.patient import admit
from wuhu_tui.core.doctor.repository import GIT_ITSELF, REPOSITORY
from wuhu_tui.core.doctor.sessions import SESSIONS
from wuhu_tui.core.doctor.settings import POLICIES, SETTINGS
from wuhu_tui.core.doctor.visit import mend_place
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.agent_events import GuessMade
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import RunnerStarted, StateChanged
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.records import FORMAT_VERSION
from wuhu_tui.model.states import SessionState


async def look(root: Path, *checks: Check, later: timedelta = timedelta()) -> list[Observation]:
    """What these checks say, now or as if some time had gone by."""
    ill = await admit(root, now() + later)
    return [one for check in checks for one in await run_check(ill, check)]


def levels(found: Iterable[Observation]) -> set[Level]:
    return {one.level for one in found}


async def test_a_dialog_with_a_live_process(desk: Desk) -> None:
    """An agent showed a dialog that only its screen had; its process lived, so it "worked", all night.

    Here the doctor says what the screen seems to ask, and never that all is well.
    """
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.works()
    worker.write(GuessMade(state="asking", line="Do you trust this folder? [y/N]"))
    await desk.core.project.catch_up()
    (one,) = await look(desk.folder.root, SESSIONS, later=timedelta(minutes=5))
    assert one.level is Level.UNKNOWN
    assert "Do you trust this folder? [y/N]" in one.text
    assert one.session == session


async def test_an_agent_that_is_silent_is_never_well(desk: Desk) -> None:
    """A worker hung for four hours in a pager; its row said "working" in green the whole time.

    Here ten minutes of silence are doubt, an hour is trouble, and nothing is killed for it.
    """
    session = await desk.started()
    desk.host.workers[session].works()
    for minutes, level in ((5, Level.OK), (15, Level.UNKNOWN), (90, Level.TROUBLE)):
        found = await look(desk.folder.root, SESSIONS, later=timedelta(minutes=minutes))
        assert levels(found) == {level}
    assert desk.core.project.host.alive(session)


@pytest.mark.parametrize("junk", [b"", b"\x00\xff{", b'["no", "object"]'])
async def test_malformed_files_everywhere_at_once(desk: Desk, junk: bytes) -> None:
    """A disk that filled up left five half-written files; the tool that should say so died at the first.

    Here each is told in its own line, and one never hides another.
    """
    session = await desk.made()
    folder = desk.folder.session(session)
    folder.spec.write_bytes(junk)
    desk.folder.policy.write_bytes(junk)
    desk.folder.config.write_bytes(b"[project\n")
    (folder.mailbox / "bad").mkdir(exist_ok=True)
    (folder.mailbox / "bad" / "1.json").write_bytes(junk)
    folder.quarantine.write_bytes(junk + b"\n")
    found = await look(desk.folder.root, SESSIONS, JOURNALS, SETTINGS, POLICIES, LETTERS)
    told = {one.id: one.level for one in found}
    assert told == {
        f"sessions:{session}": Level.TROUBLE,
        f"sessions:mailbox:{session}": Level.TROUBLE,
        f"journals:damaged:{session}": Level.TROUBLE,
        "settings:wuhu.toml": Level.TROUBLE,
        "policy": Level.UNKNOWN,
        "letters": Level.OK,
    }


async def test_a_journal_that_never_ends(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe lay where a journal should; the tool that was to say so waited for it for ever.

    Here nobody waits for it: that journal is told, and what others say is looked at all the same.
    """
    monkeypatch.setattr(patient, "ADMISSION", 0.2)
    session = root / ".wuhu" / "sessions" / "shop-impl-01"
    session.mkdir()
    os.mkfifo(session / "events.jsonl")
    async with asyncio.timeout(20):
        found = await look(root, LETTERS, JOURNALS, GIT_ITSELF)
    told = {one.id: one.level for one in found}
    assert told == {
        "letters": Level.OK,
        "journals:shop-impl-01": Level.TROUBLE,
        "git": Level.OK,
    }


async def test_a_clock_that_was_set_back(desk: Desk) -> None:
    """A laptop came back from sleep with its clock a day off; timeouts never fired, or all at once.

    Here records from the future are told, with how far, and no age ever counts backwards.
    """
    session = await desk.started()
    desk.host.workers[session].works()
    found = await look(desk.folder.root, CLOCKS, SESSIONS, later=-timedelta(days=1))
    (clock,) = [one for one in found if one.check == "clock"]
    assert clock.level is Level.TROUBLE
    assert session in clock.text
    assert "23h" in clock.text or "1d" in clock.text
    assert not [one for one in found if "-" in one.text.replace(session, "")]


async def test_a_journal_of_a_newer_version(desk: Desk) -> None:
    """After a downgrade the old program wrote into the new one's state, and both lost it.

    Here the core refuses to open; the doctor says so with the command that helps, looks at all the
    rest, and mends nothing that it could not write down.
    """
    root, journal = desk.folder.root, desk.folder.journal
    (desk.folder.commands / "wuhu").unlink()
    header, _, rest = journal.read_bytes().partition(b"\n")
    newer = msgspec.json.encode({**msgspec.json.decode(header), "format": FORMAT_VERSION + 1})
    journal.write_bytes(newer + b"\n" + rest)
    before = journal.read_bytes()
    with pytest.raises(JournalError):
        await Core.open(root, conduct=False)
    (desk.folder.commands / "wuhu").unlink(missing_ok=True)
    found = {one.id: one for one in await look(root, JOURNALS, LETTERS, GIT_ITSELF, REPOSITORY)}
    assert found["journals"].level is Level.TROUBLE
    assert found["journals"].repair.startswith("pip install --upgrade")
    assert found["letters"].level is Level.UNKNOWN
    assert f"format {FORMAT_VERSION + 1}" in found["letters"].text
    assert found["git"].level is found["repository"].level is Level.OK
    with pytest.raises(JournalError, match="format"):
        await mend_place(root, "command", by="lead")
    assert not (desk.folder.commands / "wuhu").exists()
    assert journal.read_bytes() == before


async def test_a_lock_held_by_the_dead(desk: Desk) -> None:
    """`kill -9` in the middle of a commit left index.lock; every commit of the next two hours failed.

    Here it is told once nobody can be using it, and one key removes it.
    """
    lock = desk.folder.root / ".git" / "index.lock"
    lock.touch()
    long_ago = time.time() - 7200
    os.utime(lock, (long_ago, long_ago))
    (one,) = await look(desk.folder.root, LOCKS)
    assert one.fixable
    await mend_place(desk.folder.root, one.id, by="lead")
    assert not lock.exists()
    assert levels(await look(desk.folder.root, LOCKS)) == {Level.OK}


async def test_a_lock_that_outlived_its_runner(desk: Desk) -> None:
    """A runner was killed and its daemon kept the inherited lock; the session "ran" for days.

    Here the doctor names the dead runner, and the process that keeps its lock.
    """
    session = await desk.made()
    folder = desk.folder.session(session)
    runner = _ONE_THAT_LEAVES_ITS_LOCK_BEHIND.format(lock=str(folder.lock))
    with ExitStack() as stack:
        started = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", runner],
            capture_output=True,
            check=True,
            timeout=30,
        )
        dead, left = map(int, started.stdout.split())
        stack.callback(os.kill, left, 9)
        _begins(folder, dead)
        found = await look(desk.folder.root, LOCKS)
    (one,) = found
    assert one.level is Level.TROUBLE
    assert f"process {dead}" in one.text
    assert one.repair == f"kill {left}"


def _begins(folder: SessionFolder, pid: int) -> None:
    """The first words of a runner."""
    with JournalWriter.open(folder.journal, kind="session", name=folder.name) as journal:
        journal.claim_epoch()
        journal.append(RunnerStarted(pid=pid))
        before, after = SessionState.INSTANTIATED, SessionState.STARTING
        journal.append(StateChanged(before=before, after=after, cause="told"))


_ONE_THAT_LEAVES_ITS_LOCK_BEHIND = """
import fcntl, os, subprocess, sys
file = os.open({lock!r}, os.O_RDWR | os.O_CREAT)
fcntl.flock(file, fcntl.LOCK_EX)
child = subprocess.Popen(["sleep", "60"], pass_fds=(file,), stdout=subprocess.DEVNULL,
                         stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(os.getpid(), child.pid)
"""
