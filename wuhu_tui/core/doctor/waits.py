"""What waits or lies about: jobs nobody knows the end of, joins that nothing can wake, rescues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from wuhu_tui.core.doctor.check import Check, doubt, trouble, well
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.doctor.words import counted, few, span
from wuhu_tui.model.board import Board
from wuhu_tui.model.health import Observation
from wuhu_tui.model.jobs import JobOutcome
from wuhu_tui.model.joins import Join
from wuhu_tui.model.rescues import RESCUE_REFS
from wuhu_tui.model.states import SessionState

JOBS = "jobs"
JOINS = "joins"
RESCUES = "rescues"

RECENT = timedelta(days=1)
"""How long a lost job is told."""

OVERDUE = timedelta(minutes=1)
"""How long after its deadline a join must have woken."""

OLD = timedelta(days=30)
"""Age from which a rescue is told to take up room."""


def judge_jobs(board: Board, now: datetime) -> list[Observation]:
    """Jobs whose runner died: nobody knows how they ended, and nobody runs them again."""
    lost = [
        job
        for job in board.jobs.values()
        if job.outcome is JobOutcome.LOST and now - (job.ended_at or job.begun_at) < RECENT
    ]
    return [
        trouble(
            JOBS,
            job.id,
            f"nobody knows how this job ended, and it is not run again: {job.command}",
            repair=f"wuhu exec {job.session or job.place} -- …",
            session=job.session,
        )
        for job in lost
    ]


def judge_joins(board: Board, now: datetime) -> list[Observation]:
    """Joins that nothing can wake any more, or that should have woken."""
    waiting = [join for join in board.joins.values() if join.wake is None]
    found = [told for join in waiting if (told := _of_join(board, join, now)) is not None]
    return found + _circles(waiting)


def _of_join(board: Board, join: Join, now: datetime) -> Observation | None:
    cancel = f"wuhu join --cancel {join.id}"
    views = [board.session(name) for name in join.sessions]
    if all(view is None or view.state is SessionState.ARCHIVED for view in views):
        text = f"{join.by} waits for {few(join.sessions)}, and none of them is there any more"
        return trouble(JOINS, join.id, text, repair=cancel)
    waiter = board.session(join.by)
    if waiter is not None and waiter.state in (SessionState.ARCHIVED, SessionState.MERGED):
        text = f"{join.by} is {waiter.state.value}, and still waits for {few(join.sessions)}"
        return trouble(JOINS, join.id, text, repair=cancel, session=waiter.id)
    if join.deadline is not None and now - join.deadline > OVERDUE:
        text = f"{join.by} should have woken {span(now - join.deadline)} ago: nobody conducts"
        return trouble(JOINS, join.id, text, repair="wuhu conduct")
    return None


def _circles(waiting: list[Join]) -> list[Observation]:
    """Sessions that wait for each other: none of them can go on before the other."""
    waits_for: dict[str, set[str]] = {}
    for join in waiting:
        waits_for.setdefault(join.by, set()).update(join.sessions)
    circles = {frozenset(way) for name in waits_for if (way := _way_back(name, waits_for))}
    return [
        trouble(
            JOINS,
            " ".join(sorted(circle)),
            f"these wait for each other: {' → '.join(sorted(circle))}",
            kind="circle",
            repair=f"wuhu steer {min(circle)} …",
            session=min(circle),
        )
        for circle in sorted(circles, key=sorted)
    ]


def _way_back(name: str, waits_for: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The sessions of a circle through this one; empty if there is none."""
    todo: list[str] = [name]
    ways: dict[str, tuple[str, ...]] = {name: (name,)}
    while todo:
        here = todo.pop()
        for other in sorted(waits_for.get(here, ())):
            if other == name:
                return ways[here]
            if other not in ways:
                ways[other] = (*ways[here], other)
                todo.append(other)
    return ()


def judge_rescues(board: Board, refs: frozenset[str], now: datetime) -> list[Observation]:
    """Rescues that are gone although nobody forgot them, and those that lie there for long."""
    kept = board.rescues
    gone = [rescue for ref, rescue in kept.items() if ref not in refs]
    found = [
        trouble(
            RESCUES,
            rescue.ref,
            f"a rescue of {rescue.session} is gone: {rescue.ref}; its commit may still be there",
            kind="gone",
            repair=f"git update-ref {rescue.ref} {rescue.commit}",
        )
        for rescue in gone
    ]
    ages = [now - rescue.at for ref, rescue in kept.items() if ref in refs]
    old = [age for age in ages if age > OLD]
    if old:
        text = f"{counted(len(old), 'rescue')} older than {span(OLD)}, the oldest {span(max(old))}"
        found.append(doubt(RESCUES, "old", text, repair="wuhu trash"))
    if not found and refs:
        oldest = f", the oldest {span(max(ages))} old" if ages else ""
        found.append(well(RESCUES, f"{counted(len(refs), 'rescue')} kept{oldest}"))
    return found


async def _look_at_jobs(patient: Patient) -> list[Observation]:
    return judge_jobs(patient.board, patient.now)


async def _look_at_joins(patient: Patient) -> list[Observation]:
    return judge_joins(patient.board, patient.now)


async def _look_at_rescues(patient: Patient) -> list[Observation]:
    listing = await patient.git.read("for-each-ref", "--format=%(refname)", RESCUE_REFS)
    return judge_rescues(patient.board, frozenset(listing.split()), patient.now)


LOST_JOBS = Check(JOBS, "of every job it is known how it ended", _look_at_jobs, needs_board=True)
OPEN_JOINS = Check(JOINS, "every join can wake", _look_at_joins, needs_board=True)
KEPT_RESCUES = Check(RESCUES, "nothing had to be rescued", _look_at_rescues, needs_board=True)
