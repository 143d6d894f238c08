"""What waits or lies about: jobs nobody knows the end of, joins that nothing can wake, rescues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from wuhu_tui.core.channels.couriers import plans_now
from wuhu_tui.core.channels.outlet import why_unusable
from wuhu_tui.core.channels.state import ChannelState, read_state
from wuhu_tui.core.config import load_config
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, could_not_look, doubt, trouble, well
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.waiting import cancel_join
from wuhu_tui.core.waits import cycles, open_joins, orphaned
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import ConfigError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.jobs import JobOutcome
from wuhu_tui.model.joins import Join
from wuhu_tui.model.quantities import counted, few, span
from wuhu_tui.model.rescues import RESCUE_REFS

JOBS = "jobs"
JOINS = "joins"
NOBODY = "nobody"
RESCUES = "rescues"
CHANNELS = "channels"

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
            repair="wuhu jobs",
            session=job.session,
        )
        for job in lost
    ]


def judge_joins(board: Board, now: datetime) -> list[Observation]:
    """Joins on nobody, those in a ring, and those that should have woken."""
    nobodys = {orphan.join: orphan.reason for orphan in orphaned(board)}
    found = [_on_nobody(board.joins[name], reason) for name, reason in nobodys.items()]
    found += [_ring(ring) for ring in cycles(board)]
    late = [join for join in open_joins(board) if _is_overdue(join, now)]
    return found + [_overdue(join, now) for join in late if join.id not in nobodys]


def _on_nobody(join: Join, reason: str) -> Observation:
    text = f"{join.by} waits for {few(join.sessions)}, and nobody hears it: {reason}"
    return trouble(JOINS, join.id, text, kind=NOBODY, fixable=True)


def _ring(ring: tuple[str, ...]) -> Observation:
    text = f"these wait for each other: {' → '.join((*ring, ring[0]))}"
    return trouble(
        JOINS, " ".join(ring), text, kind="ring", repair=f"wuhu steer {ring[0]} …", session=ring[0]
    )


def _is_overdue(join: Join, now: datetime) -> bool:
    return join.deadline is not None and now - join.deadline > OVERDUE


def _overdue(join: Join, now: datetime) -> Observation:
    assert join.deadline is not None
    text = f"{join.by} should have woken {span(now - join.deadline)} ago: nobody conducts"
    return trouble(JOINS, join.id, text, repair="wuhu conduct")


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


def judge_channels(states: Mapping[str, ChannelState], now: datetime) -> list[Observation]:
    """Channels that fail: what they had to tell waits."""
    return [
        trouble(CHANNELS, name, _failing(name, state, now), repair="wuhu notify test")
        for name, state in states.items()
        if state.failures
    ]


def judge_plans(unusable: Mapping[str, str]) -> list[Observation]:
    """Channels that could not send if they had to; told before anything waits for them."""
    return [
        trouble(CHANNELS, name, f"the channel {name} cannot send: {why}", repair="wuhu notify")
        for name, why in unusable.items()
        if why
    ]


def _failing(name: str, state: ChannelState, now: datetime) -> str:
    since = f" {span(now - state.failed_at)} ago" if state.failed_at else ""
    waiting = f"; {counted(len(state.pending), 'entry')} wait" if state.pending else ""
    times = counted(state.failures, "time")
    return f"the channel {name} failed {times}, last{since}: {state.failure}{waiting}"


def _states_in(folder: ProjectFolder) -> dict[str, ChannelState]:
    """What every channel remembers.

    Raises:
        JournalError: one of them cannot be read.
    """
    paths = sorted(folder.channels.glob("*.json")) if folder.channels.is_dir() else []
    found = {path.stem: read_state(path) for path in paths}
    return {name: state for name, state in found.items() if state is not None}


async def _look_at_channels(patient: Patient) -> list[Observation]:
    states = await aside(lambda: _states_in(patient.folder))
    failing = judge_channels(states, patient.now)
    try:
        unusable = await aside(lambda: _unusable(patient))
    except ConfigError:
        return [*failing, could_not_look(CHANNELS, "settings that name channels are not valid")]
    told = {observation.subject for observation in failing}
    return failing + judge_plans({k: why for k, why in unusable.items() if k not in told})


def _unusable(patient: Patient) -> dict[str, str]:
    """Per channel why it could not send from here; empty: nothing speaks against it."""
    plans = plans_now(load_config(patient.root).notify)
    return {name: why_unusable(plan, patient.root) for name, plan in plans.items()}


async def _look_at_jobs(patient: Patient) -> list[Observation]:
    return judge_jobs(patient.board, patient.now)


async def _look_at_joins(patient: Patient) -> list[Observation]:
    return judge_joins(patient.board, patient.now)


async def _cancel(patient: Patient, observation: Observation, hands: Hands) -> str:
    """End a join that nobody hears."""
    await cancel_join(hands.opened, observation.subject)
    return f"cancelled the join {observation.subject}, which nobody heard any more"


async def _look_at_rescues(patient: Patient) -> list[Observation]:
    listing = await patient.git.read("for-each-ref", "--format=%(refname)", RESCUE_REFS)
    return judge_rescues(patient.board, frozenset(listing.split()), patient.now)


TOLD_CHANNELS = Check(CHANNELS, "every channel can send", _look_at_channels)
LOST_JOBS = Check(JOBS, "of every job it is known how it ended", _look_at_jobs, needs_board=True)
OPEN_JOINS = Check(
    JOINS,
    "every join can wake",
    _look_at_joins,
    _cancel,
    needs_board=True,
    needs_project=True,
)
KEPT_RESCUES = Check(RESCUES, "nothing had to be rescued", _look_at_rescues, needs_board=True)
