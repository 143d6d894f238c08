"""Takes a session's worktree and branch away, only when nothing is lost, and says what it did.

Two questions: is the work durable (then the worktree may go), and is it integrated (then the
branch may go). A branch of the same name proves nothing.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

from wuhu_tui.core.leftovers import end_scratch
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.reviews import check_place
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.reviews import MergeOutcome
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.refs import NOTHING, held_by_branch, is_ancestor, move_branch, tip_of
from wuhu_tui.repo.status import dirty_files, few, operation_in_progress
from wuhu_tui.repo.worktrees import checkout_of, remove_worktree, worktree_at


class PutAway(Value, frozen=True):
    """What really happened; `kept` says why something is still there, empty when all is gone."""

    worktree_gone: bool = False
    branch_gone: bool = False
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """One line for the lead."""
        return "; ".join((*self.removed, *self.kept))


async def put_away(port: ProjectPort, view: SessionView, *, discard: bool = False) -> PutAway:
    """Remove the session's worktree if its work is durable, its branch if that is integrated.

    `discard` gives up what is not committed; a branch that base lacks stays even then.
    Never raises for what git refuses: that is a reason to keep things.
    """
    await end_scratch(port.repository, check_place(port, view.id))
    worktree_gone, worktree_said = await _put_worktree(port, view, discard=discard)
    if not worktree_gone:
        return PutAway(kept=(worktree_said,))
    branch_gone, branch_said = await _put_branch(port, view)
    removed = [said for gone, said in ((True, worktree_said), (branch_gone, branch_said)) if gone]
    return PutAway(
        worktree_gone=True,
        branch_gone=branch_gone,
        removed=tuple(said for said in removed if said),
        kept=() if branch_gone else (branch_said,),
    )


async def _put_worktree(port: ProjectPort, view: SessionView, *, discard: bool) -> tuple[bool, str]:
    """Whether the worktree is gone, and what to say of it."""
    if not view.spec.worktree:
        return True, ""
    path = Path(view.spec.worktree)
    try:
        there = await worktree_at(port.repository.git, path)
        if there is None:
            return True, ""
        reason = "" if there.missing else await _why_keep(port, view, path, discard=discard)
        if reason:
            return False, f"worktree kept: {reason}"
        await remove_worktree(port.repository, path, discard=discard)
    except GitError as error:
        return False, f"worktree kept: {error.message}"
    return True, "worktree removed"


async def _why_keep(port: ProjectPort, view: SessionView, path: Path, *, discard: bool) -> str:
    if not discard:
        risk = await at_risk(port.repository.git.at(path))
        if risk:
            return risk
    if not await port.release(view.id):
        return "the session still runs"
    inside = await asyncio.to_thread(processes_inside, path)
    return f"in use by {few(inside)}" if inside else ""


async def at_risk(git: Git) -> str:
    """What would be lost with this worktree; empty if everything in it is committed and kept."""
    dirty = await dirty_files(git)
    if dirty:
        return f"not committed: {few(dirty)}"
    operation = await operation_in_progress(git)
    if operation:
        return f"a {operation} is half-done"
    head = await git.read("rev-parse", "HEAD")
    if not await held_by_branch(git, head):
        return f"no branch has the commit {head[:12]}"
    return ""


def processes_inside(folder: Path) -> tuple[str, ...]:
    """Processes whose working directory is this folder or lies in it, this one included."""
    place = folder.resolve()
    return tuple(
        f"{name} ({pid})" for pid, name, cwd in _working_folders() if cwd.is_relative_to(place)
    )


def _working_folders() -> list[tuple[int, str, Path]]:
    found = []
    for process in psutil.process_iter():
        try:
            found.append((process.pid, process.name(), Path(process.cwd())))
        except (psutil.Error, OSError):
            continue
    return found


async def _put_branch(port: ProjectPort, view: SessionView) -> tuple[bool, str]:
    """Whether the branch is gone, and what to say of it."""
    git, branch = port.repository.git, view.spec.branch
    try:
        tip = await tip_of(git, branch)
        if not tip:
            return True, ""
        reason = await _why_not_integrated(port, view, tip)
        if reason:
            return False, f"branch {branch} kept: {reason}"
        if not await move_branch(git, branch, tip, NOTHING, "wuhu: integrated"):
            return False, f"branch {branch} kept: it moved just now"
        await git.attempt("config", "--remove-section", f"branch.{branch}")
    except GitError as error:
        return False, f"branch {branch} kept: {error.message}"
    return True, f"branch {branch} deleted"


async def _why_not_integrated(port: ProjectPort, view: SessionView, tip: str) -> str:
    git, base = port.repository.git, base_of(port, view)
    if view.spec.branch == base:
        return "it is the base branch"
    if tip not in _own_commits(view):
        return f"{tip[:12]} is not what was merged"
    base_tip = await tip_of(git, base)
    if not base_tip or not await is_ancestor(git, tip, base_tip):
        return f"{base} does not have its commits"
    checkout = await checkout_of(git, view.spec.branch)
    return f"it is checked out in {checkout.path}" if checkout else ""


def _own_commits(view: SessionView) -> frozenset[str]:
    """Where the session's own branch can stand when all of it is in base."""
    landed = view.merge and view.merge.outcome in {MergeOutcome.RUNNING, MergeOutcome.MERGED}
    merged = view.merge.head if view.merge and landed else ""
    return frozenset({merged, view.spec.base_commit}) - {""}
