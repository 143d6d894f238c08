"""The verbs of jobs: shell commands in a place, waited for or in the background."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from wuhu_tui.core import jobs
from wuhu_tui.core.door import CommandResult
from wuhu_tui.core.project import Project
from wuhu_tui.model.jobs import Job


class JobVerbs:
    """A part of `Core`; see `CoreDoor` for what each verb promises."""

    _project: Project

    async def run_in(
        self,
        place: str,
        command: str,
        *,
        by: str = "lead",
        timeout: timedelta | None = jobs.LIMIT,
        hear: Callable[[str], None] | None = None,
    ) -> CommandResult:
        """Run a shell command in a place and wait for its end."""
        return await jobs.run_in(self._project, place, command, by=by, timeout=timeout, hear=hear)

    async def begin_job(
        self, place: str, command: str, *, by: str = "lead", timeout: timedelta | None = None
    ) -> Job:
        """Run a shell command in a place in the background."""
        return await jobs.begin_job(self._project, place, command, by=by, timeout=timeout)

    async def wait_job(self, job: str) -> Job:
        """Wait for a job's end."""
        return await jobs.wait_job(self._project, job)

    async def stop_job(self, job: str, *, by: str = "lead") -> Job:
        """End a job and everything it began."""
        return await jobs.stop_job(self._project, job, by=by)

    async def job_output(self, job: str) -> str:
        """The end of what a job printed so far."""
        return await jobs.job_output(self._project, job)

    def follow_job(self, job: str) -> AsyncIterator[str]:
        """What a job printed, piece by piece as it comes."""
        return jobs.follow_job(self._project, job)
