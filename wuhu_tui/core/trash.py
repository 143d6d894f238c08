"""Rescues as verbs: what there is, look into one, bring one back, forget one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.delivery import check_on_board
from wuhu_tui.core.lives import ensure_folder, ensure_worktree
from wuhu_tui.core.locking import held
from wuhu_tui.core.naming import BRANCHES
from wuhu_tui.core.project import Project
from wuhu_tui.core.rescuing import read_message
from wuhu_tui.core.scribe import Scribe
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.project_events import WorkForgotten, WorkRestored
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.rescues import RESCUE_REFS, Rescue
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.diffs import structured_diff
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.refs import LOCK_PATIENCE, branch_ref, tip_of
from wuhu_tui.repo.rescue import drafted
from wuhu_tui.repo.restoring import (
    ELSEWHERE,
    Kept,
    catch_up_branch,
    read_kept,
    restore_as_branch,
    restore_files,
    stage_again,
)
from wuhu_tui.repo.snapshot import Snapshot
from wuhu_tui.repo.status import few
from wuhu_tui.repo.worktrees import add_worktree, worktree_at

PATIENCE = 60.0
"""Seconds to wait for another process that brings something back."""

_LISTED = "%(objectname)%00%(refname)%00%(contents)%00%01"


async def rescues(project: Project) -> Sequence[Rescue]:
    """Work that was kept before something was removed, newest first; only what still exists."""
    await project.journal.refresh()
    found = await kept_rescues(project.repository.git, project.board)
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


async def kept_rescues(git: Git, board: Board) -> list[Rescue]:
    """Rescues whose refs exist; what the board does not know of one, its commit tells."""
    output = await git.read("for-each-ref", f"--format={_LISTED}", RESCUE_REFS)
    entries = (entry.lstrip("\n").split("\0") for entry in output.split("\x01"))
    told = (_told(board, *entry[:3]) for entry in entries if len(entry) > 3)
    return [rescue for rescue in told if rescue is not None]


def _told(board: Board, commit: str, ref: str, message: str) -> Rescue | None:
    known = board.rescues.get(ref)
    if known is not None:
        return replace(known, commit=commit)
    return read_message(message, ref, commit)


async def rescue_diff(project: Project, ref: str) -> Diff:
    """What a rescue holds beyond the commit its worktree stood on."""
    rescue = await _found(project, ref)
    if not rescue.head:
        raise NotPossible(
            "its worktree stood on no commit, so there is nothing to compare it with",
            where=rescue.ref,
            remedy=f"look at all of it: git ls-tree -r {rescue.commit[:12]}",
        )
    return await structured_diff(project.repository.git, rescue.head, rescue.commit)


async def _found(project: Project, ref: str) -> Rescue:
    """The rescue of this ref, the only one of which it is a part, or the newest of a session."""
    there = await rescues(project)
    view = _session_named(project.board, ref)
    if view is not None:
        mine = [one for one in there if one.session == view.id]
        return mine[0] if mine else _none_of(view)
    exact = [one for one in there if one.ref in (ref, RESCUE_REFS + ref)]
    part = exact or [one for one in there if ref and ref in one.ref.removeprefix(RESCUE_REFS)]
    if len(part) == 1:
        return part[0]
    if part:
        names = few(tuple(one.ref.removeprefix(RESCUE_REFS) for one in part))
        raise NotFound(f"{ref} is not one rescue but {len(part)}: {names}", remedy="say more of it")
    raise NotFound(f"there is no rescue {ref}", remedy="look at what there is: wuhu trash")


def _session_named(board: Board, name: str) -> SessionView | None:
    """The session of this id, or the only one of this title."""
    known = [view for view in board.sessions.values() if view.spec.project]
    titled = [view for view in known if name and view.spec.title == name]
    return next(
        (view for view in known if view.id == name), titled[0] if len(titled) == 1 else None
    )


def _none_of(view: SessionView) -> Rescue:
    raise NotFound(
        f"nothing of {view.id} lies in the trash", remedy="look at what there is: wuhu trash"
    )


async def forget(project: Project, ref: str, *, by: str) -> None:
    """Delete a rescue's ref: what it alone holds is gone for good.

    Raises:
        NotFound: there is no such rescue.
        NotPossible: a session wants it; only the lead deletes for good.
    """
    if by in project.board.sessions:
        raise NotPossible(
            "only the lead deletes for good",
            where=ref,
            remedy="ask the lead; a rescue costs little and disturbs nobody",
        )
    rescue = await _found(project, ref)
    git = project.repository.git
    words = ("update-ref", "-d", rescue.ref, rescue.commit)
    await git.run("-c", "core.hooksPath=/dev/null", *words, patience=LOCK_PATIENCE)
    await project.append(WorkForgotten(ref=rescue.ref, by=by))


async def restore(project: Project, ref: str, *, to: str, by: str) -> str:
    """Bring a rescue back; `ref` may be a session: then its newest, and the session itself.

    Raises:
        NotFound: there is no such rescue or session.
        NotPossible: the session runs, or something would be overwritten; nothing was changed.
    """
    async with held(
        project.folder.path / "trash.lock",
        patience=PATIENCE,
        busy="another process brings something back and does not come to an end",
    ):
        await project.catch_up()
        view = _session_named(project.board, ref)
        if view is not None and not to:
            return await _restore_session(project, view, by=by)
        rescue = await _found(project, ref)
        target = to or _home(project.board, rescue)
        view = project.board.session(target)
        if view is not None and view.spec.project:
            await _into_session(project, view, rescue, by=by)
            return view.id
        return await _as_branch(project, rescue, target.removeprefix(branch_ref("")), by=by)


def _home(board: Board, rescue: Rescue) -> str:
    """Where a rescue belongs: its session, or a branch of its own if that is not there."""
    view = board.session(rescue.session)
    if view is not None and view.spec.project:
        return view.id
    return f"{BRANCHES}rescued/{rescue.ref.removeprefix(RESCUE_REFS).replace('/', '-')}"


async def _restore_session(project: Project, view: SessionView, *, by: str) -> str:
    """Bring back what was last removed of a session, and the session if it was archived."""
    mine = [one for one in await rescues(project) if one.session == view.id]
    removed = [one for one in mine if not one.in_place and not one.restored_to]
    if not removed and view.state is not SessionState.ARCHIVED:
        raise NotFound(
            f"nothing was removed of {view.id} that is not back",
            remedy="look at what there is: wuhu trash",
        )
    await _into_session(project, view, _richest(removed), by=by)
    return view.id


def _richest(removed: list[Rescue]) -> Rescue | None:
    """The newest that holds files, or else the newest of all."""
    return next((one for one in removed if one.files), removed[0] if removed else None)


async def _into_session(
    project: Project, view: SessionView, rescue: Rescue | None, *, by: str
) -> None:
    if view.state is not SessionState.ARCHIVED:
        check_on_board(view)
    if await project.alive(view.id):
        raise NotPossible(
            "it runs, and would find its files changed",
            where=view.id,
            remedy=f"stop it first: wuhu stop {view.id}; or {ELSEWHERE}",
        )
    await _made_again(project, view, rescue)
    if rescue is not None:
        await _put_back(project, view, rescue)
    if view.state is SessionState.ARCHIVED:
        # The journal of an archived session is not read: how far it came stands where it ended.
        began = view.given.at > Cursor()
        after = SessionState.STOPPED if began else SessionState.INSTANTIATED
        await Scribe(project, view).move_on(after, f"brought back by {by}")
    if rescue is not None:
        await project.append(WorkRestored(ref=rescue.ref, to=view.id, by=by))


async def _made_again(project: Project, view: SessionView, rescue: Rescue | None) -> None:
    """The session's folder, branch and worktree, made anew where they are gone."""
    await ensure_folder(project, view)
    repository, spec = project.repository, view.spec
    branch_gone = not await tip_of(repository.git, spec.branch)
    if branch_gone and rescue is not None and rescue.head:
        await add_worktree(repository, Path(spec.worktree), spec.branch, rescue.head)
    else:
        await ensure_worktree(project, view)


async def _put_back(project: Project, view: SessionView, rescue: Rescue) -> None:
    repository, path = project.repository, Path(view.spec.worktree)
    kept = await _read(project, rescue)
    if await _is_back(project, view, rescue):
        await stage_again(repository.git.at(path), kept)
        return
    await catch_up_branch(repository, path, view.spec.branch, rescue.head)
    await restore_files(repository, path, kept)


async def _read(project: Project, rescue: Rescue) -> Kept:
    git = project.repository.git
    return await read_kept(git, rescue.commit, staged=rescue.staged, head=rescue.head)


async def _is_back(project: Project, view: SessionView, rescue: Rescue) -> bool:
    """Whether the worktree holds just this already, as after a crash in the midst of it.

    Raises:
        NotPossible: it holds other work.
    """
    repository, path = project.repository, Path(view.spec.worktree)
    there = await worktree_at(repository.git, path)
    if there is None or there.branch != view.spec.branch:
        raise NotPossible(
            "its worktree does not stand on its own branch", where=str(path), remedy=ELSEWHERE
        )
    async with drafted(repository, path) as draft:
        seen = draft.snapshot
    tree = await repository.git.read("rev-parse", f"{rescue.commit}^{{tree}}")
    if seen.head == rescue.head and seen.tree == tree and seen.files:
        return True
    _check_clean(seen, path)
    return False


def _check_clean(seen: Snapshot, path: Path) -> None:
    files = (*seen.uncommitted, *seen.untracked)
    if not files and not seen.operation:
        return
    what = f"not committed: {few(files)}" if files else f"a {seen.operation} is half-done"
    raise NotPossible(
        f"its worktree holds work of its own, {what}",
        where=str(path),
        remedy=f"commit it first; or {ELSEWHERE}",
    )


async def _as_branch(project: Project, rescue: Rescue, branch: str, *, by: str) -> str:
    git = project.repository.git
    if (await git.look("check-ref-format", "--branch", branch)).code:
        raise NotFound(
            f"{branch!r} is no session, and no name for a branch",
            remedy="wuhu sessions lists the sessions; for a branch use letters, digits, - and /",
        )
    message = f"Work of {rescue.session}, brought back from a rescue\n\n{rescue.ref}\n"
    await restore_as_branch(project.repository, branch, await _read(project, rescue), message)
    await project.append(WorkRestored(ref=rescue.ref, to=branch, by=by))
    return branch
