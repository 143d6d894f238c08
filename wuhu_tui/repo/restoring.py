"""Brings a rescue back: into a worktree that is clean, or as a branch; overwrites nothing."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from wuhu_tui.model.errors import GitError, NotPossible
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.nested import KEPT_AS, revive_nested
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.refs import LOCK_PATIENCE, branch_ref, is_ancestor, tip_of
from wuhu_tui.repo.refusals import refused
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.rescue import commit_tree, write_ref
from wuhu_tui.repo.snapshot import EXACT, names_of
from wuhu_tui.repo.status import few

ELSEWHERE = "bring it back as a branch of its own: wuhu trash restore REF --branch NAME"


class Kept(Value, frozen=True):
    """A rescue's commit, read."""

    commit: str
    head: str
    """The commit its worktree stood on; empty: none."""
    staged: str
    """The commit that holds what was staged; empty: nothing was."""
    nested: tuple[str, ...] = ()


async def read_kept(git: Git, commit: str, *, staged: bool, head: str) -> Kept:
    """Take a rescue's commit apart."""
    parents = (await git.read("rev-list", "--parents", "-n", "1", commit)).split()[1:]
    if head and parents[:1] != [head]:
        raise GitError(
            "this commit is not built as a rescue is",
            where=commit,
            remedy="look: git show " + commit,
        )
    number = 1 if head else 0
    listed = await names_of(git, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    mark = f"/{KEPT_AS}/HEAD"
    nested = tuple(name.removesuffix(mark) for name in listed if name.endswith(mark))
    return Kept(commit=commit, head=head, staged=parents[number] if staged else "", nested=nested)


async def restore_files(repository: Repository, path: Path, kept: Kept) -> bool:
    """Put a rescue into a clean worktree; whether what was staged is staged again.

    The worktree may have gone on since: then the rescue is merged in, if nothing conflicts.

    Raises:
        NotPossible: it would conflict, or something of that name lies there; nothing was changed.
    """
    git = repository.git.at(path)
    now = await git.read("rev-parse", "--verify", "HEAD^{commit}")
    exact = now == kept.head
    tree = kept.commit if exact else await _merged(repository, now, kept)
    await _check_free(git, now, tree)
    await _put(git, now, tree)
    for one in kept.nested:
        await revive_nested(path, one)
    if exact:
        await stage_again(git, kept)
    await git.attempt("update-index", "-q", "--refresh")
    return exact or not kept.staged


async def stage_again(git: Git, kept: Kept) -> None:
    """Stage what was staged, unless something else is already."""
    if not kept.staged or (await git.attempt("diff", "--cached", "--quiet")).code:
        return
    await git.run(*EXACT, "read-tree", kept.staged, patience=LOCK_PATIENCE)


async def _merged(repository: Repository, now: str, kept: Kept) -> str:
    """The tree of both; its objects stay, as the files do."""
    words = ("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", now, kept.commit)
    answer = await repository.git.attempt(*EXACT, *words, deadline=LONG)
    names = tuple(readable(name) for name in answer.output.split(b"\0") if name)
    if answer.code == 1 and names:
        raise NotPossible(
            f"its branch went on since, and these files would conflict: {few(names[1:])}",
            where=kept.commit[:12],
            remedy=ELSEWHERE,
        )
    if answer.code:
        raise refused(words, answer.words, repository.root)
    return names[0]


async def _check_free(git: Git, now: str, tree: str) -> None:
    """Nothing may lie where a file of the rescue goes that the worktree has not in its commit."""
    words = ("diff-tree", "-r", "--name-only", "--no-renames", "--diff-filter=A", "-z", now, tree)
    names = await names_of(git, *words)
    taken = await asyncio.to_thread(_taken, git.folder, names)
    if taken:
        raise NotPossible(
            f"something lies where its files would go: {few(taken)}",
            where=str(git.folder),
            remedy=f"move these away, then try again; or {ELSEWHERE}",
        )


def _taken(folder: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if _is_taken(folder, Path(name)))


def _is_taken(folder: Path, name: Path) -> bool:
    above = (folder / part for part in name.parents if part != Path())
    in_the_way = any(os.path.lexists(part) and not part.is_dir() for part in above)
    return in_the_way or os.path.lexists(folder / name)


async def _put(git: Git, now: str, tree: str) -> None:
    """Write the files, with an index of our own: that of the worktree stays as it is."""
    with tempfile.TemporaryDirectory(prefix="wuhu-restore-") as place:
        own = Git(git.folder, environment={"GIT_INDEX_FILE": str(Path(place) / "index")})
        await own.run(*EXACT, "read-tree", now, deadline=LONG)
        await own.run("update-index", "-q", "--refresh", deadline=LONG)
        words = (*EXACT, "read-tree", "-m", "-u", now, tree)
        await own.run(*words, deadline=LONG)


async def catch_up_branch(repository: Repository, path: Path, branch: str, head: str) -> bool:
    """Move a clean worktree's branch on to the commit that a rescue stands on, if that follows.

    False: the branch has that commit already.

    Raises:
        NotPossible: they parted.
    """
    git = repository.git.at(path)
    tip = await tip_of(git, branch)
    if not head or await is_ancestor(git, head, tip):
        return False
    if not await is_ancestor(git, tip, head):
        raise NotPossible(
            f"{branch} and the commits it holds have parted", where=head[:12], remedy=ELSEWHERE
        )
    words = ("merge", "--ff-only", "--no-autostash", "--no-overwrite-ignore", "--no-stat", head)
    await git.run(*EXACT, *words, deadline=LONG, patience=LOCK_PATIENCE)
    return True


async def restore_as_branch(repository: Repository, branch: str, kept: Kept, message: str) -> str:
    """Make a new branch whose one commit holds all files of the rescue; returns the commit.

    Raises:
        NotPossible: there is such a branch.
    """
    git = repository.git
    if await tip_of(git, branch):
        raise NotPossible(
            f"the branch {branch} exists already",
            where=str(repository.root),
            remedy="choose another name: wuhu trash restore REF --branch NAME",
        )
    parents = [kept.head] if kept.head else []
    commit = await commit_tree(git, f"{kept.commit}^{{tree}}", parents, message)
    await write_ref(repository, branch_ref(branch), commit)
    return commit
