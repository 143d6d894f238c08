"""A worktree's folder, and what git keeps of it in the repository. Light: the runner uses it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.repository import Repository


@dataclass(frozen=True)
class Place:
    """A worktree's folder, and the git folder that is its own."""

    path: Path
    git_dir: Path
    known: bool
    """Whether git has it as a worktree."""
    here: bool
    """Whether the folder exists."""


async def place_of(repository: Repository, path: Path) -> Place:
    """Where git keeps what it knows of this folder.

    Never asked of git inside the folder: where its link to the repository is damaged, git would
    answer for the repository around it.
    """
    return await asyncio.to_thread(find_place, repository.common, path)


def find_place(common: Path, path: Path) -> Place:
    """The same, of the repository whose git folder is `common`."""
    wanted = path.resolve()
    here = path.is_dir()
    for folder in sorted((common / "worktrees").glob("*")):
        try:
            link = Path((folder / "gitdir").read_text().strip())
        except (OSError, UnicodeDecodeError):
            continue
        link = link if link.is_absolute() else folder / link
        if link.parent.resolve() == wanted:
            return Place(path=path, git_dir=folder, known=True, here=here)
    return Place(path=path, git_dir=common, known=False, here=here)


def common_folder(root: Path) -> Path | None:
    """The git folder that all worktrees of the repository at `root` share; None: no repository.

    Raises:
        GitError: `root` is a worktree itself, and its link leads nowhere.
    """
    link = root / ".git"
    if link.is_dir():
        return link
    try:
        folder = root / link.read_text().strip().removeprefix("gitdir:").strip()
        told = folder / "commondir"
        return folder / told.read_text().strip() if told.is_file() else folder
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise GitError(
            f"its link to the repository cannot be read: {error}", where=str(link)
        ) from error
