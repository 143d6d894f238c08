"""Worktrees and branches that belong to nobody, or that somebody misses."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.cleanup import remove_place
from wuhu_tui.core.doctor.aside import aside
from wuhu_tui.core.doctor.check import Check, could_not_look, trouble
from wuhu_tui.core.doctor.hands import Hands
from wuhu_tui.core.doctor.patient import Patient
from wuhu_tui.core.naming import BRANCHES
from wuhu_tui.core.rescuing import Removal
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.health import Observation
from wuhu_tui.model.quantities import span
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value
from wuhu_tui.repo.refs import branch_tips
from wuhu_tui.repo.worktrees import Worktree, list_worktrees

NAME = "worktrees"
STRAYS_NAME = "strays"
BRANCH_NAME = "branches"

OLD_SCRATCH = timedelta(hours=6)
"""Age from which a scratch worktree is of a merge that nobody runs any more."""

_OVER = frozenset({SessionState.ARCHIVED, SessionState.MERGED})


class Seen(Value, frozen=True):
    """What git and the disk say of worktrees; all paths absolute and resolved."""

    registered: tuple[Worktree, ...] = ()
    folders: tuple[str, ...] = ()
    """Everything that lies in `.wuhu/worktrees`."""
    scratch: dict[str, datetime] = {}
    """Scratch worktrees, and when each was last changed."""
    owners: dict[str, str] = {}
    """The session that each worktree is of."""
    making: bool = False
    """Whether a session is being made right now: what belongs to nobody yet may soon."""


def judge(board: Board, seen: Seen, now: datetime, place: str) -> list[Observation]:
    """What is amiss with the worktrees below `place`, the project's own folder."""
    views = {path: board.sessions[name] for path, name in seen.owners.items()}
    known = {one.path: one for one in seen.registered}
    found = [_missing(one, views.get(one.path)) for one in seen.registered if _ours(one, place)]
    found += [_of_folder(path, views.get(path), registered=path in known) for path in seen.folders]
    found += [_old_scratch(path, now - at) for path, at in seen.scratch.items()]
    return [one for one in found if one is not None]


def _ours(one: Worktree, place: str) -> bool:
    return Path(one.path).is_relative_to(place)


def _missing(one: Worktree, view: SessionView | None) -> Observation | None:
    if not one.missing:
        return None
    if view is not None and view.state not in _OVER:
        text = f"the worktree of {view.id} is gone; its branch has the commits"
        return trouble(NAME, view.id, text, repair=f"wuhu resume {view.id}", session=view.id)
    text = f"git lists a worktree whose folder is gone: {one.path}"
    return trouble(NAME, one.path, text, kind="gone", fixable=True)


def _of_folder(path: str, view: SessionView | None, *, registered: bool) -> Observation | None:
    quoted = shlex.quote(path)
    if view is None:
        return None  # told by the check of strays
    if not registered and view.state not in _OVER:
        text = f"git does not know the worktree of {view.id} any more"
        return trouble(NAME, path, text, kind="unknown", fixable=True, session=view.id)
    if view.state is SessionState.MERGED:
        text = f"{view.id} is merged, its worktree was kept: something in it was not committed"
        repair = f"git -C {quoted} status"
        return trouble(NAME, view.id, text, kind="kept", repair=repair, session=view.id)
    if view.state is SessionState.ARCHIVED:
        text = f"{view.id} is archived, and its worktree is still there"
        return trouble(NAME, view.id, text, kind="kept", repair=f"git -C {quoted} status")
    return None


def judge_strays(seen: Seen) -> list[Observation]:
    """What lies among the worktrees and belongs to no session."""
    known = {one.path for one in seen.registered}
    strays = [] if seen.making else [path for path in seen.folders if path not in seen.owners]
    return [_stray(path, registered=path in known) for path in strays]


def _stray(path: str, *, registered: bool) -> Observation:
    if not registered:
        text = f"a folder among the worktrees is none, and no session owns it: {path}"
        return trouble(STRAYS_NAME, path, text, repair=f"ls -la {shlex.quote(path)}")
    text = f"a worktree that no session owns: {path}; what it holds is kept when it is removed"
    return trouble(STRAYS_NAME, path, text, fixable=True)


def _old_scratch(path: str, age: timedelta) -> Observation | None:
    if age < OLD_SCRATCH:
        return None
    text = f"a scratch worktree that nobody changed for {span(age)}: {path}"
    repair = f"git worktree remove --force {shlex.quote(path)}"
    return trouble(NAME, path, text, kind="scratch", repair=repair)


def judge_branches(
    board: Board, tips: dict[str, str], merged: frozenset[str], *, making: bool
) -> list[Observation]:
    """Branches of sessions that no session names; `merged` are those whose commits base has."""
    named = {view.spec.branch for view in board.sessions.values()}
    nobodys = [name for name in tips if name.startswith(BRANCHES) and name not in named]
    return [_nobodys_branch(name, name in merged) for name in nobodys if not making]


def _nobodys_branch(name: str, merged: bool) -> Observation:
    if merged:
        text = f"the branch {name} belongs to no session; all of it is in base"
        return trouble(BRANCH_NAME, name, text, repair=f"git branch -d {shlex.quote(name)}")
    text = f"the branch {name} belongs to no session, and has commits that base lacks"
    return trouble(BRANCH_NAME, name, text, repair=f"git log {shlex.quote(name)} --not HEAD")


async def _seen(patient: Patient) -> Seen:
    registered = await list_worktrees(patient.git)
    seen = await aside(lambda: _on_disk(patient.folder, patient.board))
    return replace(seen, registered=registered)


def _on_disk(folder: ProjectFolder, board: Board) -> Seen:
    views = [view for view in board.sessions.values() if view.spec.worktree]
    return Seen(
        folders=tuple(str(path) for path in _inside(folder.worktrees) if path.is_dir()),
        scratch={str(path): _changed(path) for path in _inside(folder.scratch) if path.is_dir()},
        owners=_owners(views),
        making=is_held(folder.path / "instantiate.lock"),
    )


def _owners(views: Iterable[SessionView]) -> dict[str, str]:
    """The session of each worktree; most of them lie in one folder, which is resolved once."""
    folders: dict[str, Path] = {}
    found = {}
    for view in views:
        folder, _, name = view.spec.worktree.rpartition("/")
        if folder not in folders:
            folders[folder] = Path(folder or "/").resolve()
        found[str(folders[folder] / name)] = view.id
    return found


def _inside(place: Path) -> Iterable[Path]:
    """What lies there, by the names that git calls it."""
    return sorted(place.resolve().iterdir()) if place.is_dir() else ()


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()


async def _look(patient: Patient) -> list[Observation]:
    place = str(await aside(patient.folder.path.resolve))
    return judge(patient.board, await _seen(patient), patient.now, place)


async def _look_at_strays(patient: Patient) -> list[Observation]:
    return judge_strays(await _seen(patient))


async def _remove(patient: Patient, observation: Observation, hands: Hands) -> str:
    """Remove a worktree of nobody; what it holds is kept first, or it stays."""
    path = Path(observation.subject)
    return f"removed {path}{await _remove_place(path, hands, 'a worktree of nobody was removed')}"


async def _look_at_branches(patient: Patient) -> list[Observation]:
    tips = await branch_tips(patient.git)
    base = patient.board.project.base_branch
    listing = await patient.git.look(
        "for-each-ref", "--format=%(refname:lstrip=2)", f"--merged={base}", f"refs/heads/{BRANCHES}"
    )
    if listing.code:
        return [could_not_look(BRANCH_NAME, f"what {base} has: {listing.words.strip()}")]
    merged = frozenset(listing.text.splitlines())
    making = await aside(lambda: is_held(patient.folder.path / "instantiate.lock"))
    return judge_branches(patient.board, tips, merged, making=making)


async def _mend(patient: Patient, observation: Observation, hands: Hands) -> str:
    """Make git forget a worktree whose folder is gone, or know again one that is there.

    What was staged in one that is gone lies in the repository still: it is kept first.
    """
    path = Path(observation.subject)
    if observation.id.startswith(f"{NAME}:unknown"):
        await patient.git.attempt("worktree", "repair", str(path))
        listed = await list_worktrees(patient.git)
        if not any(one.path == str(path) for one in listed):
            raise NotPossible(
                "git's own record of this worktree is gone",
                where=str(path),
                remedy="keep what you need of it elsewhere, move it away, then: wuhu resume",
            )
        return f"made git know {path} again"
    if await aside(path.exists):
        return f"{path} is there again"
    kept = await _remove_place(path, hands, "its folder was gone; what was staged in it")
    return f"made git forget {path}, which is gone{kept}"


async def _remove_place(path: Path, hands: Hands, reason: str) -> str:
    """Remove a worktree, and say where what it held is kept."""
    removal = Removal(session=path.name, branch="", reason=reason, by=hands.by)
    rescue = await remove_place(hands.opened, path, removal, discard=True)
    return f"; what it held is kept: {rescue.ref}" if rescue else "; it held nothing uncommitted"


WORKTREES = Check(
    NAME,
    "every session has its worktree, and git knows it",
    _look,
    _mend,
    needs_board=True,
    needs_project=True,
)
STRAYS = Check(
    STRAYS_NAME,
    "nothing lies among the worktrees that no session owns",
    _look_at_strays,
    _remove,
    needs_board=True,
    needs_project=True,
)
BRANCHES_OF_SESSIONS = Check(
    BRANCH_NAME, "every wuhu branch belongs to a session", _look_at_branches, needs_board=True
)
