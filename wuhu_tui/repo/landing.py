"""Landing: a merge made in a scratch worktree, and base moved to it by compare-and-swap."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from enum import StrEnum
from pathlib import Path

from wuhu_tui.model.errors import BaseBlocked, GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Answer, Git
from wuhu_tui.repo.merge_trees import nested_attributes, try_merges
from wuhu_tui.repo.patches import readable
from wuhu_tui.repo.plain_merges import plain_options, unprompted
from wuhu_tui.repo.radar_room import Room
from wuhu_tui.repo.refs import LOCK_PATIENCE, is_ancestor, move_branch, required_tip, tip_of
from wuhu_tui.repo.refusals import held_lock, refused, said_by_git
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.status import dirty_files, few, operation_in_progress, rebased_branches
from wuhu_tui.repo.worktrees import Worktree, checkout_of, list_worktrees

LANDING_MARK = "WUHU_LANDING"
"""Environment variable of every git that moves base or its checkout: the shared git folder."""


class Merged(Value, frozen=True):
    """What a scratch merge came to: a commit, or the files that conflict."""

    result: str = ""
    conflicts: tuple[str, ...] = ()


class Move(StrEnum):
    """How moving base ended."""

    DONE = "done"
    BASE_MOVED = "base_moved"


async def merge_in_scratch(scratch: Git, head: str, message: str) -> Merged:
    """Merge `head` into what is checked out in the scratch worktree, always as a merge commit.

    Raises:
        GitError: git refused for another reason than a conflict.
    """
    words = (
        *("merge", "--no-ff", "--commit", "--no-edit", "--no-autostash", "--no-squash"),
        *("-m", message, head),
    )
    return await _outcome(scratch, words, await scratch.attempt(*words, deadline=LONG))


async def revert_in_scratch(scratch: Git, commit: str, message: str, *, parent: int = 0) -> Merged:
    """Take one commit back in the scratch worktree; `parent` names the line a merge keeps."""
    mainline = ("-m", str(parent)) if parent else ()
    words = ("revert", "--no-edit", *mainline, commit)
    scratch, options = unprompted(scratch), await plain_options(scratch)
    answer = await scratch.attempt(*options, *words, deadline=LONG)
    if answer.code and "nothing to commit" in answer.text:
        await scratch.run(*options, "commit", "--quiet", "--allow-empty", "-m", message)
        return Merged(result=await scratch.read("rev-parse", "HEAD"))
    merged = await _outcome(scratch, words, answer)
    if not merged.result:
        return merged
    await scratch.run(*options, "commit", "--amend", "--no-edit", "--allow-empty", "-m", message)
    return Merged(result=await scratch.read("rev-parse", "HEAD"))


async def _outcome(scratch: Git, words: tuple[str, ...], answer: Answer) -> Merged:
    if answer.code == 0:
        return Merged(result=await scratch.read("rev-parse", "HEAD"))
    conflicts = await unmerged_files(scratch)
    if not conflicts:
        raise refused(words, answer.words or answer.text, scratch.folder)
    return Merged(conflicts=conflicts)


async def unmerged_files(git: Git) -> tuple[str, ...]:
    """Files that a merge left in conflict."""
    output = await git.read_bytes("diff", "--name-only", "--diff-filter=U", "--no-relative", "-z")
    return tuple(dict.fromkeys(readable(name) for name in output.split(b"\0") if name))


async def predict_conflicts(repository: Repository, base: str, head: str) -> tuple[str, ...]:
    """Files that would conflict if `head` were merged into `base`; leaves no objects behind.

    Looked at as the radar looks, so that both say the same of the same commits.
    """
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="wuhu-merge-"))
    try:
        attributes = await nested_attributes(repository.git, base)
        with Room(repository, folder).aside(attributes) as git:
            merging = (await try_merges(git, [(base, head)], lines=False))[0]
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    if merging.refused:
        raise GitError(merging.refused, where=str(repository.root), remedy=merging.remedy)
    return tuple(file.path for file in merging.files)


async def blocked_base(repository: Repository, branch: str, result: str = "") -> str:
    """Why base cannot move now although nobody else moves it; empty if it can.

    A dirty checkout of base is never touched. Untracked files only matter where `result` has
    files of those names.
    """
    if branch in await asyncio.to_thread(rebased_branches, repository.common):
        return f"{branch} is being rebased; finish that first: git rebase --continue"
    if not await tip_of(repository.git, branch):
        return f"{branch} has no commit yet, or is gone: git branch -a"
    listed = [one for one in await list_worktrees(repository.git) if one.branch == branch]
    here = tuple(one for one in listed if not one.missing)
    if len(here) != 1:
        return _unclear_word(branch, tuple(listed)) if listed else ""
    return await _blocked_checkout(repository, branch, here[0], result)


async def _blocked_checkout(
    repository: Repository, branch: str, checkout: Worktree, result: str
) -> str:
    git = repository.git.at(Path(checkout.path))
    operation = await operation_in_progress(git)
    if operation:
        return f"a {operation} of {branch} is half-done in {checkout.path}; finish it first"
    dirty = await dirty_files(git, untracked=False)
    if dirty:
        return _dirty_word(branch, checkout, dirty)
    in_the_way = await _in_the_way(git, branch, result) if result else ()
    if in_the_way:
        return (
            f"untracked files in {checkout.path} are in the way: {few(in_the_way)}; move them away"
        )
    return ""


def _unclear_word(branch: str, listed: tuple[Worktree, ...]) -> str:
    """Of a branch that several worktrees have checked out, or one that is out of reach."""
    away = next((one for one in listed if one.missing and one.locked), None)
    if away is not None:
        return (
            f"{branch} is checked out in {away.path}, which is locked and not there now; "
            f"bring it back, or let it go: git worktree unlock {away.path}"
        )
    here = tuple(one.path for one in listed if not one.missing)
    if not here:
        return ""
    return (
        f"{branch} is checked out in several folders: {few(here)}; "
        "switch all but one of them to another branch"
    )


def _dirty_word(branch: str, checkout: Worktree, dirty: tuple[str, ...]) -> str:
    return (
        f"{branch} is checked out in {checkout.path} with uncommitted changes: {few(dirty)}; "
        "commit or stash them first"
    )


async def _in_the_way(git: Git, branch: str, result: str) -> tuple[str, ...]:
    """Files that the result brings and that lie here untracked or ignored already."""
    output = await git.read_bytes(
        "diff", "--name-only", "--no-renames", "--diff-filter=A", "-z", branch, result, "--"
    )
    names = tuple(readable(name) for name in output.split(b"\0") if name)
    return await asyncio.to_thread(_there, git.folder, names)


def _there(folder: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if os.path.lexists(folder / name))


async def move_base(repository: Repository, branch: str, old: str, new: str, reason: str) -> Move:
    """Move base from `old` to `new`, together with a clean checkout of it; all or nothing.

    Not undone by cancellation: once begun it is finished.

    Raises:
        BaseBlocked: its checkout is dirty or in use; names the files.
        GitError: git refused for another reason.
    """
    blocked = await blocked_base(repository, branch, new)
    if blocked:
        raise BaseBlocked(blocked, where=str(repository.root), remedy="then merge again")
    moving = asyncio.ensure_future(_move(repository, branch, old, new, reason))
    try:
        return await asyncio.shield(moving)
    except asyncio.CancelledError:
        await asyncio.wait([moving])
        raise


async def _move(repository: Repository, branch: str, old: str, new: str, reason: str) -> Move:
    git = repository.git.marked(LANDING_MARK, repository.common)
    if await required_tip(git, branch) != old:
        return Move.BASE_MOVED
    checkout = await checkout_of(git, branch)
    if checkout and await is_ancestor(git, old, new):
        return await _fast_forward(git.at(Path(checkout.path)), branch, old, new)
    if not await move_branch(git, branch, old, new, reason):
        return Move.BASE_MOVED
    try:
        await carry_checkout(repository, branch, old, new)
    except GitError:
        await move_branch(git, branch, new, old, f"{reason}: taken back")
        raise
    return Move.DONE


async def _fast_forward(git: Git, branch: str, old: str, new: str) -> Move:
    """Let git move ref and working tree together; it refuses rather than overwrite."""
    words = ("merge", "--ff-only", "--no-autostash", "--no-overwrite-ignore", "--no-stat", new)
    answer = await git.attempt(*words, deadline=LONG, patience=LOCK_PATIENCE)
    tip = await tip_of(git, branch)
    if tip == new:
        return Move.DONE
    if tip != old:
        return Move.BASE_MOVED
    await _take_back(git, old, new)
    raise _kept(words, answer, git)


async def _take_back(git: Git, old: str, new: str) -> None:
    """Git moves the files before the ref: a ref that is locked leaves the files moved."""
    if not await _shows(git, old) and await _shows(git, new):
        await git.run("read-tree", "-m", "-u", new, old, deadline=LONG, patience=LOCK_PATIENCE)


def _kept(words: tuple[str, ...], answer: Answer, git: Git) -> GitError:
    if held_lock(answer.words) or "would be overwritten" not in answer.words:
        return refused(words, answer.words or answer.text, git.folder)
    files = tuple(line.strip() for line in answer.words.splitlines() if line.startswith("\t"))
    return GitError(
        f"{said_by_git(answer.words)} {few(files)}",
        where=str(git.folder),
        remedy="commit or move these files, then merge again",
    )


async def carry_checkout(repository: Repository, branch: str, old: str, new: str) -> bool:
    """Bring a checkout of `branch` that still shows `old`, untouched, to `new`; whether it did."""
    checkout = await checkout_of(repository.git, branch)
    if checkout is None or old == new:
        return False
    git = repository.git.marked(LANDING_MARK, repository.common).at(Path(checkout.path))
    if not await _shows(git, old):
        return False
    words = ("read-tree", "-m", "-u", old, new)
    await git.run(*words, deadline=LONG, patience=LOCK_PATIENCE)
    return True


async def _shows(git: Git, commit: str) -> bool:
    """Whether index and working tree are exactly this commit."""
    if (await git.look("diff-index", "--quiet", "--cached", commit, "--")).code:
        return False
    await git.attempt("update-index", "-q", "--refresh")
    return (await git.look("diff-files", "--quiet")).code == 0
