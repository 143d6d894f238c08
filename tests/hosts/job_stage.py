"""A place to run jobs in, with keepers that are real processes."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wuhu_tui.hosts import job as host
from wuhu_tui.hosts.shell import place_environment
from wuhu_tui.journal.layout import JobFolder, ProjectFolder
from wuhu_tui.model.jobs import JobResult

LIMIT = 40.0
"""Seconds after which whatever is waited for does not come any more."""


@dataclass
class JobStage:
    """Begins jobs and waits for what becomes of them."""

    project: ProjectFolder
    place: Path
    leashes: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def begin(
        self,
        command: str,
        *,
        deadline: float | None = None,
        attended: bool = False,
        place: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> JobFolder:
        self.count += 1
        folder = self.project.job(f"job-{self.count:02}")
        where = str(place or self.place)
        given = place_environment(folder, where, {**os.environ, **(environment or {})})
        task = host.JobTask(
            command=command, place=where, environment=given, deadline=deadline, attended=attended
        )
        hold = host.take_hold(folder)
        try:
            self.leashes[folder.name] = host.spawn_keeper(folder, task, hold)
        finally:
            hold.let_go()
        return folder

    def result(self, folder: JobFolder) -> JobResult | None:
        """Wait for the keeper's end; what it wrote."""
        wait_for_end(folder)
        return host.result_of(folder)

    def release(self, folder: JobFolder) -> None:
        """Let go of an attended job, as a process that dies does."""
        os.close(self.leashes.pop(folder.name))


def wait_for_end(folder: JobFolder) -> None:
    """Read the job's pulse until nobody holds it."""
    pulse = os.open(folder.pulse, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            try:
                if os.read(pulse, 1) == b"":
                    return
            except BlockingIOError:
                ready, _, _ = select.select([pulse], [], [], LIMIT)
                assert ready, f"{folder.name} goes on and on"
    finally:
        os.close(pulse)


@contextmanager
def job_stage(top: Path) -> Iterator[JobStage]:
    """A stage; whatever was begun on it is ended."""
    place = top / "place"
    place.mkdir()
    stage = JobStage(ProjectFolder(top), place)
    try:
        yield stage
    finally:
        for leash in stage.leashes.values():
            if leash >= 0:
                os.close(leash)
        for number in range(stage.count):
            folder = stage.project.job(f"job-{number + 1:02}")
            if host.is_alive(folder):
                host.end_processes(folder, with_keeper=True)
