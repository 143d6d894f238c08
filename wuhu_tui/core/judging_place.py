"""The place of a judge: a checkout of one commit that nobody changes; what changed is undone."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.rescuing import Removal, keep_tip, keep_work
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.reviews import Assignment
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.repo.diffs import changed_paths
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.refs import LOCK_PATIENCE, commit_of, tip_of
from wuhu_tui.repo.status import dirty_files

BY_PRODUCTS = frozenset(
    {
        "__pycache__",
        ".coverage",
        ".hypothesis",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        "node_modules",
    }
)
"""What running checks leaves behind where the repository does not ignore it."""

_WRITING = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


async def seal(spec: SessionSpec) -> None:
    """Make every file of the checkout read-only; folders stay open for what checks leave there.

    Raises:
        GitError: a file cannot be made so.
    """
    place = Path(spec.worktree)
    try:
        await asyncio.to_thread(_seal, place)
    except OSError as error:
        raise GitError(
            f"the reviewer's checkout cannot be made read-only: {error.strerror}",
            where=str(error.filename or place),
            remedy="mend the folder's rights, then start the session again",
        ) from error


def _seal(place: Path) -> None:
    for path in _files(place):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode) and mode & _WRITING:
            path.chmod(stat.S_IMODE(mode) & ~_WRITING)


def _files(place: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(place):
        if ".git" in folders:
            folders.remove(".git")
        yield from (Path(folder, name) for name in names if name != ".git")


async def written(port: ProjectPort, spec: SessionSpec, judges: Assignment) -> tuple[str, ...]:
    """What the judge changed, committed or not; files that only its checks left do not count."""
    git = port.repository.git.at(Path(spec.worktree))
    found: list[str] = []
    for commit in {await commit_of(git, "HEAD"), await tip_of(git, spec.branch)} - {judges.head}:
        found += await _between(git, judges.head, commit)
    found += [name for name in await dirty_files(git) if not _is_by_product(name)]
    return tuple(dict.fromkeys(found))


async def _between(git: Git, head: str, commit: str) -> tuple[str, ...]:
    if not commit:
        return ("its branch is gone",)
    return await changed_paths(git, head, commit) or (f"commit {commit[:12]}",)


def _is_by_product(name: str) -> bool:
    return any(part in BY_PRODUCTS for part in PurePosixPath(name).parts)


async def restore(port: ProjectPort, spec: SessionSpec, judges: Assignment) -> None:
    """Bring the checkout back to its commit; what was written is kept under a rescue first."""
    path = Path(spec.worktree)
    git = port.repository.git.at(path)
    reason = "a reviewer wrote it"
    removal = Removal(session=spec.id, branch=spec.branch, reason=reason, in_place=True)
    await keep_work(port, path, removal)
    tip = await tip_of(git, spec.branch)
    if tip not in ("", judges.head):
        await keep_tip(port, tip, removal)
    words = ("checkout", "--quiet", "--force", "-B", spec.branch, judges.head)
    await git.run(*words, deadline=LONG, patience=LOCK_PATIENCE)
    await git.run("clean", "-ffdq", deadline=LONG)
    await seal(spec)
