"""Jobs as verbs: run a shell command in a place, follow it, wait for it, stop it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from wuhu_tui.core.door import CommandResult
from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.jobs import Job

LIMIT = timedelta(minutes=10)
"""How long a command that somebody waits for may take."""


async def run_in(
    project: Project, place: str, command: str, *, by: str, timeout: timedelta | None
) -> CommandResult:
    """Run a shell command in a place and wait for its end."""
    from wuhu_tui.hosts.shell import run_in_place

    spec = project.view(place).spec
    folder = project.folder.session(place).path
    seconds = (timeout or LIMIT).total_seconds()
    code, output = await run_in_place(spec, folder, command, deadline=seconds)
    return CommandResult(exit_code=code, output=output)


async def begin_job(
    project: Project, place: str, command: str, *, by: str, timeout: timedelta | None
) -> Job:
    """Run a shell command in a place in the background."""
    raise NotPossible("there are no background jobs yet", where=place)


async def wait_job(project: Project, job: str) -> Job:
    """Wait for a job's end."""
    raise NotPossible("there are no background jobs yet", where=job)


async def stop_job(project: Project, job: str, *, by: str) -> Job:
    """End a job and everything it began."""
    raise NotPossible("there are no background jobs yet", where=job)


async def job_output(project: Project, job: str) -> str:
    """The end of what a job printed so far."""
    raise NotPossible("there are no background jobs yet", where=job)


async def follow_job(project: Project, job: str) -> AsyncIterator[str]:
    """What a job printed, piece by piece as it comes, until its end."""
    yield await job_output(project, job)
