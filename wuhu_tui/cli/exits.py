"""Exit codes: what a script may rely on; `docs/cli.md` lists the same."""

from __future__ import annotations

from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.joins import Outcome, Wake, WakeReason

OK = 0
UNEXPECTED = 1
TROUBLE = 1
"""`wuhu doctor`: something is wrong."""
UNSEEN = 2
"""`wuhu doctor`: nothing is known to be wrong, and not everything could be looked at."""
NOT_POSSIBLE = 4
"""`wuhu messages`: something did not arrive."""
INTERRUPTED = 130
BROKEN_PIPE = 141

WOKE_EARLY: dict[WakeReason, int] = {
    WakeReason.QUESTION: 10,
    WakeReason.REVIEW_READY: 11,
    WakeReason.STEER: 12,
    WakeReason.SYSTEM: 12,
    WakeReason.FAILED: 13,
    WakeReason.TIMEOUT: 14,
    WakeReason.CANCELLED: 15,
}
NO_REPORT = 16
NO_ANSWER = 17
NOBODY_ANSWERED = 18
NOT_COMPLETE = 19

JOB_TIMED_OUT = 124
JOB_STOPPED = 130
JOB_LOST = 125


def exit_of_job(job: Job) -> int:
    """The command's own, where it has one; else as `timeout` and shells have it."""
    match job.outcome:
        case JobOutcome.TIMED_OUT:
            return JOB_TIMED_OUT
        case JobOutcome.STOPPED:
            return JOB_STOPPED
        case JobOutcome.LOST:
            return JOB_LOST
    return job.exit_code or OK


def exit_of_join(wake: Wake) -> int:
    """0 only when what was waited for was reached, and nobody ended without a word."""
    if wake.reason is not WakeReason.REACHED:
        return WOKE_EARLY.get(wake.reason, UNEXPECTED)
    return NO_REPORT if Outcome.NO_REPORT in wake.outcomes.values() else OK
