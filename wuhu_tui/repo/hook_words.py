"""What the project's own hooks say when they do not let a commit pass."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.safe import safe_line
from wuhu_tui.repo.git import Answer, Git
from wuhu_tui.repo.refusals import refused

MERGING = ("pre-merge-commit", "prepare-commit-msg", "commit-msg", "reference-transaction")
COMMITTING = ("pre-commit", "prepare-commit-msg", "commit-msg", "reference-transaction")
REBASING = ("pre-rebase",)

_MOST = 1_500
_GITS_OWN = ("fatal: ", "error: ", "hint: ", "warning: ", "Not committing merge", "Auto-merging")


async def rejected(
    git: Git, words: tuple[str, ...], answer: Answer, hooks: tuple[str, ...]
) -> GitError:
    """The error for a git call that ended badly where one of these hooks may have said no."""
    there = await present(git, hooks)
    said = _said(answer.words)
    if not there or (not said and "hook" not in answer.words):
        return refused(words, answer.words or answer.text, git.folder)
    name = f"hook {there[0]}" if len(there) == 1 else f"hooks ({', '.join(there)})"
    return GitError(
        f"the project's {name} did not let it pass: {said or 'without a word'}",
        where=str(git.folder),
        remedy="do what the hook asks for, or change the hook",
    )


async def present(git: Git, hooks: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these hooks the repository has, executable."""
    answer = await git.look("rev-parse", "--git-path", "hooks")
    folder = git.folder / answer.text
    return await asyncio.to_thread(_runnable, folder, hooks)


def _runnable(folder: Path, hooks: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        name for name in hooks if (folder / name).is_file() and os.access(folder / name, os.X_OK)
    )


def _said(words: str) -> str:
    """The hook's own lines, without git's."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    own = [line for line in lines if not line.startswith(_GITS_OWN)]
    return safe_line("; ".join(own), _MOST)
