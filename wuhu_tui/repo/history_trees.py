"""A session's worktree as it stood, look after look: trees that git keeps, nothing of it touched.

Each look that finds something new is a commit; its first parent is the look before, the other one
the commit the worktree stood on where that is new. One ref a session keeps all of them alive.
Light: the runner uses it. A look at what did not change takes two short calls of git.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.own_index import (
    Chosen,
    begin_index,
    chosen,
    count_named,
    given,
    keep_named,
    names_in,
    take_named,
)
from wuhu_tui.repo.places import Place, common_folder, find_place
from wuhu_tui.repo.refs import LOCK_PATIENCE

HISTORY_REFS = "refs/wuhu/history/"
"""One ref a session, at the newest of its looks."""

UNREAD = b"wuhu: this file was too large, or not to be read, when its worktree was looked at\n"
"""What stands in a tree for a file that was not read."""

_SETTINGS = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"),
    *("-c", "core.untrackedCache=false", "-c", "core.splitIndex=false"),
    *("-c", "core.safecrlf=false", "-c", "core.checkStat=default"),
    *("-c", "core.fsync=loose-object,reference", "-c", "core.fsyncMethod=batch"),
    *("-c", "core.logAllRefUpdates=false", "-c", "i18n.commitEncoding=UTF-8"),
)
"""Git looks the same whatever was configured; a ref never outlives what it names, power or not."""

_WHO = {
    "GIT_AUTHOR_NAME": "wuhu",
    "GIT_AUTHOR_EMAIL": "wuhu@localhost",
    "GIT_COMMITTER_NAME": "wuhu",
    "GIT_COMMITTER_EMAIL": "wuhu@localhost",
}

_LISTING = ("ls-files", "-t", "--modified", "--deleted", "--others", "--exclude-standard", "-z")
_DEADLINE = 120.0
"""Seconds after which a look is given up: nobody waits for it."""

_READ = ("update-index", "--add", "--remove", "--replace", "-z", "--stdin")
_NAME = ("update-index", "--replace", "-z", "--index-info")
_FORGET = ("update-index", "-z", "--force-remove", "--stdin")
_PASS_OVER = ("update-index", "--assume-unchanged", "-z", "--stdin")
_FILE = "100644"


class SeenTree(Value, frozen=True):
    """What one look found; `commit` keeps `tree` and `head` alive."""

    tree: str
    commit: str
    head: str
    unread: int = 0


@dataclass
class WorktreeHistory:
    """One session's worktree, looked at again and again by one owner.

    `root` is the repository's top folder; `room` a folder of our own for the index, which can be
    deleted at any time between two looks.
    """

    root: Path
    worktree: Path
    session: str
    room: Path
    program: tuple[str, ...] = ("git",)
    before: SeenTree | None = None
    """What the look before found, if that was in an earlier life too."""
    _mark: str = field(default="", init=False)
    _parted: bool = field(default=False, init=False)
    """Whether the look before was given up meanwhile, with the ref that kept it."""

    async def look(self) -> SeenTree | None:
        """What stands there now, if it is not what the look before found.

        A place without git has no history.

        Raises:
            GitError: git could not look, or not write down what it saw.
            OSError: the worktree or our room cannot be read or written.
        """
        git_dir = await asyncio.to_thread(git_folder, self.root, self.worktree)
        if git_dir is None:
            return None
        try:
            return await self._look(git_dir)
        except GitError:
            # What our index or we remember may be gone from the repository, or a lock was left.
            await asyncio.to_thread(self.clear)
            await asyncio.to_thread(self._unlock)
            self._parted = not await self._is_kept(git_dir)
            return await self._look(git_dir)

    def clear(self) -> None:
        """Forget what our index remembers; the next look reads everything again."""
        self._mark = ""
        if self.room.is_symlink():  # what lies behind it is not ours
            self.room.unlink()
        with suppress(FileNotFoundError):
            for path in self.room.iterdir():
                path.unlink(missing_ok=True)
            self.room.rmdir()

    def _unlock(self) -> None:
        """Remove a lock of our ref that a killed git left: nobody else moves it, or for so long."""
        common = common_folder(self.root)
        if common is None:
            return
        lock = common / f"{HISTORY_REFS}{self.session}.lock"
        with suppress(FileNotFoundError):
            if not 0 <= time.time() - lock.lstat().st_mtime < LOCK_PATIENCE:
                lock.unlink()

    async def _look(self, git_dir: Path) -> SeenTree | None:
        git = self._git(git_dir)
        self.room.mkdir(parents=True, exist_ok=True)
        anew = await asyncio.to_thread(begin_index, git_dir / "index", self._index)
        head = (await git.look("rev-parse", "--verify", "--quiet", "HEAD^{commit}")).text
        other = await asyncio.to_thread(take_named, self.worktree, self._index)
        await self._forget(git, other)
        changed = names_in(await git.read_bytes(*_SETTINGS, *_LISTING, deadline=_DEADLINE))
        before = self.before
        if before and not (anew or other or changed) and head == before.head:
            return None
        unread = await self._take(git, changed)
        tree = await git.run(*_SETTINGS, "write-tree", deadline=_DEADLINE)
        if before and (tree, head) == (before.tree, before.head):
            return None
        self.before = await self._keep(
            git, SeenTree(tree=tree, commit="", head=head, unread=unread)
        )
        return self.before

    @property
    def _index(self) -> Path:
        return self.room / "index"

    def _git(self, git_dir: Path) -> Git:
        return Git(
            self.worktree,
            program=self.program,
            environment={
                "GIT_DIR": str(git_dir),
                "GIT_WORK_TREE": str(self.worktree),
                "GIT_INDEX_FILE": str(self._index),
                "GIT_OPTIONAL_LOCKS": "0",
                "GIT_NO_LAZY_FETCH": "1",
                **_WHO,
            },
        )

    async def _is_kept(self, git_dir: Path) -> bool:
        ref = HISTORY_REFS + self.session
        found = await self._git(git_dir).look("rev-parse", "--verify", "--quiet", ref)
        return self.before is not None and found.text == self.before.commit

    async def _take(self, git: Git, listed: list[str]) -> int:
        """Bring our index up to date with the files that differ; returns how many were not read."""
        files, gone, odd = await asyncio.to_thread(_sorted_out, self.worktree, listed)
        if files.read or gone:
            await git.run(*_SETTINGS, *_READ, given=given((*gone, *files.read)), deadline=_DEADLINE)
        if files.named and not self._mark:
            self._mark = await git.run(*_SETTINGS, "hash-object", "-w", "--stdin", given=UNREAD)
        await self._forget(git, odd)
        if files.named:
            entries = [f"{_FILE} {self._mark}\t{name}" for name in files.named]
            await git.run(*_SETTINGS, *_NAME, given=given(entries), deadline=_DEADLINE)
            await asyncio.to_thread(keep_named, self.worktree, files.named, self._index)
            names = given(files.named)
            await git.run(*_SETTINGS, *_PASS_OVER, given=names, deadline=_DEADLINE)
        return await asyncio.to_thread(count_named, self._index)

    async def _forget(self, git: Git, names: Collection[str]) -> None:
        if names:
            await git.run(*_SETTINGS, *_FORGET, given=given(names), deadline=_DEADLINE)

    async def _keep(self, git: Git, seen: SeenTree) -> SeenTree:
        """Write the commit, and the ref last."""
        before = self.before
        parents = [before.commit] if before and not self._parted else []
        if seen.head and not (parents and before and before.head == seen.head):
            parents.append(seen.head)
        named = [word for parent in parents for word in ("-p", parent)]
        message = f"The worktree of {self.session}".encode()
        commit = await git.run(
            *_SETTINGS, "commit-tree", *named, "-F", "-", seen.tree, given=message
        )
        ref = HISTORY_REFS + self.session
        # Somebody may have made it a link to a branch, which is not ours to move.
        words = ("update-ref", "--no-deref", ref, commit)
        await git.run(*_SETTINGS, *words, patience=LOCK_PATIENCE)
        self._parted = False
        return SeenTree(tree=seen.tree, commit=commit, head=seen.head, unread=seen.unread)


def git_folder(root: Path, worktree: Path) -> Path | None:
    """The worktree's own git folder in the repository at `root`; None: there is no repository.

    What lies in the worktree itself is not asked: whoever works there could have written it, and
    git does what a repository's settings say.

    Raises:
        GitError: the worktree is gone, or the repository does not know it.
    """
    common = common_folder(root)
    if common is None:
        return None
    if worktree.resolve() == root.resolve():
        link = root / ".git"
        return common if link.is_dir() else _linked(find_place(common, root))
    return _linked(find_place(common, worktree))


def _linked(place: Place) -> Path:
    if not place.here:
        raise GitError("its worktree is missing", where=str(place.path))
    if not place.known:
        raise GitError(
            "git does not know its worktree", where=str(place.path), remedy="git worktree repair"
        )
    return place.git_dir


def _sorted_out(folder: Path, listed: list[str]) -> tuple[Chosen, tuple[str, ...], tuple[str, ...]]:
    """Files to take in, names that hold no file any more, and what no tree can hold.

    Of an untracked repository inside, git would keep no more than a number: it is left out.
    """
    names = dict.fromkeys(entry[2:] for entry in listed if not entry.endswith("/"))
    there: list[str] = []
    gone: list[str] = []
    odd: list[str] = []
    linked: dict[Path, bool] = {}
    for name in names:
        path = folder / name
        if _beyond_link(folder, path.parent, linked):
            continue  # the link takes its place, and theirs
        if path.is_symlink() or path.is_file():
            there.append(name)
        elif path.is_dir() or not path.exists():
            gone.append(name)
        else:
            odd.append(name)
    return _readable(folder, there), tuple(gone), tuple(odd)


def _beyond_link(folder: Path, parent: Path, linked: dict[Path, bool]) -> bool:
    """Whether a link leads there: to git, nothing behind one is part of the worktree."""
    if parent == folder:
        return False
    if parent not in linked:
        linked[parent] = parent.is_symlink() or _beyond_link(folder, parent.parent, linked)
    return linked[parent]


def _readable(folder: Path, names: list[str]) -> Chosen:
    files = chosen(folder, names)
    shut = tuple(name for name in files.read if not _can_be_read(folder / name))
    if not shut:
        return files
    read = tuple(name for name in files.read if name not in set(shut))
    return Chosen(read=read, named=(*files.named, *shut))


def _can_be_read(path: Path) -> bool:
    return path.is_symlink() or os.access(path, os.R_OK)


async def history_sessions(git: Git) -> dict[str, int]:
    """Whose looks are kept alive, and when each was looked at last, in seconds."""
    words = ("for-each-ref", "--format=%(committerdate:unix) %(refname)", HISTORY_REFS)
    lines = (line.split(" ", 1) for line in (await git.read(*words)).splitlines())
    return {ref.removeprefix(HISTORY_REFS): int(moment) for moment, ref in lines}


async def forget_history(git: Git, session: str) -> None:
    """Let go of how a session's worktree stood; git removes it in its own time."""
    words = ("update-ref", "--no-deref", "-d", HISTORY_REFS + session)
    await git.run(*words, patience=LOCK_PATIENCE)
