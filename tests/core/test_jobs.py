"""Commands in places: written down before they run, ended in every way, told exactly once."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace

from tests.core.conftest import Desk, open_desk
from wuhu_tui.core import jobs
from wuhu_tui.core.jobs_end import conclude
from wuhu_tui.hosts import job as host
from wuhu_tui.journal.layout import JobFolder
from wuhu_tui.journal.reader import JournalReader
from wuhu_tui.model.errors import JournalError, NotFound, NotPossible, UsageError
from wuhu_tui.model.events import Event
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.letters import LEAD, LetterKind
from wuhu_tui.model.project_events import JobBegun, JobEnded, LetterPosted
from wuhu_tui.model.value import EPOCH_START

LIMIT = 40.0


@pytest.fixture
async def desk(desk: Desk) -> AsyncIterator[Desk]:
    """No job outlives its test."""
    yield desk
    for job in desk.core.board.jobs.values():
        if job.is_running:
            host.end_processes(desk.folder.job(job.id), with_keeper=True)


def told(desk: Desk, kind: type[Event]) -> list[Event]:
    """Everything of that kind in the project's journal."""
    page = JournalReader(desk.folder.journal, "").read(1 << 22)
    return [record.event for record in page.records if isinstance(record.event, kind)]


async def printed(desk: Desk, job: Job, words: str = "\n") -> str:
    """Wait until the job said so."""
    said = ""
    async with asyncio.timeout(LIMIT):
        async for piece in desk.core.follow_job(job.id):
            said += piece
            if words in said:
                return said
    pytest.fail(f"it ended and said only {said!r}")


async def test_a_command_runs_in_the_sessions_place(desk: Desk) -> None:
    session = await desk.made()
    done = await desk.core.run_in(session, "pwd; echo $WUHU_SESSION; echo no >&2; exit 3")
    assert done.exit_code == 3
    assert done.output.split() == [desk.view(session).spec.worktree, session, "no"]
    [job] = desk.core.board.jobs.values()
    assert (job.by, job.session, job.outcome, job.exit_code) == (LEAD, session, "ended", 3)
    assert job.output == done.output
    assert not desk.core.board.letters


async def test_it_is_written_down_before_it_runs(desk: Desk) -> None:
    session = await desk.made()
    journal = desk.folder.journal
    done = await desk.core.run_in(session, f"grep -c job.begun {journal}", by="shop-lead-01")
    assert done.output == "1\n"
    assert [type(event) for event in (*told(desk, JobBegun), *told(desk, JobEnded))] == [
        JobBegun,
        JobEnded,
    ]
    assert next(iter(desk.core.board.jobs.values())).by == "shop-lead-01"


async def test_an_agents_command_never_speaks_for_the_lead(
    desk: Desk, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `wuhu merge` that an agent runs in the main checkout is the agent's, not the lead's."""
    chief, worker = await desk.made("lead"), await desk.made()
    ask = "echo $WUHU_SESSION."
    assert (await desk.core.run_in(str(root), ask)).output == ".\n"
    assert (await desk.core.run_in(worker, ask)).output == f"{worker}.\n"
    for place in (str(root), worker):
        assert (await desk.core.run_in(place, ask, by=chief)).output == f"{chief}.\n"
    monkeypatch.setenv("WUHU_SESSION", chief)
    assert (await desk.core.run_in(str(root), ask, by="somebody")).output == f"{chief}.\n"


async def test_secrets_are_in_no_journal(desk: Desk) -> None:
    session = await desk.made()
    token = "ghp_0123456789abcdef0123456789abcdef"
    done = await desk.core.run_in(session, f"echo {token}")
    assert done.output == "[REDACTED]\n"
    assert token not in desk.folder.journal.read_text()


async def test_a_command_that_takes_too_long_is_ended(desk: Desk) -> None:
    session = await desk.made()
    done = await desk.core.run_in(
        session, "echo before; sleep 300; echo after", timeout=timedelta(seconds=0.8)
    )
    assert done.exit_code == 124
    assert done.output == "before\n\n[ended after 0.8 s]\n"
    assert told(desk, JobEnded)[0].outcome is JobOutcome.TIMED_OUT  # type: ignore[attr-defined]


async def test_a_very_long_output_keeps_its_end(desk: Desk) -> None:
    session = await desk.made()
    done = await desk.core.run_in(session, "head -c 1000000 /dev/zero | tr '\\0' x; echo end")
    assert done.output.endswith("xxxend\n")
    assert len(done.output) <= 200_000
    [job] = desk.core.board.jobs.values()
    assert len(job.output) <= 8_000


async def test_giving_up_ends_the_command(desk: Desk) -> None:
    session = await desk.made()
    running = asyncio.create_task(desk.core.run_in(session, "echo $$; sleep 600"))
    await desk.until(lambda: bool(desk.core.board.jobs), "begun")
    [job] = desk.core.board.jobs.values()
    pid = int(await printed(desk, job))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert desk.core.board.jobs[job.id].outcome is JobOutcome.STOPPED
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_a_job_is_followed_waited_for_and_read(desk: Desk) -> None:
    session = await desk.made()
    job = await desk.core.begin_job(
        session, "echo one; while [ ! -e go ]; do sleep 0.02; done; echo two"
    )
    assert await printed(desk, job) == "one\n"
    assert await desk.core.job_output(job.id) == "one\n"
    Path(job.place, "go").touch()
    async with asyncio.timeout(LIMIT):
        ended = await desk.core.wait_job(job.id)
        assert ended.outcome is JobOutcome.ENDED
        assert [piece async for piece in desk.core.follow_job(job.id)] == ["one\ntwo\n"]
    assert (await desk.core.wait_job(job.id)) == ended


async def test_the_conductor_tells_a_jobs_end_once(conducted: Desk) -> None:
    desk = conducted
    session = await desk.made()
    job = await desk.core.begin_job(session, "echo result; exit 2")
    await desk.until(lambda: f"job-{job.id}" in desk.core.board.letters, "told")
    letter = desk.core.board.letters[f"job-{job.id}"]
    assert (letter.recipient, letter.kind, letter.about) == (LEAD, LetterKind.FAILED, job.id)
    assert "exit code 2" in letter.text
    assert letter.text.endswith("It printed:\nresult")
    await asyncio.gather(*(conclude(desk.core.project, job.id) for _ in range(3)))
    assert len(told(desk, JobEnded)) == len(told(desk, LetterPosted)) == 1


async def test_a_session_hears_of_its_own_jobs(conducted: Desk) -> None:
    desk = conducted
    session = await desk.started()
    job = await desk.core.begin_job(session, "true", by=session)
    await desk.until(lambda: f"job-{job.id}" in desk.core.board.letters, "told")
    letter = desk.core.board.letters[f"job-{job.id}"]
    assert (letter.recipient, letter.kind) == (session, LetterKind.DONE)
    assert letter.text.endswith("It printed nothing.")


async def test_an_end_is_told_although_everything_was_down(desk: Desk, root: Path) -> None:
    """Begun by a process that is gone, ended while nobody looked, told by the next that conducts."""
    session = await desk.made()
    job = await desk.core.begin_job(session, "echo late")
    await desk.core.aclose()
    await desk.until(lambda: not host.is_alive(desk.folder.job(job.id)), "ended")
    later = await open_desk(root, conduct=True)
    try:
        await later.until(lambda: f"job-{job.id}" in later.core.board.letters, "told")
        assert later.core.board.jobs[job.id].output == "late\n"
    finally:
        await later.core.aclose()


async def test_a_crash_between_letter_and_end_tells_no_second_letter(desk: Desk) -> None:
    session = await desk.made()
    job = await desk.core.begin_job(session, "true")
    ended = await desk.core.wait_job(job.id)
    letter = desk.core.board.letters[f"job-{job.id}"]
    await desk.core.project.append(JobBegun(job=job))
    assert desk.core.board.jobs[job.id].is_running
    assert (await desk.core.wait_job(job.id)).outcome is ended.outcome
    assert told(desk, LetterPosted) == [LetterPosted(letter=replace(letter, since=EPOCH_START))]


async def test_a_killed_keeper_is_lost_at_once_and_nothing_is_run_again(conducted: Desk) -> None:
    desk = conducted
    session = await desk.made()
    job = await desk.core.begin_job(session, "echo x >> runs; echo $$; sleep 600")
    shell = psutil.Process(int(await printed(desk, job)))
    keeper = shell.parent()
    assert keeper is not None
    os.kill(keeper.pid, signal.SIGKILL)
    async with asyncio.timeout(LIMIT):
        ended = await desk.core.wait_job(job.id)
    assert ended.outcome is JobOutcome.LOST
    assert "not run again" in ended.detail
    assert not shell.is_running() or shell.status() == psutil.STATUS_ZOMBIE
    assert Path(job.place, "runs").read_text() == "x\n"
    assert desk.core.board.letters[f"job-{job.id}"].kind is LetterKind.FAILED


async def test_a_job_is_not_lost_because_nobody_can_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.made()
    job = await desk.core.begin_job(session, "exit 3")
    folder = desk.folder.job(job.id)
    async with asyncio.timeout(LIMIT):
        while not folder.result.exists():
            await asyncio.sleep(0.01)

    def refuse(path: Path) -> bytes:
        raise OSError(errno.EMFILE, "too many open files", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        with pytest.raises(JournalError, match="cannot be read"):
            host.result_of(folder)
    assert (await desk.core.wait_job(job.id)).exit_code == 3


async def test_a_lost_command_that_somebody_waits_for_is_no_success(desk: Desk) -> None:
    session = await desk.made()
    with pytest.raises(NotPossible, match="nobody knows how the command ended"):
        await desk.core.run_in(session, "kill -9 $PPID; sleep 600")


async def test_a_job_is_stopped_by_anybody(desk: Desk, root: Path) -> None:
    session = await desk.made()
    job = await desk.core.begin_job(session, "echo up; sleep 600")
    await printed(desk, job)
    other = await open_desk(root)
    try:
        ended = await other.core.stop_job(job.id, by="shop-lead-01")
        assert (ended.outcome, ended.detail) == (JobOutcome.STOPPED, "stopped by shop-lead-01")
        assert await other.core.stop_job(job.id) == ended
    finally:
        await other.core.aclose()


async def test_a_keeper_that_hangs_is_ended_with_its_job(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STOP_PATIENCE", 0.3)
    session = await desk.made()
    job = await desk.core.begin_job(session, "echo $$; sleep 600")
    shell = psutil.Process(int(await printed(desk, job)))
    keeper = shell.parent()
    assert keeper is not None
    keeper.suspend()
    ended = await desk.core.stop_job(job.id)
    assert (ended.outcome, ended.detail) == (JobOutcome.STOPPED, "stopped by lead")
    assert not shell.is_running() or shell.status() == psutil.STATUS_ZOMBIE


async def test_a_keeper_that_cannot_be_spawned_runs_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "KEEPER", ("/nowhere/python",))
    session = await desk.made()
    with pytest.raises(NotPossible, match="could not be started"):
        await desk.core.run_in(session, "true")
    [job] = desk.core.board.jobs.values()
    assert job.outcome is JobOutcome.LOST


async def test_what_cannot_be_written_down_is_not_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.made()

    async def refuse(*events: Event) -> None:
        raise JournalError("the disk is full")

    monkeypatch.setattr(desk.core.project.journal, "append", refuse)
    with pytest.raises(JournalError, match="full"):
        await desk.core.run_in(session, "touch ran")
    assert not Path(desk.view(session).spec.worktree, "ran").exists()


async def test_giving_up_while_it_begins_ends_it_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawn, begun = host.spawn_keeper, threading.Event()

    def slow(folder: JobFolder, task: host.JobTask, hold: host.Hold) -> int:
        desk_loop.call_soon_threadsafe(running.cancel)
        begun.wait(LIMIT)
        return spawn(folder, task, hold)

    monkeypatch.setattr(host, "spawn_keeper", slow)
    session, desk_loop = await desk.made(), asyncio.get_running_loop()
    running = asyncio.create_task(desk.core.run_in(session, "sleep 600"))
    with pytest.raises(asyncio.CancelledError):
        await running
    begun.set()
    [job] = desk.core.board.jobs.values()
    async with asyncio.timeout(LIMIT):
        assert (await desk.core.wait_job(job.id)).outcome is JobOutcome.STOPPED


async def test_a_reader_that_goes_away_ends_the_command(desk: Desk) -> None:
    def gone(piece: str) -> None:
        raise BrokenPipeError

    session = await desk.made()
    with pytest.raises(BrokenPipeError):
        await desk.core.run_in(session, "echo up; sleep 600", hear=gone)
    [job] = desk.core.board.jobs.values()
    assert job.outcome is JobOutcome.STOPPED


async def test_what_is_no_job_is_said(desk: Desk) -> None:
    core = desk.core
    for verb in (core.wait_job("x"), core.stop_job("x"), core.job_output("x")):
        with pytest.raises(NotFound, match="no job x"):
            await verb
    session = await desk.made()
    with pytest.raises(UsageError, match="no command"):
        await core.run_in(session, "  ")
    with pytest.raises(UsageError, match="time limit"):
        await core.begin_job(session, "true", timeout=timedelta())
    assert not core.board.jobs
