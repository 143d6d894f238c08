"""The end of a job: found, written down exactly once, and told to whoever began it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from wuhu_tui.core.project import Project
from wuhu_tui.hosts import job as host
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import Event
from wuhu_tui.model.jobs import Job, JobOutcome, JobResult
from wuhu_tui.model.letters import LEAD, Letter, LetterKind
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import JobEnded, LetterPosted
from wuhu_tui.model.states import SessionState

OUTPUT_KEPT = 8_000
"""Bytes of output that the journal keeps of a job: the end of it."""

OUTPUT_TOLD = 2_000
"""Characters of output that a letter tells."""

DIED = "the process that ran it died; it is not run again"


async def conclude(project: Project, job: str, *, stopped_by: str = "") -> None:
    """Write down how a job ended whose keeper is gone, unless somebody did.

    `stopped_by`: who ended it together with its keeper.
    """
    folder = project.folder.job(job)
    result = await asyncio.to_thread(host.result_of, folder)
    if result is None:
        result = await _lost(project, job, stopped_by)
    output = await asyncio.to_thread(host.end_of_output, folder, OUTPUT_KEPT)
    ended = JobEnded(
        job=job,
        outcome=result.outcome,
        exit_code=result.exit_code,
        output=output,
        detail=result.detail,
    )
    await project.decide(lambda board: _ending(board, ended, project.clock()))
    project.jobs.forget(job)


async def _lost(project: Project, job: str, stopped_by: str) -> JobResult:
    """Nobody wrote its end down: what it left is ended, for nobody would ever hear of it."""
    left = await asyncio.to_thread(host.end_processes, project.folder.job(job))
    if stopped_by:
        return JobResult(outcome=JobOutcome.STOPPED, detail=f"stopped by {stopped_by}")
    numbers = f"; these would not die: {', '.join(map(str, left))}" if left else ""
    return JobResult(outcome=JobOutcome.LOST, detail=DIED + numbers)


def _ending(board: Board, ended: JobEnded, now: datetime) -> list[Event]:
    """The letter first: a crash between the two leaves a job whose end is written down again."""
    job = board.jobs.get(ended.job)
    if job is None or not job.is_running:
        return []
    letter = letter_of(job, ended, board, now)
    if not job.background or letter.id in board.letters:
        return [ended]
    return [LetterPosted(letter=letter), ended]


def letter_of(job: Job, ended: JobEnded, board: Board, now: datetime) -> Letter:
    """What tells a background job's end to whoever began it; the lead hears what nobody else can."""
    view = board.session(job.by)
    there = view is not None and view.spec.project and view.state is not SessionState.ARCHIVED
    went_well = ended.outcome is JobOutcome.ENDED and ended.exit_code == 0
    return Letter(
        id=f"job-{job.id}",
        kind=LetterKind.DONE if went_well else LetterKind.FAILED,
        sender="core",
        recipient=job.by if there else LEAD,
        text=_told(job, ended),
        posted_at=now,
        lane=Lane.SYSTEM,
        about=job.id,
    )


def _told(job: Job, ended: JobEnded) -> str:
    where = job.session or job.place
    head = f"Your command in {where} {how_it_ended(ended)}: {job.command}"
    output = ended.output[-OUTPUT_TOLD:].strip("\n")
    if not output:
        return f"{head}\nIt printed nothing."
    cut = f", the end of it (all: wuhu jobs {job.id})" if len(ended.output) > OUTPUT_TOLD else ""
    return f"{head}\nIt printed{cut}:\n{output}"


def how_it_ended(job: Job | JobEnded) -> str:
    """A job's outcome in words."""
    detail = f" ({job.detail})" if job.detail else ""
    match job.outcome:
        case JobOutcome.RUNNING:
            return "runs"
        case JobOutcome.ENDED:
            return f"ended with exit code {job.exit_code}{detail}"
        case JobOutcome.TIMED_OUT:
            return f"was ended because its time was up{detail}"
        case JobOutcome.STOPPED:
            return f"was stopped{detail}"
        case JobOutcome.LOST:
            return f"is lost: nobody knows how it ended{detail}"
