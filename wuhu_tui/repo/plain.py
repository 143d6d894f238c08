"""A branch's head without the git room: the light runner asks nothing else of git."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from wuhu_tui.model.errors import GitError

DEADLINE = 10.0
"""Seconds after which git is ended and said not to answer."""

_COMMAND = ("log", "-1", "--no-show-signature", "--format=%H%x00%s", "HEAD", "--")


async def head_of(worktree: Path, deadline: float = DEADLINE) -> tuple[str, str]:
    """The commit a worktree stands on and its subject.

    Raises:
        GitError: there is no worktree or no commit, or git did not answer in time.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            "git",
            "-C",
            str(worktree),
            *_COMMAND,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed", remedy="install git 2.38 or newer") from error
    output, words = await _ended(process, worktree, deadline)
    if process.returncode:
        raise GitError(
            words.decode(errors="replace").strip() or "git log failed", where=str(worktree)
        )
    sha, _, subject = output.decode(errors="replace").rstrip("\n").partition("\0")
    return sha, subject


async def _ended(
    process: asyncio.subprocess.Process, worktree: Path, deadline: float
) -> tuple[bytes, bytes]:
    try:
        async with asyncio.timeout(deadline):
            return await process.communicate()
    except TimeoutError as error:
        process.kill()
        await process.wait()
        raise GitError(f"git did not answer within {deadline:g} s", where=str(worktree)) from error


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
