"""Jobs: shell commands run in a place for somebody, whose end is guaranteed to be told."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import Value


class JobOutcome(StrEnum):
    """`lost`: the process that ran it died, so nobody knows its exit code; it is not run again."""

    RUNNING = "running"
    ENDED = "ended"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    LOST = "lost"


class Job(Value, frozen=True):
    """One command line in one place; `session` is empty for a place that is no session's."""

    id: str
    command: str
    place: str
    """The folder it runs in, absolute."""
    by: str
    begun_at: datetime
    session: str = ""
    background: bool = False
    """Whether its end is told by a letter to `by`, instead of being waited for."""
    outcome: JobOutcome = JobOutcome.RUNNING
    exit_code: int | None = None
    ended_at: datetime | None = None
    output: str = ""
    """The end of what it printed."""
    detail: str = ""
    """Who stopped it, or why nobody knows how it ended."""

    @property
    def is_running(self) -> bool:
        """Whether its end has not been told."""
        return self.outcome is JobOutcome.RUNNING


class JobResult(Value, frozen=True):
    """How a job ended, as its keeper wrote it down."""

    outcome: JobOutcome
    exit_code: int | None = None
    """As a shell has it: a signal's number plus 128 where one ended it."""
    detail: str = ""
