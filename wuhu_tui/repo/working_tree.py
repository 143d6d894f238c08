"""What a worktree holds now as a commit: tracked, staged and new files, nothing of it touched.

Looked at again and again, so it costs a few short calls of git: our own index remembers which files
were read. What is too large to be read every time stands there by name.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import LONG, Git
from wuhu_tui.repo.own_index import Chosen, begin_index, chosen, given, names_in
from wuhu_tui.repo.places import Place, place_of
from wuhu_tui.repo.radar_room import FIXED, PLAIN, Desk, Room
from wuhu_tui.repo.refs import branch_ref
from wuhu_tui.repo.status import operation_in_progress


class WorkingTree(Value, frozen=True):
    """One worktree as it stands: a commit that holds everything, and what it was made on."""

    head: str
    commit: str
    tree: str
    uncommitted: bool = False
    unread: int = 0
    """New files that stand there by name alone."""


async def working_tree(room: Room, name: str, path: Path, branch: str) -> WorkingTree:
    """Everything that lies in the worktree, as a commit on top of the one it stands on.

    Raises:
        GitError: it cannot be looked at: it is missing, stands elsewhere, or git cannot read it.
    """
    place = await _place(room, path)
    desk = room.desk(name)
    git = room.git(
        path,
        desk.objects,
        GIT_DIR=str(place.git_dir),
        GIT_WORK_TREE=str(path),
        GIT_INDEX_FILE=str(desk.index),
        **FIXED,
    )
    await asyncio.to_thread(_begin, place, desk)
    try:
        return await _look(git, desk, name, branch)
    except BaseException:
        desk.clear()
        raise


async def _place(room: Room, path: Path) -> Place:
    place = await place_of(room.repository, path)
    if not place.here:
        raise _unseen("its worktree is missing", path)
    if not place.known:
        raise _unseen("git does not know its worktree", path)
    return place


def _unseen(why: str, path: Path) -> GitError:
    return GitError(why, where=str(path), remedy="bring it back with: wuhu resume")


def _begin(place: Place, desk: Desk) -> None:
    desk.make()
    begin_index(place.git_dir / "index", desk.index)


async def _look(git: Git, desk: Desk, name: str, branch: str) -> WorkingTree:
    head, head_tree = await _stands_on(git, branch)
    new = await _new_files(git)
    await git.run(*PLAIN, "add", "--update", "--sparse", "--", ":(top)", deadline=LONG)
    await _take(git, new, name)
    tree = await git.run(*PLAIN, "write-tree", deadline=LONG)
    if tree == head_tree:
        await asyncio.to_thread(shutil.rmtree, desk.objects, ignore_errors=True)
        return WorkingTree(head=head, commit=head, tree=tree)
    words = ("commit-tree", "-p", head, "-m", "what is not committed", tree)
    commit = await git.run(*PLAIN, *words)
    return WorkingTree(head=head, commit=commit, tree=tree, uncommitted=True, unread=len(new.named))


async def _stands_on(git: Git, branch: str) -> tuple[str, str]:
    words = ("rev-parse", "HEAD^{commit}", "HEAD^{tree}", "--symbolic-full-name", "HEAD")
    head, tree, ref = (await git.read(*words)).split("\n")
    if ref == branch_ref(branch):
        return head, tree
    operation = await operation_in_progress(git)
    why = (
        f"a {operation} is half-done in its worktree"
        if operation
        else f"its worktree does not stand on {branch}"
    )
    raise GitError(why, where=str(git.folder), remedy=f"git switch {branch}")


async def _new_files(git: Git) -> Chosen:
    """Repositories inside are left out: git would keep no more of them than a number."""
    words = ("ls-files", "--others", "--exclude-standard", "-z")
    output = await git.read_bytes(*PLAIN, *words, deadline=LONG)
    files = [name for name in names_in(output) if not name.endswith("/")]
    return await asyncio.to_thread(chosen, git.folder, files)


async def _take(git: Git, new: Chosen, name: str) -> None:
    if new.read:
        words = ("update-index", "--add", "--remove", "-z", "--stdin")
        await git.run(*PLAIN, *words, given=given(new.read), deadline=LONG)
    if new.named:
        mark = await git.run("hash-object", "-w", "--stdin", given=f"a file of {name}".encode())
        entries = tuple(f"100644 {mark}\t{one}" for one in new.named)
        await git.run(*PLAIN, "update-index", "-z", "--index-info", given=given(entries))
