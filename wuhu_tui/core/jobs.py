"""Jobs as verbs: run a shell command in a place, follow it, wait for it, stop it.

A job is written down before it runs. Its keeper goes on whoever dies; its end is written down once,
by whoever sees it first: the one that waits for it, or the conductor.
"""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from datetime import timedelta

from wuhu_tui.core.door import CommandResult
from wuhu_tui.core.jobs_end import conclude
from wuhu_tui.core.jobs_places import Place, find_place
from wuhu_tui.core.project import Project
from wuhu_tui.hosts import job as host
from wuhu_tui.hosts.shell import place_environment
from wuhu_tui.journal.layout import JobFolder
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError, WuhuError
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.project_events import JobBegun, JobEnded

LIMIT = timedelta(minutes=10)
"""How long a command that somebody waits for may take by default."""

STOP_PATIENCE = 10.0
"""Seconds in which a keeper that was told to end its job must be gone."""

TIMED_OUT = 124
"""Exit code of a command that was ended because its time was up, as `timeout` has it."""

STOPPED = 130
"""Exit code of a command that somebody ended, as a shell has it."""

_STEP_MS = 20

Hear = Callable[[str], None]


async def run_in(
    project: Project,
    place: str,
    command: str,
    *,
    by: str,
    timeout: timedelta | None,
    hear: Hear | None = None,
) -> CommandResult:
    """Run a command and wait for its end; given up, or if this process dies, it is ended.

    Raises:
        NotPossible, NotFound, UsageError: the place is none, or nobody knows how the command ended.
    """
    job, leash = await _begin(project, place, command, by=by, timeout=timeout, background=False)
    try:
        if hear is not None:
            async with aclosing(follow_job(project, job.id)) as pieces:
                async for piece in pieces:
                    hear(piece)
        ended = await wait_job(project, job.id)
    except BaseException:
        os.close(leash)
        with suppress(WuhuError):
            await stop_job(project, job.id, by=by)
        raise
    os.close(leash)
    output = await asyncio.to_thread(host.end_of_output, project.folder.job(job.id))
    return _as_result(ended, output, timeout)


def _as_result(job: Job, output: str, timeout: timedelta | None) -> CommandResult:
    match job.outcome:
        case JobOutcome.TIMED_OUT:
            seconds = timeout.total_seconds() if timeout else 0
            return _noted(job, TIMED_OUT, output, f"ended after {seconds:g} s")
        case JobOutcome.STOPPED:
            return _noted(job, STOPPED, output, job.detail)
        case JobOutcome.LOST:
            raise NotPossible(
                f"nobody knows how the command ended: {job.detail}",
                where=job.place,
                remedy="it may have done its work: look before you run it again",
            )
    return _noted(job, job.exit_code or 0, output, job.detail)


def _noted(job: Job, code: int, output: str, note: str) -> CommandResult:
    said = f"{output}\n[{note}]\n" if note else output
    return CommandResult(exit_code=code, output=said, note=note, job=job.id)


async def begin_job(
    project: Project, place: str, command: str, *, by: str, timeout: timedelta | None
) -> Job:
    """Run a command in the background.

    Raises:
        NotPossible, NotFound, UsageError: the place is none, or nothing could be started.
    """
    job, _ = await _begin(project, place, command, by=by, timeout=timeout, background=True)
    return job


async def _begin(
    project: Project,
    place: str,
    command: str,
    *,
    by: str,
    timeout: timedelta | None,
    background: bool,
) -> tuple[Job, int]:
    """Write the job down, then start it; returns its leash too, if it is to have one."""
    if not command.strip():
        raise UsageError("there is no command", remedy="such as: wuhu exec SESSION -- git status")
    if timeout is not None and timeout <= timedelta():
        raise UsageError("a command's time limit must be longer than nothing")
    found = await asyncio.to_thread(find_place, project.folder, project.board, place)
    job = Job(
        id=project.new_id(),
        command=command,
        place=found.path,
        by=by,
        begun_at=project.clock(),
        session=found.session.id if found.session else "",
        background=background,
    )
    starting = asyncio.ensure_future(_start(project, job, found, timeout))
    try:
        # What was begun is either started or written off, whoever is cancelled meanwhile.
        return job, await asyncio.shield(starting)
    except asyncio.CancelledError:
        starting.add_done_callback(_drop_leash)
        raise


def _drop_leash(started: asyncio.Future[int]) -> None:
    """Nobody waits for it any more: an attended job ends."""
    if not started.cancelled() and started.exception() is None and started.result() >= 0:
        os.close(started.result())


async def _start(project: Project, job: Job, place: Place, timeout: timedelta | None) -> int:
    folder = project.folder.job(job.id)
    running = {known.id for known in project.board.jobs.values() if known.is_running}
    await asyncio.to_thread(host.prune, project.folder, running)
    hold = await asyncio.to_thread(host.take_hold, folder)
    try:
        await project.append(JobBegun(job=job))
        task = _task_of(project, job, place, timeout)
        return await asyncio.to_thread(host.spawn_keeper, folder, task, hold)
    except NotPossible as error:
        lost = JobEnded(job=job.id, outcome=JobOutcome.LOST, detail=error.message)
        await project.append(lost)
        raise
    finally:
        hold.let_go()


def _task_of(project: Project, job: Job, place: Place, timeout: timedelta | None) -> host.JobTask:
    session = (place.session, project.folder.session(place.session.id)) if place.session else None
    folder = project.folder.job(job.id)
    speaker = job.by if job.by in project.board.sessions else ""
    return host.JobTask(
        command=job.command,
        place=place.path,
        environment=place_environment(
            folder, place.path, os.environ, session=session, speaker=speaker
        ),
        deadline=timeout.total_seconds() if timeout else None,
        attended=not job.background,
    )


async def wait_job(project: Project, job: str) -> Job:
    """Wait for a job's end.

    Raises:
        NotFound: there is no such job.
    """
    _job_of(project, job)
    await _over(project, job)
    await conclude(project, job)
    return _job_of(project, job)


async def _over(project: Project, job: str) -> None:
    """Wait until nobody owns the job any more, or its end was written down."""

    def look() -> bool | None:
        return not _job_of(project, job).is_running or project.jobs.over(job) or None

    await project.ledger.until(look, None)


async def stop_job(project: Project, job: str, *, by: str) -> Job:
    """End a job and everything it began; one that ended already stays as it is.

    Raises:
        NotFound: there is no such job.
        NotPossible: something of it would not die.
    """
    if not _job_of(project, job).is_running:
        return _job_of(project, job)
    folder = project.folder.job(job)
    await asyncio.to_thread(host.ring, folder, by)
    try:
        async with asyncio.timeout(STOP_PATIENCE):
            return await wait_job(project, job)
    except TimeoutError:
        return await _stop_by_force(project, job, folder, by)


async def _stop_by_force(project: Project, job: str, folder: JobFolder, by: str) -> Job:
    """Its keeper does not listen: it is ended with everything else."""
    left = await asyncio.to_thread(host.end_processes, folder, with_keeper=True)
    if left:
        raise NotPossible(
            f"these processes would not die: {', '.join(map(str, left))}",
            where=_job_of(project, job).place,
            remedy="see what holds them: a disk or a network that hangs",
        )
    await conclude(project, job, stopped_by=by)
    return _job_of(project, job)


async def job_output(project: Project, job: str) -> str:
    """The end of what a job printed so far.

    Raises:
        NotFound: there is no such job.
    """
    known = _job_of(project, job)
    kept = await asyncio.to_thread(host.end_of_output, project.folder.job(job))
    return kept or known.output


async def follow_job(project: Project, job: str) -> AsyncGenerator[str, None]:
    """What a job printed, piece by piece as it comes, until its end.

    Raises:
        NotFound: there is no such job.
    """
    _job_of(project, job)
    folder, news = project.folder.job(job), asyncio.Event()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    reader = host.OutputReader(folder)
    ended = asyncio.create_task(_over(project, job))
    ended.add_done_callback(lambda _: news.set())
    watching = asyncio.create_task(_notice(folder, news))
    try:
        over = False
        while not over:
            news.clear()
            over = ended.done()
            text = decoder.decode(await asyncio.to_thread(reader.read), final=over)
            if text:
                yield text
            if not over:
                await news.wait()
    finally:
        ended.cancel()
        watching.cancel()
        await asyncio.gather(ended, watching, return_exceptions=True)
        reader.close()


async def _notice(folder: JobFolder, news: asyncio.Event) -> None:
    """Tell of every change of the job's files; a folder that is gone tells nothing more."""
    from watchfiles import awatch

    with suppress(OSError, RuntimeError):
        async for _ in awatch(folder.path, debounce=_STEP_MS, step=_STEP_MS, recursive=False):
            news.set()


def _job_of(project: Project, name: str) -> Job:
    job = project.board.jobs.get(name)
    if job is None:
        raise NotFound(f"there is no job {name}", remedy="see them: wuhu jobs")
    return job
