"""The doctor on real projects, broken as they break; and what it mends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core.conftest import Desk
from tests.core.fake_host import git
from wuhu_tui.core.doctor import census, guards, machine
from wuhu_tui.core.doctor.agents import AGENTS
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, run_check
from wuhu_tui.core.doctor.conductor import CONDUCTOR
from wuhu_tui.core.doctor.guards import WORKER_COMMAND, WORKER_TOOLS
from wuhu_tui.core.doctor.journals import CLOCKS, JOURNALS
from wuhu_tui.core.doctor.letters import LETTERS
from wuhu_tui.core.doctor.locks import LOCKS
from wuhu_tui.core.doctor.machine import DISK, MEMORY, SIZES
from wuhu_tui.core.doctor.patient import admit, patient_of
from wuhu_tui.core.doctor.processes import PROCESSES
from wuhu_tui.core.doctor.pulls import PULLS
from wuhu_tui.core.doctor.repository import GIT_ITSELF, REPOSITORY, refs_of
from wuhu_tui.core.doctor.sessions import SESSIONS
from wuhu_tui.core.doctor.settings import POLICIES, SETTINGS
from wuhu_tui.core.doctor.visit import examine_place, mend_place, mend_project
from wuhu_tui.core.doctor.waits import KEPT_RESCUES
from wuhu_tui.core.doctor.worktrees import BRANCHES_OF_SESSIONS, WORKTREES
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model import events
from wuhu_tui.model.errors import GitError, NotFound
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.letters import Letter, LetterKind, LetterState
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import LetterMoved, LetterPosted
from wuhu_tui.repo.git import Answer, Git


async def look(root: Path, check: Check, *, deep: bool = False) -> Observation:
    """The one thing a check says."""
    (one,) = await run_check(await admit(root, now(), deep=deep), check)
    return one


async def levels(root: Path, *checks: Check) -> dict[str, Level]:
    patient = await admit(root, now())
    found = [one for check in checks for one in await run_check(patient, check)]
    return {one.id: one.level for one in found}


@asynccontextmanager
async def process(
    *command: str, env: dict[str, str] | None = None, folder: Path | None = None
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A process of our own, ended for sure."""
    started = await asyncio.to_thread(
        lambda: subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.PIPE)
    )
    try:
        yield started
    finally:
        started.send_signal(signal.SIGCONT)
        started.kill()
        if started.stdout is not None:
            started.stdout.close()
        await asyncio.to_thread(started.wait)


async def test_a_healthy_project_is_well_and_looking_changes_nothing(desk: Desk) -> None:
    await desk.started()
    root = desk.folder.root
    before = {path: path.stat().st_mtime_ns for path in desk.folder.path.rglob("*")}
    found = await levels(
        root, SESSIONS, LOCKS, PROCESSES, JOURNALS, CLOCKS, WORKTREES, BRANCHES_OF_SESSIONS,
        KEPT_RESCUES, GIT_ITSELF, REPOSITORY, SETTINGS, POLICIES, WORKER_COMMAND, DISK, SIZES,
        MEMORY,
    )  # fmt: skip
    assert set(found.values()) == {Level.OK}, found
    assert {path: path.stat().st_mtime_ns for path in desk.folder.path.rglob("*")} == before


async def test_where_git_tells_nothing_nothing_is_called_well(desk: Desk) -> None:
    """A git that refuses to look: no lock of its own, no ref and no branch is known to be well."""
    root = desk.folder.root
    (root / ".git" / "config").write_text("[core\nbroken")
    found = await levels(root, LOCKS, WORKER_COMMAND, BRANCHES_OF_SESSIONS, KEPT_RESCUES, PULLS)
    assert set(found.values()) == {Level.UNKNOWN}
    assert {"locks:git", "command:exclude", "branches", "rescues", "pulls"} <= set(found)


async def test_branches_are_not_judged_by_a_base_that_is_not_there(desk: Desk) -> None:
    git(desk.folder.root, "branch", "wuhu/old")
    git(desk.folder.root, "branch", "-m", "main", "trunk")
    one = await look(desk.folder.root, BRANCHES_OF_SESSIONS)
    assert one.level is Level.UNKNOWN


async def test_refs_that_could_not_be_listed_are_not_called_well(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(self: Git, *arguments: str, **how: object) -> Answer:
        return Answer(code=128, output=b"", words="fatal: no")

    patient = await admit(desk.folder.root, now())
    monkeypatch.setattr(Git, "look", refuse)
    with pytest.raises(GitError, match="cannot list its refs"):
        await refs_of(patient)


async def test_where_there_is_no_board_locks_of_sessions_are_not_called_well(
    tmp_path: Path,
) -> None:
    git(tmp_path, "init", "-q")
    found = await levels(tmp_path, LOCKS, CLOCKS)
    assert found == {"locks:sessions": Level.UNKNOWN, "clock": Level.UNKNOWN}


@pytest.fixture
def _quick_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "WORKER", "json")


@pytest.mark.usefixtures("_quick_tools")
async def test_every_check_is_made_where_there_is_no_project(tmp_path: Path) -> None:
    found = {one.check: one for one in await examine_place(tmp_path)}
    assert found["letters"].level is Level.UNKNOWN
    assert "no wuhu project" in found["letters"].text
    assert found["repository"].level is Level.TROUBLE
    assert found["git"].level is Level.OK
    assert not (tmp_path / ".wuhu").exists()


# git


async def test_damaged_refs_are_seen(root: Path) -> None:
    git(root, "branch", "gone")
    (root / ".git" / "refs" / "heads" / "gone").write_text("1" * 40 + "\n")
    one = await look(root, REPOSITORY)
    assert one.level is Level.TROUBLE
    assert "refs/heads/gone" in one.text


async def test_a_detached_or_broken_head_is_seen(root: Path) -> None:
    (root / ".git" / "HEAD").write_text("nonsense\n")
    one = await look(root, REPOSITORY)
    assert one.level is Level.TROUBLE


async def test_a_missing_object_is_seen_in_a_deep_look_only(root: Path) -> None:
    blob = git(root, "rev-parse", "HEAD:README.md").strip()
    loose = root / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.unlink()
    assert (await look(root, REPOSITORY)).level is Level.OK
    deep = await look(root, REPOSITORY, deep=True)
    assert deep.level is Level.TROUBLE
    assert blob in deep.text


async def test_a_git_that_is_missing_or_too_old_is_seen(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    old = programs / "git"
    old.write_text("#!/bin/sh\necho git version 2.30.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    assert "2.30.1 is too old" in (await look(root, GIT_ITSELF)).text
    old.unlink()
    missing = await look(root, GIT_ITSELF)
    assert missing.level is Level.TROUBLE
    assert "not on PATH" in missing.text


# locks


async def test_a_lock_that_a_killed_git_left_is_removed_and_that_is_written_down(
    root: Path,
) -> None:
    lock = root / ".git" / "index.lock"
    lock.touch()
    assert (await look(root, LOCKS)).level is Level.UNKNOWN  # too young to be sure
    hour_ago = time.time() - 3600
    os.utime(lock, (hour_ago, hour_ago))
    one = await look(root, LOCKS)
    assert (one.level, one.fixable) == (Level.TROUBLE, True)
    done = await mend_place(root, one.id, by="ada")
    assert not lock.exists()
    assert done in (root / ".wuhu" / "project.jsonl").read_text()
    with pytest.raises(NotFound):
        await mend_place(root, one.id, by="ada")


async def test_a_lock_that_a_git_still_uses_stays(root: Path) -> None:
    lock = root / ".git" / "index.lock"
    with lock.open("w"):
        hour_ago = time.time() - 3600
        os.utime(lock, (hour_ago, hour_ago))
        assert (await look(root, LOCKS)).level is Level.OK
        with pytest.raises(NotFound):
            await mend_place(root, f"locks:git:{lock}", by="ada")
    assert lock.exists()


@pytest.mark.parametrize(("name", "check"), [("conductor", CONDUCTOR), ("merge", LOCKS)])
async def test_a_suspended_process_that_holds_a_lock_is_told_and_let_go_on(
    root: Path, name: str, check: Check
) -> None:
    lock = root / ".wuhu" / f"{name}.lock"
    held = f"import fcntl,time\nf=open({str(lock)!r},'a')\nfcntl.flock(f,2)\nprint(1,flush=True)\ntime.sleep(99)"
    async with process(sys.executable, "-c", held) as holder:
        assert holder.stdout is not None
        await asyncio.to_thread(holder.stdout.readline)
        assert (await look(root, check)).level is Level.OK
        holder.send_signal(signal.SIGSTOP)
        await _until_suspended(holder.pid)
        one = await look(root, check)
        assert one.repair == f"kill -CONT {holder.pid}"
        await mend_place(root, one.id, by="lead")
        assert (await look(root, check)).level is Level.OK


async def _until_suspended(pid: int) -> None:
    async with asyncio.timeout(10):
        while not any(one.pid == pid and one.is_suspended for one in census.running()):
            await asyncio.sleep(0.01)


# processes


async def test_what_a_dead_life_left_running_is_ended(desk: Desk) -> None:
    session = await desk.made()
    folder = desk.folder.session(session).path
    marks = {**os.environ, "WUHU_SESSION_FOLDER": str(folder), "WUHU_LIFE": f"{session}:1"}
    async with process("sleep", "99", env=marks) as left:
        root = desk.folder.root
        one = await look(root, PROCESSES)
        assert str(left.pid) in one.text
        lock = FileLock(desk.folder.session(session).lock)
        assert lock.acquire()
        assert (await look(root, PROCESSES)).level is Level.OK
        lock.release()
        await mend_place(root, one.id, by="lead")
        assert await asyncio.to_thread(left.wait, 10) != 0


# journals, settings, the command


async def test_damaged_lines_and_clocks_are_seen(desk: Desk) -> None:
    session = await desk.started()
    worker = desk.host.workers[session]
    worker.works()
    journal = desk.folder.session(session).journal
    (journal.parent / "events.quarantine").write_text("junk\nmore junk\n")
    assert (await look(desk.folder.root, JOURNALS)).text.startswith(f"{session}: 2 damaged lines")
    worker.journal._clock = lambda: now() - timedelta(hours=5)
    worker.write(events.Noted(text="the clock was set back"))
    back = await look(desk.folder.root, CLOCKS)
    assert back.id == "clock:back"
    assert "by 5h" in back.text or "by 4h" in back.text


async def test_settings_and_what_the_core_wrote_are_held_together(root: Path) -> None:
    (root / ".wuhu" / "policy.json").write_text('{"permission_minutes": 5}')
    one = await look(root, POLICIES)
    assert one.fixable
    await mend_place(root, one.id, by="lead")
    assert (await look(root, POLICIES)).level is Level.OK
    (root / "wuhu.toml").write_text("[project]\nbse = 'main'\n")
    assert (await look(root, SETTINGS)).level is Level.TROUBLE
    assert (await look(root, POLICIES)).level is Level.UNKNOWN


async def test_the_command_agents_report_with_is_made_anew(root: Path) -> None:
    command = root / ".wuhu" / "bin" / "wuhu"
    for mode in (0o644, 0o600):
        command.chmod(mode)
        one = await look(root, WORKER_COMMAND)
        assert one.fixable
        await mend_place(root, one.id, by="lead")
        assert os.access(command, os.X_OK)
    command.write_text("#!/bin/sh\nexec /no/such/python -P -m wuhu_tui.cli.main\n")
    assert "a Python that is gone" in (await look(root, WORKER_COMMAND)).text


async def test_tools_that_agents_cannot_start_are_seen(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "WORKER", "json")
    assert (await look(root, WORKER_TOOLS)).level is Level.OK
    monkeypatch.setattr(guards, "WORKER", "no_such_module")
    assert "no_such_module" in (await look(root, WORKER_TOOLS)).text


async def test_the_agent_of_a_session_that_is_missing_is_seen(desk: Desk) -> None:
    await desk.made()
    (desk.folder.root / "wuhu.toml").write_text(
        '[agents.fake]\ncommand = ["no-such-program-anywhere"]\ninstall = "make install"\n'
    )
    found = await levels(desk.folder.root, AGENTS)
    assert found["agents:fake"] is Level.TROUBLE


def test_counting_sizes_ends_in_time(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(TimeoutError):
        machine.below(tmp_path, time.monotonic() - 1)


def test_sizes_count_what_lies_there_and_follow_no_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "big").write_bytes(b"x" * 100_000)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert 100_000 <= machine.below(tmp_path, time.monotonic() + 30) < 200_000


async def test_dead_letters_are_queued_again_and_a_join_on_nobody_is_cancelled(desk: Desk) -> None:
    session, project = await desk.made(), desk.core.project
    for number in range(3):
        letter = Letter(
            id=f"l{number}",
            kind=LetterKind.STEER,
            sender="lead",
            recipient=session,
            text="go on",
            posted_at=now(),
            lane=Lane.STEER,
        )
        await project.append(LetterPosted(letter=letter))
        await project.append(LetterMoved(letter=letter.id, after=LetterState.DEAD))
    join = await desk.core.open_join([session], by="lead", timeout=None)
    found = await run_check(patient_of(project), LETTERS)
    assert [one.text.partition(":")[0] for one in found] == ["3 dead letters"]
    assert await desk.core.mend("letters:dead") == "queued 3 dead letters again"
    (one,) = await run_check(patient_of(project), LETTERS)
    assert one.level is Level.OK
    await desk.core.archive(session)
    await desk.core.mend(f"joins:nobody:{join.id}", by="ada")
    assert not (await project.catch_up()).joins[join.id].is_open


@pytest.mark.usefixtures("_quick_tools")
async def test_an_open_project_is_mended_through_its_own_journal(desk: Desk) -> None:
    (desk.folder.commands / "wuhu").unlink()
    await desk.core.mend("command", by="ada")
    lines = desk.folder.journal.read_text().splitlines()
    assert '"by":"ada"' in lines[-1]
    assert "health.mended" in lines[-1]
    assert "command" in {one.id for one in await desk.core.examine()}
    with pytest.raises(NotFound):
        await mend_project(desk.core.project, "command", by="ada")


async def test_a_look_that_hangs_does_not_hold_up_the_end() -> None:
    """What hangs for ever in a system call is left behind; the loop closes all the same."""
    hold = threading.Event()
    try:
        for _ in range(5):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await aside(lambda: hold.wait(30))
        async with asyncio.timeout(10):
            assert await aside(lambda: 7) == 7  # and the next one has its turn all the same
    finally:
        hold.set()
