"""Locks that nobody living holds, and locks that somebody holds who does nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.census import Running, holders, running, wake
from wuhu_tui.core.doctor.check import Check, could_not_look, doubt, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import few
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value

NAME = "locks"

YOUNG = 30.0
"""Seconds in which a lock file of git may still be of a git that was just too quick to be seen."""

_OF_GIT = ("index.lock", "HEAD.lock", "packed-refs.lock", "config.lock", "shallow.lock")


class HeldLock(Value, frozen=True):
    """A lock of wuhu that is held now, and who has it open."""

    path: str
    what: str
    """What its holder does, in words."""
    session: str = ""
    holders: tuple[Running, ...] = ()
    dead: int = 0
    """The process that should hold it by the journal and is dead; 0: it lives, or none should."""


class GitLock(Value, frozen=True):
    """A lock file of git: how old it is, who may be using it, and whose cannot be told."""

    path: str
    age: float
    users: tuple[Running, ...] = ()
    unseen: int = 0
    """How many gits run whose place cannot be seen."""


def judge_held(locks: Sequence[HeldLock]) -> list[Observation]:
    """A held lock is fine unless its holder is held still itself, or is not who should hold it."""
    return [found for lock in locks if (found := _of_held(lock)) is not None]


def _of_held(lock: HeldLock) -> Observation | None:
    if not lock.holders:
        return _unseen(lock)
    if lock.dead:
        return _inherited(lock)
    return _suspended(lock) if all(holder.is_suspended for holder in lock.holders) else None


def _suspended(lock: HeldLock) -> Observation:
    pids = " ".join(str(holder.pid) for holder in lock.holders)
    who = few([holder.told for holder in lock.holders])
    text = f"{who} is suspended and {lock.what}: everybody waits for it"
    return trouble(
        NAME,
        lock.path,
        text,
        kind="suspended",
        repair=f"kill -CONT {pids}",
        fixable=True,
        session=lock.session,
    )


def _unseen(lock: HeldLock) -> Observation:
    text = (
        f"a process that cannot be seen from here {lock.what}: whether it is suspended is unknown"
    )
    return doubt(NAME, lock.path, text, repair=f"fuser {lock.path}", session=lock.session)


def _inherited(lock: HeldLock) -> Observation:
    """A lock outlives its holder in a process that the holder started."""
    who = few([holder.told for holder in lock.holders])
    text = f"process {lock.dead} that {lock.what} is dead, and {who} keeps its lock"
    pids = " ".join(str(holder.pid) for holder in lock.holders)
    return trouble(
        NAME, lock.path, text, kind="inherited", repair=f"kill {pids}", session=lock.session
    )


def judge_git(locks: Sequence[GitLock]) -> list[Observation]:
    """A lock file of a git that is gone makes every later commit fail."""
    return [found for lock in locks if (found := _of_git(lock)) is not None]


def _of_git(lock: GitLock) -> Observation | None:
    if lock.users:
        return None
    if lock.age < YOUNG:
        return doubt(NAME, lock.path, f"{lock.path} is {lock.age:.0f}s old: a git may be at work")
    if lock.unseen:
        text = f"{lock.path} may be left by a killed git; {lock.unseen} run that cannot be seen"
        return doubt(NAME, lock.path, text)
    text = f"a killed git left {lock.path}: git refuses to work there"
    return trouble(NAME, lock.path, text, kind="git", fixable=True)


def held_locks(folder: ProjectFolder, board: Board) -> list[HeldLock]:
    """Every lock of the project that is held now."""
    places = {lock: (what, session) for lock, what, session in _locks(folder, board)}
    held = [lock for lock in places if is_held(lock)]
    found = holders(held)
    return [
        HeldLock(
            path=str(lock.relative_to(folder.root)),
            what=places[lock][0],
            session=places[lock][1],
            holders=found.get(lock, ()),
            dead=_dead_runner(board, places[lock][1], found.get(lock, ())),
        )
        for lock in held
        if found.get(lock) or is_held(lock)  # most are held for a moment only
    ]


def _dead_runner(board: Board, session: str, holding: Sequence[Running]) -> int:
    """The runner that the session's journal names, if it is dead and somebody has its lock."""
    view = board.session(session)
    pid = view.runner_pid if view is not None and view.runner_expected else 0
    if not pid or pid in {holder.pid for holder in holding} or psutil.pid_exists(pid):
        return 0
    return pid


def _locks(folder: ProjectFolder, board: Board) -> Iterator[tuple[Path, str, str]]:
    yield folder.journal_lock, "keeps the project's journal", ""
    yield folder.path / "instantiate.lock", "makes a session", ""
    yield folder.path / "merge.lock", "runs a merge", ""
    for view in board.sessions.values():
        if view.spec.project and view.state is not SessionState.ARCHIVED:
            yield folder.session(view.id).lock, f"runs {view.id}", view.id


def git_locks(common: Path, root: Path) -> list[GitLock]:
    """Every lock file of git in this repository."""
    found = [path for path in _lock_files(common) if path.is_file()]
    if not found:
        return []
    gits = [one for one in running() if one.name == "git"]
    here = [one for one in gits if one.folder and Path(one.folder).is_relative_to(root.resolve())]
    unseen = sum(not one.folder for one in gits)
    opened = holders(found)
    return [
        GitLock(
            path=str(path),
            age=_age(path),
            users=(*opened.get(path, ()), *here),
            unseen=unseen,
        )
        for path in found
    ]


def _lock_files(common: Path) -> Iterator[Path]:
    for folder in (common, *(common / "worktrees").glob("*")):
        yield from (folder / name for name in _OF_GIT)
    yield from (common / "refs").rglob("*.lock")


def _age(path: Path) -> float:
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except OSError:
        return 0.0


async def _look(patient: Patient) -> list[Observation]:
    held = await aside(lambda: held_locks(patient.folder, patient.board))
    found = judge_held(held)
    if patient.blind:
        found.append(
            could_not_look(NAME, f"{patient.blind}; sessions are not known", subject="sessions")
        )
    common = await patient.git.look("rev-parse", "--path-format=absolute", "--git-common-dir")
    if common.code == 0:
        found += judge_git(await aside(lambda: git_locks(Path(common.text), patient.root)))
    else:
        found.append(could_not_look(NAME, f"git's own: {common.words.strip()}", subject="git"))
    return found


async def _mend(patient: Patient, observation: Observation, hands: Hands) -> str:
    """Wake who is suspended, or remove what a dead git left."""
    if observation.id.startswith(f"{NAME}:suspended"):
        return await aside(lambda: _wake(patient, observation))
    return await aside(lambda: _remove(Path(observation.subject)))


def _wake(patient: Patient, observation: Observation) -> str:
    locks = held_locks(patient.folder, patient.board)
    return wake(lock.holders for lock in locks if lock.path == observation.subject)


def _remove(lock: Path) -> str:
    try:
        lock.unlink(missing_ok=True)
    except OSError as error:
        raise NotPossible(
            f"cannot be removed: {error.strerror or error}",
            where=str(lock),
            remedy="remove it by hand",
        ) from error
    return f"removed {lock}, which a killed git had left"


LOCKS = Check(NAME, "no lock is left behind, nobody who holds one is suspended", _look, _mend)
