"""A place for a trial: a small repository of its own with a linked worktree, as sessions have it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.value import Value

BRANCH = "check"
SECONDS = 30.0
IDENTITY = ("-c", "user.name=wuhu", "-c", "user.email=wuhu@localhost", "-c", "commit.gpgsign=false")


class TrialPlace(Value, frozen=True):
    """Where a trial takes place."""

    worktree: Path
    session: Path
    """A session's folder; what its processes carry leads to it."""


@contextlib.contextmanager
def trial_place() -> Iterator[TrialPlace]:
    """A repository and a worktree in a temporary folder; nothing of them is left afterwards.

    Raises:
        GitError: git cannot make them.
    """
    with tempfile.TemporaryDirectory(prefix="wuhu-check-", ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        repository, worktree = root / "repository", root / "worktree"
        session = root / "sessions" / BRANCH
        repository.mkdir()
        session.mkdir(parents=True)
        _git(repository, ("init", "-q"))
        _git(repository, (*IDENTITY, "commit", "-q", "--allow-empty", "-m", "Begin"))
        _git(repository, ("worktree", "add", "-q", "-b", BRANCH, str(worktree)))
        yield TrialPlace(worktree=worktree, session=session)


def _git(folder: Path, arguments: Sequence[str]) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        subprocess.run(
            ("git", *arguments),
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as error:
        words = str(getattr(error, "stderr", "") or error).strip()
        raise GitError(
            f"cannot make a place for the trial: {words}",
            where=str(folder),
            remedy="check that git 2.38 or newer is installed and the temporary folder is writable",
        ) from error
