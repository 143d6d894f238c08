"""Processes that outlived what started them: of dead runners, of ended sessions, of merges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.census import Running, running
from wuhu_tui.core.doctor.check import Check, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.hosts.job import MARK as JOB_MARK
from wuhu_tui.hosts.job import end_processes
from wuhu_tui.hosts.local import LocalHost
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import counted, few
from wuhu_tui.model.value import Value
from wuhu_tui.repo.worktrees import SCRATCH_MARK

NAME = "processes"

_MARKS = ("WUHU_SESSION_FOLDER", SCRATCH_MARK, JOB_MARK)


class Seen(Value, frozen=True):
    """The processes that carry a mark of this project, and the sessions whose runner lives."""

    marked: tuple[Running, ...] = ()
    alive: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    """Jobs whose keeper lives."""
    merging: bool = False


def judge(seen: Seen, sessions: str) -> list[Observation]:
    """Whoever belongs to a life whose runner is gone; `sessions` is the folder of all of them."""
    left: dict[str, list[Running]] = defaultdict(list)
    jobs: dict[str, list[Running]] = defaultdict(list)
    scratch = []
    for process in seen.marked:
        folder = Path(process.marks.get("WUHU_SESSION_FOLDER", ""))
        if process.marks.get("WUHU_LIFE") and str(folder.parent) == sessions:
            left[folder.name].append(process)
        elif JOB_MARK in process.marks:
            jobs[Path(process.marks[JOB_MARK]).name].append(process)
        elif SCRATCH_MARK in process.marks:
            scratch.append(process)
    found = [
        _left_by(session, processes)
        for session, processes in left.items()
        if session not in seen.alive
    ]
    found += [_left_by_job(job, some) for job, some in jobs.items() if job not in seen.kept]
    if scratch and not seen.merging:
        found.append(_of_merges(scratch))
    return found


def _left_by(session: str, processes: Collection[Running]) -> Observation:
    text = (
        f"{counted(len(processes), 'process')} of {session} outlived its runner: "
        f"{few([_named(one) for one in processes])}"
    )
    return trouble(NAME, session, text, fixable=True, session=session)


def _left_by_job(job: str, processes: Collection[Running]) -> Observation:
    names = few([_named(one) for one in processes])
    text = f"{counted(len(processes), 'process')} of job {job} outlived its keeper: {names}"
    return trouble(NAME, job, text, kind="job", fixable=True)


def _of_merges(processes: Collection[Running]) -> Observation:
    text = (
        f"{counted(len(processes), 'process')} of a merge or of checks that nobody runs any more: "
        f"{few([_named(one) for one in processes])}"
    )
    pids = " ".join(str(one.pid) for one in processes)
    return trouble(NAME, "", text, kind="merges", repair=f"kill {pids}")


def _named(process: Running) -> str:
    return f"{process.name} {process.pid}" if process.name else str(process.pid)


def look_at(folder: ProjectFolder) -> Seen:
    """Look first at processes, then at locks: what ran before its lock was free is of a dead life."""
    found = tuple(_marked(running(), folder))
    names = {Path(one.marks.get("WUHU_SESSION_FOLDER", "")).name for one in found} - {""}
    alive = frozenset(name for name in names if is_held(folder.session(name).lock))
    conducted = is_held(folder.conductor_lock) or is_held(folder.path / "merge.lock")
    jobs = {Path(one.marks[JOB_MARK]).name for one in found if JOB_MARK in one.marks}
    kept = frozenset(job for job in jobs if is_held(folder.job(job).lock))
    return Seen(marked=found, alive=alive, kept=kept, merging=conducted)


def _marked(processes: Iterable[Running], folder: ProjectFolder) -> Iterable[Running]:
    for one in processes:
        places = [one.marks.get(mark, "") for mark in _MARKS]
        if any(place and Path(place).is_relative_to(folder.path) for place in places):
            yield one


async def _look(patient: Patient) -> list[Observation]:
    seen = await aside(lambda: look_at(patient.folder))
    return judge(seen, str(patient.folder.sessions))


async def _mend(patient: Patient, observation: Observation, hands: Hands) -> str:
    """End them, politely first; refused while a runner lives."""
    if observation.id.startswith(f"{NAME}:job"):
        folder = patient.folder.job(observation.subject)
        left = tuple(await aside(lambda: end_processes(folder)))
    else:
        left = await LocalHost(patient.folder).sweep(observation.subject)
    if left:
        numbers = " ".join(map(str, left))
        raise NotPossible(
            f"these would not end: {numbers}",
            where=observation.subject,
            remedy=f"see what they wait for: ps -o pid,stat,wchan,cmd -p {numbers}",
        )
    return f"ended what {observation.subject} had left running"


PROCESSES = Check(NAME, "no process that can be seen outlived its session", _look, _mend)
