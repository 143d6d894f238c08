"""Takes a session's worktree and branch away, only when nothing is lost, and says what it did.

Two questions: is the work durable (then the worktree may go), and is it integrated (then the
branch may go). Integrated is judged by content; a branch of the same name proves nothing.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
from msgspec.structs import replace

from wuhu_tui.core.leftovers import end_scratch
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.rescuing import Removal, keep_draft, keep_tip
from wuhu_tui.core.reviews import check_place
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.rescues import Rescue
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.integrated import adds_nothing, how_integrated
from wuhu_tui.repo.refs import NOTHING, has_commit, is_ancestor, move_branch, tip_of
from wuhu_tui.repo.rescue import drafted
from wuhu_tui.repo.snapshot import Snapshot, has_submodules
from wuhu_tui.repo.status import dirty_files, few, operation_in_progress
from wuhu_tui.repo.worktrees import Worktree, checkout_of, remove_worktree, worktree_at

_LANDED = frozenset({MergeOutcome.RUNNING, MergeOutcome.MERGED})
_TAKEN_BACK = frozenset({MergeOutcome.UNDONE, MergeOutcome.ROLLED_BACK})


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


async def put_away(
    port: ProjectPort,
    view: SessionView,
    *,
    discard: bool = False,
    by: str = "core",
    reason: str = "cleaned up",
) -> PutAway:
    """Remove the session's worktree if its work is durable, its branch if that is integrated.

    `discard` gives up what is not committed: it is kept under a rescue ref first, or nothing is
    removed. A branch that base lacks stays even then. Never raises for what git refuses: that is a
    reason to keep things.
    """
    await end_scratch(port.repository, check_place(port, view.id))
    removal = Removal(session=view.id, branch=view.spec.branch, reason=reason, by=by)
    try:
        there = await _stands_in(port, view)
        place = await _put_worktree(port, view, there, removal, discard=discard)
    except GitError as error:
        place = _Done(gone=False, said=f"worktree kept: {error.message}")
    if not place.gone:
        return PutAway(kept=(place.said,))
    stood_on = there.head if there and there.branch == view.spec.branch else ""
    branch = await _put_branch(port, view, removal, stood_on)
    removed = [place.said, branch.said] if branch.gone else [place.said]
    return PutAway(
        worktree_gone=True,
        branch_gone=branch.gone,
        removed=tuple(said for said in removed if said),
        kept=() if branch.gone else (branch.said,),
    )


class _Done(Value, frozen=True):
    """Whether something is gone, and what to say of it."""

    gone: bool
    said: str = ""


async def _stands_in(port: ProjectPort, view: SessionView) -> Worktree | None:
    """The session's own worktree; None: git knows none."""
    if not view.spec.worktree:
        return None
    return await worktree_at(port.repository.git, Path(view.spec.worktree))


async def _put_worktree(
    port: ProjectPort,
    view: SessionView,
    there: Worktree | None,
    removal: Removal,
    *,
    discard: bool,
) -> _Done:
    if there is None:
        return _Done(gone=True)
    path = Path(view.spec.worktree)
    here = await asyncio.to_thread(path.exists)
    reason = await _why_keep(port, view, there, discard=discard) if here else ""
    if reason:
        return _Done(gone=False, said=f"worktree kept: {reason}")
    rescue = await remove_place(port, path, removal, discard=discard or not here)
    kept = f"; what was not committed is kept: {rescue.ref}" if rescue else ""
    return _Done(gone=True, said=f"worktree removed{kept}")


async def _why_keep(port: ProjectPort, view: SessionView, there: Worktree, *, discard: bool) -> str:
    """What speaks against it before the session is let go; after that it is looked at once more."""
    path = Path(there.path)
    if not discard:
        if there.locked:
            return f"it is locked; let it go with: git worktree unlock {path}"
        if await _may_hold_work(port.repository.git.at(path), there):
            async with drafted(port.repository, path) as draft:
                risk = at_risk(draft.snapshot)
            if risk:
                return risk
    if not await port.release(view.id):
        return "the session still runs"
    inside = await asyncio.to_thread(processes_inside, path)
    return f"in use by {few(inside)}" if inside else ""


async def _may_hold_work(git: Git, there: Worktree) -> bool:
    """A quick look: whether a whole one could find something."""
    if not there.branch or await dirty_files(git):
        return True
    return bool(await operation_in_progress(git))


async def remove_place(
    port: ProjectPort, path: Path, removal: Removal, *, discard: bool, head: str = ""
) -> Rescue | None:
    """Remove a worktree that nobody uses; what it holds is kept first, and that is returned.

    Without `discard` one that holds work is refused. `head` is the commit to compare with where
    git does not know the folder as a worktree.

    Raises:
        GitError: it holds work, is in use, or its work cannot be kept; nothing is removed then.
    """
    inside = await asyncio.to_thread(processes_inside, path)
    if inside:
        raise GitError(f"in use by {few(inside)}", where=str(path), remedy="end these first")
    async with drafted(port.repository, path, head=head) as draft:
        risk = "" if discard else at_risk(draft.snapshot)
        if risk:
            raise GitError(risk, where=str(path), remedy="commit what counts first")
        rescue = await keep_draft(port, draft, removal)
        submodules = await has_submodules(draft.git)
    await remove_worktree(port.repository, path, discard=discard or submodules)
    return rescue


def at_risk(seen: Snapshot) -> str:
    """What would be lost with a worktree; empty if everything in it is committed and kept."""
    files = (*seen.uncommitted, *seen.untracked)
    if files:
        return f"not committed: {few(files)}"
    if seen.operation:
        return f"a {seen.operation} is half-done"
    if seen.commits:
        return f"no branch has the commit {seen.commits[0][:12]}"
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


async def _put_branch(
    port: ProjectPort, view: SessionView, removal: Removal, stood_on: str
) -> _Done:
    git, branch = port.repository.git, view.spec.branch
    try:
        tip = await tip_of(git, branch)
        if not tip:
            return _Done(gone=True)
        only_looked = view.spec.judges is not None and tip == view.spec.judges.head
        reason = "" if only_looked else await _why_not_integrated(port, view, tip, stood_on)
        if reason:
            return _Done(gone=False, said=f"branch {branch} kept: {reason}")
        kept = "" if only_looked else await _keep_commits(port, view, removal, tip)
        if not await move_branch(git, branch, tip, NOTHING, "wuhu: integrated"):
            return _Done(gone=False, said=f"branch {branch} kept: it moved just now")
        await git.attempt("config", "--remove-section", f"branch.{branch}")
    except GitError as error:
        return _Done(gone=False, said=f"branch {branch} kept: {error.message}")
    return _Done(gone=True, said=f"branch {branch} deleted{kept}")


async def _keep_commits(port: ProjectPort, view: SessionView, removal: Removal, tip: str) -> str:
    """Keep the commits that base only has by content; says where."""
    base = await tip_of(port.repository.git, base_of(port, view))
    if await is_ancestor(port.repository.git, tip, base):
        return ""
    how = await _how_in_base(port, view, tip, base)
    rescue = await keep_tip(port, tip, replace(removal, reason=f"branch deleted: {how}"))
    return f"; {how}, its own are kept: {rescue.ref}"


async def _how_in_base(port: ProjectPort, view: SessionView, tip: str, base_tip: str) -> str:
    """How base has the work: as its own commits, as what landed of it, or by content.

    What was taken back once shows in base's history and is not there: only content counts then.
    """
    merge = view.merge
    if merge is None or merge.head != tip:
        return await how_integrated(port.repository, tip, base_tip)
    if merge.outcome in _LANDED and await has_commit(port.repository.git, base_tip, merge.result):
        return f"base has it as {merge.result[:12]}"
    if merge.outcome in _TAKEN_BACK:
        there = await adds_nothing(port.repository, tip, base_tip)
        return "base has its content" if there else ""
    return await how_integrated(port.repository, tip, base_tip)


async def _why_not_integrated(port: ProjectPort, view: SessionView, tip: str, stood_on: str) -> str:
    git, base = port.repository.git, base_of(port, view)
    if view.spec.branch == base:
        return "it is the base branch"
    if tip not in {*_own_commits(view), stood_on}:
        return f"{tip[:12]} is not known as the session's work"
    base_tip = await tip_of(git, base)
    if not base_tip or not await _how_in_base(port, view, tip, base_tip):
        return f"{base} does not have its commits"
    checkout = await checkout_of(git, view.spec.branch)
    return f"it is checked out in {checkout.path}" if checkout else ""


def _own_commits(view: SessionView) -> frozenset[str]:
    """Commits that the session's own branch was seen at; a namesake's are none of them."""
    landed = view.merge and view.merge.outcome in {MergeOutcome.RUNNING, MergeOutcome.MERGED}
    merged = view.merge.head if view.merge and landed else ""
    reviewed = view.review.head if view.review else ""
    return frozenset({merged, reviewed, view.head, view.spec.base_commit}) - {""}
