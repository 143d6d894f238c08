"""What the project's own hooks say when they do not let a commit pass."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.git import Answer, Git
from wuhu_tui.repo.refusals import refused, refused_by_hook

MERGING = ("pre-merge-commit", "prepare-commit-msg", "commit-msg", "reference-transaction")
COMMITTING = ("pre-commit", "prepare-commit-msg", "commit-msg", "reference-transaction")
REBASING = ("pre-rebase",)


async def rejected(
    git: Git, words: tuple[str, ...], answer: Answer, hooks: tuple[str, ...]
) -> GitError:
    """The error for a git call that ended badly where one of these hooks may have said no."""
    there = await present(git, hooks)
    gits_own = any(line.startswith("fatal: ") for line in answer.words.splitlines())
    if not there or gits_own:
        return refused(words, answer.words or answer.text, git.folder)
    return refused_by_hook(there, answer.words, git.folder)


async def present(git: Git, hooks: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these hooks the repository has, executable."""
    answer = await git.look("rev-parse", "--git-path", "hooks")
    folder = git.folder / answer.text
    return await asyncio.to_thread(_runnable, folder, hooks)


def _runnable(folder: Path, hooks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        name for name in hooks if (folder / name).is_file() and os.access(folder / name, os.X_OK)
    )
