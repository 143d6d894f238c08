"""Opening a repository: its top folder, its branch, and a clear word when it is not fit."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.git import Git

OLDEST_GIT = (2, 38)
"""The first git whose `merge-tree` predicts a merge without a worktree."""

_SUPERVISED = ".wuhu"


@dataclass(frozen=True)
class Repository:
    """A repository with at least one commit; `root` is its top folder, absolute."""

    root: Path
    common: Path
    """The git folder that all worktrees share."""
    branch: str
    """The branch checked out in `root`; empty when HEAD is detached."""
    head: str
    git: Git
    """Runs git in `root`."""


async def open_repository(path: Path, *, base: str = "") -> Repository:
    """Open the repository that `path` lies in.

    A session's own worktree leads to the repository it belongs to. With `base` given, that branch
    must exist and HEAD may be detached; without, the branch checked out is wanted.

    Raises:
        GitError: not a repository, bare, no commits yet, detached HEAD, no such base, old git.
    """
    git = Git(path)
    await _check_version(git)
    root = await _root(git)
    git = Git(root)
    common = Path(await git.read("rev-parse", "--path-format=absolute", "--git-common-dir"))
    head = await _head(git)
    branch = await _branch(git)
    if base:
        await _check_base(git, base)
    elif not branch:
        raise _detached(root, head)
    return Repository(root=root, common=common, branch=branch, head=head, git=git)


async def _check_version(git: Git) -> None:
    said = await git.read("version")
    version = parse_version(said)
    if version < OLDEST_GIT:
        raise GitError(
            f"{said} is too old: wuhu needs git {_dotted(OLDEST_GIT)} or newer",
            where=str(git.folder),
            remedy="install a newer git and open a new shell",
        )


def parse_version(said: str) -> tuple[int, ...]:
    """The numbers in what `git version` says; empty if there are none."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(number) for number in found.groups() if number) if found else ()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


async def _root(git: Git) -> Path:
    answer = await git.look("rev-parse", "--show-toplevel")
    if answer.code:
        raise await _explained(git, answer.words)
    return _supervisor(Path(answer.text))


def _supervisor(top: Path) -> Path:
    """The project above a session's worktree; any other folder is its own."""
    if _SUPERVISED not in top.parts:
        return top
    return Path(*top.parts[: top.parts.index(_SUPERVISED)])


async def _head(git: Git) -> str:
    answer = await git.look("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if answer.code:
        raise await _explained(git, answer.words)
    return answer.text


async def _branch(git: Git) -> str:
    answer = await git.look("symbolic-ref", "--quiet", "HEAD")
    return answer.text.removeprefix("refs/heads/") if answer.code == 0 else ""


async def _check_base(git: Git, base: str) -> None:
    answer = await git.look("rev-parse", "--verify", "--quiet", f"refs/heads/{base}^{{commit}}")
    if answer.code:
        raise GitError(
            f"the base branch {base} does not exist",
            where=str(git.folder),
            remedy="name an existing branch as base in wuhu.toml; see: git branch",
        )


def _detached(root: Path, head: str) -> GitError:
    return GitError(
        f"HEAD is detached at {head[:12]}: there is no branch to work towards",
        where=str(root),
        remedy="check out the branch that sessions should start from: git switch <branch>",
    )


async def _explained(git: Git, words: str) -> GitError:
    """Why the repository cannot be opened; looks at it without git's own opinion."""
    from wuhu_tui.repo.diagnosis import explain  # imports GitPython: only in trouble

    return await asyncio.to_thread(explain, git.folder, words)
