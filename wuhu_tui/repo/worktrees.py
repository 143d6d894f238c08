"""Worktrees: made so that a crash half-way does no harm, removed only when nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.refs import LOCK_PATIENCE, commit_of, tip_of
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.status import dirty_files, few

SCRATCH_MARK = "WUHU_SCRATCH"
"""Environment variable of every process that works on a scratch worktree: its folder."""

_MAKING = ".making"


class Worktree(Value, frozen=True):
    """One worktree as git lists it; `branch` is empty when its HEAD is detached."""

    path: str
    head: str = ""
    branch: str = ""
    bare: bool = False
    locked: bool = False
    missing: bool = False
    """Git knows it, but its folder is gone."""


async def list_worktrees(git: Git) -> tuple[Worktree, ...]:
    """All worktrees, the main one first."""
    output = await git.read_bytes("worktree", "list", "--porcelain", "-z")
    return await asyncio.to_thread(_parsed, output.decode("utf-8", "surrogateescape"))


def _parsed(listing: str) -> tuple[Worktree, ...]:
    """The worktrees of a listing; looks whether their folders are there."""
    return tuple(_listed(block) for block in listing.split("\0\0") if block.strip("\0"))


def _listed(block: str) -> Worktree:
    fields = dict(_fields(block))
    return Worktree(
        path=fields.get("worktree", ""),
        head=fields.get("HEAD", ""),
        branch=fields.get("branch", "").removeprefix("refs/heads/"),
        bare="bare" in fields,
        locked="locked" in fields,
        missing="prunable" in fields or not Path(fields.get("worktree", "")).exists(),
    )


def _fields(block: str) -> Iterator[tuple[str, str]]:
    for line in block.strip("\0").split("\0"):
        name, _, value = line.partition(" ")
        yield name, value


async def worktree_at(git: Git, path: Path) -> Worktree | None:
    """The worktree in this folder, if git knows one there."""
    return await asyncio.to_thread(_found, await list_worktrees(git), path)


def _found(listed: tuple[Worktree, ...], path: Path) -> Worktree | None:
    wanted = path.resolve()
    return next((one for one in listed if Path(one.path).resolve() == wanted), None)


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def making_note(path: Path) -> Path:
    """Lies beside a worktree while it is made: tells a half-made one of ours from anybody else's."""
    return path.with_name(path.name + _MAKING)


def _words(note: Path) -> list[str]:
    return note.read_text().split() if note.exists() else []


def _write_note(note: Path, *words: str) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(note, "\n".join((*words, "")).encode())


def _occupied(path: Path) -> bool:
    """Whether something is here that an empty folder is not."""
    return _exists(path) and (not path.is_dir() or any(path.iterdir()))


async def checkout_of(git: Git, branch: str) -> Worktree | None:
    """The worktree that has this branch checked out, if any does."""
    listed = await list_worktrees(git)
    return next((one for one in listed if one.branch == branch and not one.missing), None)


async def add_worktree(repository: Repository, path: Path, branch: str, base: str) -> Worktree:
    """Make `branch` at commit `base` with a worktree in `path`; adopts what it made before.

    Safe to repeat after a crash at any point: a note beside the folder, written first, tells a
    half-made worktree of ours from somebody else's branch or folder.

    Raises:
        GitError: the branch exists already, or the place is taken.
    """
    git = repository.git
    note = making_note(path)
    noted = await asyncio.to_thread(_words, note)
    ours = bool(noted)
    there = await worktree_at(git, path)
    if there and not there.missing and not ours:
        return _adopted(there, path, branch)
    await _check_name(git, branch)
    commit = await commit_of(git, base)
    if not ours:
        await _check_free(git, path, branch)
        await asyncio.to_thread(_write_note, note, branch, commit)
    else:
        await _check_still_ours(git, note, noted, branch)
    if there or _exists(path):
        await _clear(git, path)
    await _make(git, path, branch, commit)
    note.unlink(missing_ok=True)
    return await _made(git, path)


async def restore_worktree(repository: Repository, path: Path, branch: str) -> Worktree:
    """Check out an existing branch in `path` again; adopts a worktree that is there."""
    git = repository.git
    there = await worktree_at(git, path)
    if there and not there.missing:
        return _adopted(there, path, branch)
    occupied: bool = await asyncio.to_thread(_occupied, path)
    if there and occupied:
        return _adopted(await _linked_again(git, path), path, branch)
    if there:
        await _clear(git, path)
    await _add(git, path, branch)
    return await _made(git, path)


async def _linked_again(git: Git, path: Path) -> Worktree:
    """A worktree whose folder lost its link to the repository, with the link mended.

    Raises:
        GitError: git could not mend it; nothing in the folder was touched.
    """
    await git.attempt("worktree", "repair", str(path))
    there = await worktree_at(git, path)
    if there is None or there.missing:
        raise GitError(
            "this worktree lost its link to the repository, and files lie in it",
            where=str(path),
            remedy="move the folder away, then resume the session",
        )
    return there


async def add_scratch(repository: Repository, path: Path, commit: str) -> Git:
    """Make a worktree of one commit, on no branch; replaces what a crash left there."""
    await drop_scratch(repository, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    git = repository.git.marked(SCRATCH_MARK, path)
    await _add(git, "--detach", path, commit)
    return git.at(path)


async def drop_scratch(repository: Repository, path: Path) -> None:
    """Remove a scratch worktree with whatever lies in it; a missing one is fine."""
    git = repository.git.marked(SCRATCH_MARK, path)
    if _exists(path) or await worktree_at(git, path):
        await _clear(git, path)


async def remove_worktree(repository: Repository, path: Path, *, discard: bool = False) -> bool:
    """Remove a worktree; False if there was none.

    Raises:
        GitError: something in it is not committed and `discard` is not said; names the files.
    """
    git = repository.git
    there = await worktree_at(git, path)
    if there is None:
        return False
    if there.missing or discard:
        await _clear(git, path)
        return True
    await require_clean(git.at(path))
    await git.run("worktree", "remove", str(path), deadline=LONG, patience=LOCK_PATIENCE)
    return True


async def require_clean(git: Git) -> None:
    """Pass only if everything in this worktree is committed.

    Raises:
        GitError: the worktree is gone, or dirty; names the files.
    """
    if not (git.folder / ".git").exists():
        raise GitError(
            "the worktree is missing",
            where=str(git.folder),
            remedy="its branch still has the commits; bring the folder back with: wuhu resume",
        )
    dirty = await dirty_files(git)
    if dirty:
        raise GitError(
            f"not committed: {few(dirty)}",
            where=str(git.folder),
            remedy="ask the session to commit or remove them",
        )


def _adopted(there: Worktree, path: Path, branch: str) -> Worktree:
    if there.branch == branch:
        return there
    raise GitError(
        f"another worktree is here, on {there.branch or there.head[:12]}, not on {branch}",
        where=str(path),
        remedy=f"remove it if nobody needs it: git worktree remove {path}",
    )


async def _check_name(git: Git, branch: str) -> None:
    if (await git.look("check-ref-format", "--branch", branch)).code:
        raise GitError(
            f"{branch!r} is not a valid branch name",
            where=str(git.folder),
            remedy="use letters, digits, '-', '_' and '/'",
        )


async def _check_free(git: Git, path: Path, branch: str) -> None:
    if await tip_of(git, branch):
        raise GitError(
            f"the branch {branch} exists already",
            where=str(git.folder),
            remedy="choose another branch name, or delete that branch first",
        )
    if _occupied(path):
        raise GitError(
            "something that is no worktree lies here",
            where=str(path),
            remedy="move it away, then try again",
        )


async def _check_still_ours(git: Git, note: Path, noted: list[str], branch: str) -> None:
    """A half-made branch still is where it began; otherwise it is a namesake."""
    tip = await tip_of(git, branch)
    if tip and noted != [branch, tip]:
        raise GitError(
            f"the branch {branch} exists already",
            where=str(git.folder),
            remedy=f"choose another branch name, or delete that branch and {note} first",
        )


async def _make(git: Git, path: Path, branch: str, commit: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if await tip_of(git, branch):
        await _add(git, path, branch)
    else:
        await _add(git, "--no-track", "-b", branch, path, commit)


async def _add(git: Git, *arguments: str | Path) -> None:
    words = tuple(str(argument) for argument in arguments)
    await git.run("worktree", "add", "--quiet", *words, deadline=LONG, patience=LOCK_PATIENCE)


async def _made(git: Git, path: Path) -> Worktree:
    made = await worktree_at(git, path)
    if made is None:
        raise GitError("git made no worktree here", where=str(path), remedy="try again")
    return made


async def _clear(git: Git, path: Path) -> None:
    """Remove a worktree, whole or half-made, and git's memory of it."""
    forced = ("worktree", "remove", "--force", "--force", str(path))
    answer = await git.attempt(*forced, deadline=LONG, patience=LOCK_PATIENCE)
    if answer.code and _exists(path):
        await _delete(path)
    if answer.code and await worktree_at(git, path):
        await git.run(*forced, deadline=LONG, patience=LOCK_PATIENCE)


async def _delete(path: Path) -> None:
    try:
        await asyncio.to_thread(shutil.rmtree, path)
    except OSError as error:
        raise GitError(
            f"cannot remove this folder: {error.strerror}",
            where=str(error.filename or path),
            remedy="make it writable, or remove it by hand",
        ) from error
