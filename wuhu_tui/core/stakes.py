"""What a removal would take from the disk: the facts before anybody confirms one."""

from __future__ import annotations

import asyncio
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.cleanup import processes_inside
from wuhu_tui.core.project import Project
from wuhu_tui.core.rescuing import ref_of
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.rescues import Stake
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.refs import tip_of
from wuhu_tui.repo.rescue import drafted
from wuhu_tui.repo.snapshot import Snapshot, names_of
from wuhu_tui.repo.worktrees import worktree_at


async def at_stake(project: Project, session: str) -> Stake:
    """What the session's place holds that a removal would take from the disk."""
    view = project.view(session)
    path = Path(view.spec.worktree)
    nothing = Stake(session=session, worktree=str(path), branch=view.spec.branch, head="", ref="")
    try:
        return await _looked(project, view, nothing)
    except GitError as error:
        return replace(nothing, unseen=str(error))


async def _looked(project: Project, view: SessionView, nothing: Stake) -> Stake:
    git, path = project.repository.git, Path(view.spec.worktree)
    stake = replace(nothing, not_on_base=await _not_on_base(project, view))
    there = await worktree_at(git, path)
    if there is None:
        return stake
    async with drafted(project.repository, path) as draft:
        stake = _with_work(stake, draft.snapshot, ref_of(view.id, project.clock()))
        if not await asyncio.to_thread(path.exists):
            return stake
        ignored = await _ignored(draft.git)
    count, size = await asyncio.to_thread(_weighed, path, ignored)
    inside = await asyncio.to_thread(processes_inside, path)
    return replace(stake, ignored=count, ignored_size=size, in_use_by=inside)


def _with_work(stake: Stake, seen: Snapshot, ref: str) -> Stake:
    return replace(
        stake,
        head=seen.head,
        ref=ref if seen.holds_work else "",
        uncommitted=seen.uncommitted,
        untracked=seen.untracked,
        unheld=seen.unheld,
        operation=seen.operation,
        left_out=seen.left_out,
    )


async def _not_on_base(project: Project, view: SessionView) -> int:
    """How many commits of its branch base does not have."""
    git, base = project.repository.git, base_of(project, view)
    if not await tip_of(git, view.spec.branch) or not await tip_of(git, base):
        return 0
    span = f"refs/heads/{base}..refs/heads/{view.spec.branch}"
    return int(await git.read("rev-list", "--count", span))


async def _ignored(git: Git) -> tuple[str, ...]:
    words = ("ls-files", "--others", "--ignored", "--exclude-standard", "-z")
    async with asyncio.timeout(LONG):
        return await names_of(git, *words)


def _weighed(folder: Path, names: tuple[str, ...]) -> tuple[int, int]:
    """How many of these there are, and how big; a whole folder counts all its files."""
    sizes = [size for name in names for size in _sizes(folder / name)]
    return len(sizes), sum(sizes)


def _sizes(path: Path) -> list[int]:
    try:
        if path.is_symlink() or not path.is_dir():
            return [path.lstat().st_size]
        return [below.lstat().st_size for below in path.rglob("*") if not below.is_dir()]
    except OSError:
        return []
