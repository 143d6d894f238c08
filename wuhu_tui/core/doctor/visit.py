"""A visit of the doctor: examine a project, open or not, and mend what one observation says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from wuhu_tui.core.doctor.check import Check, run_check, run_checks
from wuhu_tui.core.doctor.hands import Hands, bare_hands, hands_of
from wuhu_tui.core.doctor.patient import Patient, admit, patient_of
from wuhu_tui.core.doctor.table import CHECKS
from wuhu_tui.core.opening import open_project
from wuhu_tui.core.project import Project
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.errors import JournalError, NotFound, NotPossible, WuhuError
from wuhu_tui.model.health import Level, Observation
from wuhu_tui.model.project_events import HealthMended


async def examine_project(project: Project, *, deep: bool = False) -> tuple[Observation, ...]:
    """What all checks say of an open project."""
    return await run_checks(patient_of(project, deep=deep), CHECKS)


async def examine_place(
    path: Path, *, deep: bool = False, clock: Callable[[], datetime] = now
) -> tuple[Observation, ...]:
    """What all checks say of whatever lies around `path`; changes nothing, and never raises."""
    return await run_checks(await admit(path, clock(), deep=deep), CHECKS)


async def mend_project(project: Project, observation: str, *, by: str) -> str:
    """Mend one observation of an open project; see `CoreDoor.mend`."""
    await project.catch_up()
    return await mend(patient_of(project), observation, hands_of(project, by))


async def mend_place(
    path: Path, observation: str, *, by: str, clock: Callable[[], datetime] = now
) -> str:
    """Mend one observation around `path`; the core need not be able to open, unless that is needed."""
    if check_of(observation).needs_project:
        return await _mend_opened(path, observation, by, clock)
    patient = await admit(path, clock())
    async with bare_hands(patient.folder, by, clock) as hands:
        return await mend(patient, observation, hands)


async def _mend_opened(path: Path, observation: str, by: str, clock: Callable[[], datetime]) -> str:
    project = await open_project(path, clock=clock, new_id=new_id)
    try:
        return await mend_project(project, observation, by=by)
    finally:
        await project.aclose()


async def mend(
    patient: Patient, observation: str, hands: Hands, checks: Sequence[Check] = CHECKS
) -> str:
    """Look again at what the observation is about, and mend it if it still is so.

    Raises:
        NotFound: nothing of that name is observed now.
        NotPossible: nothing mends it safely.
    """
    check = check_of(observation, checks)
    found = _find(observation, await run_check(patient, check))
    if not found.fixable or check.mend is None:
        raise NotPossible(
            f"nothing mends this safely: {found.text}",
            where=observation,
            remedy=found.repair or "see docs/doctor.md",
        )
    done = await check.mend(patient, found, hands)
    await _write_down(observation, done, hands)
    return done


async def _write_down(observation: str, done: str, hands: Hands) -> None:
    try:
        await hands.append(HealthMended(observation=observation, text=done, by=hands.by))
    except WuhuError as error:
        raise JournalError(
            f"{done}; and this could not be written down: {error.message}",
            where=error.where,
            remedy=error.remedy,
        ) from error


def check_of(observation: str, checks: Iterable[Check] = CHECKS) -> Check:
    """The check that makes observations of this name.

    Raises:
        NotFound: none does.
    """
    name = observation.partition(":")[0]
    found = next((check for check in checks if check.name == name), None)
    if found is None:
        raise NotFound(
            f"there is no check {name}",
            where=observation,
            remedy="the ids are in: wuhu doctor --json",
        )
    return found


def _find(observation: str, found: Iterable[Observation]) -> Observation:
    for one in found:
        if one.id == observation and one.level is not Level.OK:
            return one
    raise NotFound(
        "nothing is wrong there any more",
        where=observation,
        remedy="look again: wuhu doctor",
    )
