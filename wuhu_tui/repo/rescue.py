"""Rescues: a worktree's files, as they are, written as a commit under a ref of its own.

The commit's tree is what lies in the folder, tracked and untracked; its first parent is the commit
the worktree stands on; a second one, if there is one, holds what was staged otherwise. Neither the
worktree's index nor its HEAD nor the stash is touched, and no hook runs. All of it enters the
repository at once, or nothing does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.places import Place, place_of
from wuhu_tui.repo.quarantine import Quarantine, quarantine
from wuhu_tui.repo.refs import LOCK_PATIENCE
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.snapshot import EXACT, Snapshot, take_snapshot

WHO = {
    "GIT_AUTHOR_NAME": "wuhu",
    "GIT_AUTHOR_EMAIL": "wuhu@localhost",
    "GIT_COMMITTER_NAME": "wuhu",
    "GIT_COMMITTER_EMAIL": "wuhu@localhost",
}


@dataclass(frozen=True)
class Draft:
    """A rescue that is written aside and not yet kept."""

    snapshot: Snapshot
    git: Git
    aside: Quarantine
    repository: Repository

    async def keep(self, ref: str, message: str) -> str:
        """Write the commit, and the ref that must not exist yet; returns the commit.

        Raises:
            GitError: it cannot be written; nothing of it is left then.
        """
        commit = await self._commit(message)
        try:
            await self.aside.admit()
        except OSError as error:
            raise _unkept(error, self.repository.common) from error
        await write_ref(self.repository, ref, commit)
        return commit

    async def _commit(self, message: str) -> str:
        seen = self.snapshot
        parents = [seen.head] if seen.head else []
        if seen.staged_tree:
            staged = await self._commit_tree(seen.staged_tree, parents, "What was staged")
            parents = [*parents, staged]
        others = [commit for commit in seen.commits if commit not in parents]
        return await self._commit_tree(seen.tree, [*parents, *others], message)

    async def _commit_tree(self, tree: str, parents: list[str], message: str) -> str:
        return await commit_tree(self.git, tree, parents, message)


async def commit_tree(git: Git, tree: str, parents: list[str], message: str) -> str:
    """Make a commit that no hook sees and nobody signs; returns it."""
    named = [word for parent in parents for word in ("-p", parent)]
    words = (*EXACT, "commit-tree", *named, "-F", "-", tree)
    own = Git(git.folder, environment={**git.environment, **WHO})
    return await own.run(*words, given=message.encode())


async def write_ref(repository: Repository, ref: str, commit: str) -> None:
    """Make a ref that must not exist yet."""
    words = ("update-ref", "-m", "wuhu: rescue", ref, commit, "0" * len(commit))
    await repository.git.run(*EXACT, *words, patience=LOCK_PATIENCE)


async def keep_commit(repository: Repository, ref: str, commit: str, message: str) -> str:
    """Keep a commit that its branch is about to leave, as a rescue without files of its own."""
    kept = await commit_tree(repository.git, f"{commit}^{{tree}}", [commit], message)
    await write_ref(repository, ref, kept)
    return kept


@asynccontextmanager
async def drafted(repository: Repository, path: Path, *, head: str = "") -> AsyncIterator[Draft]:
    """What the worktree in `path` holds, written aside; it is gone afterwards unless kept.

    `head` is the commit to compare with where git does not know the folder as a worktree.

    Raises:
        GitError: something in it cannot be read or written down; names what.
    """
    place = await place_of(repository, path)
    if not place.known and await asyncio.to_thread((path / ".git").is_dir):
        raise GitError(
            "a repository of its own lies here, with a history that is not this project's",
            where=str(path),
            remedy="move it away, or remove it by hand",
        )
    try:
        async with quarantine(repository) as aside:
            git = _working(repository, place, aside)
            yield Draft(await take_snapshot(place, git, aside, head), git, aside, repository)
    except OSError as error:
        raise _unkept(error, path) from error


def _unkept(error: OSError, where: Path) -> GitError:
    return GitError(
        f"its files cannot be written down: {error.strerror or error}",
        where=str(error.filename or where),
        remedy="make room and mend who may read and write there, then try again",
    )


def _working(repository: Repository, place: Place, aside: Quarantine) -> Git:
    """Git for this worktree alone, with an index and objects of our own."""
    folder = place.path if place.here else repository.root
    environment = {
        "GIT_DIR": str(place.git_dir),
        "GIT_WORK_TREE": str(folder),
        "GIT_INDEX_FILE": str(aside.folder / "index"),
        "GIT_OPTIONAL_LOCKS": "0",
        **aside.environment,
    }
    return Git(folder, environment=environment)
