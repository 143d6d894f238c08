"""The `gh` program: run without prompts, with a deadline, and in its own words when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from pathlib import Path

from wuhu_tui.model.errors import NotPossible
from wuhu_tui.repo.git import Answer, scrubbed

PROGRAM = "gh"

DEADLINE = 30.0
"""Seconds in which it must have answered."""

NOT_INSTALLED = "gh is not installed"

_LONGEST = 600


async def run_gh(
    folder: Path, *arguments: str, given: bytes = b"", deadline: float = 0.0
) -> Answer:
    """Run it in a repository's folder, whatever its exit code.

    Raises:
        NotPossible: it is not installed, or did not answer in time.
    """
    process, limit = await _begun(folder, arguments), deadline or DEADLINE
    try:
        async with asyncio.timeout(limit):
            output, words = await process.communicate(given)
    except TimeoutError:
        raise refused_by_gh(f"gh did not answer within {limit:g} s") from None
    finally:
        await _ended(process)
    return Answer(process.returncode or 0, output, words.decode(errors="replace"))


async def _begun(folder: Path, arguments: tuple[str, ...]) -> asyncio.subprocess.Process:
    program = await asyncio.to_thread(shutil.which, PROGRAM)
    if program is None:
        raise NotPossible(
            NOT_INSTALLED, where=PROGRAM, remedy="install gh, then log in: gh auth login"
        )
    return await asyncio.create_subprocess_exec(
        program,
        *arguments,
        cwd=folder,
        env={**scrubbed(os.environ), "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1", "CI": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Kill it with all it started, if nobody saw its end."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def last_word(answer: Answer) -> str:
    """The line in which it said what was wrong."""
    lines = [line.strip() for line in answer.words.splitlines() if line.strip()]
    old = next((line for line in lines if line.startswith(("unknown flag", "Unknown JSON"))), "")
    if old:
        return f"{old}: a newer gh is needed"
    return lines[-1][:_LONGEST] if lines else f"exit code {answer.code}"


def refused_by_gh(words: str) -> NotPossible:
    """The error for what it could not do."""
    return NotPossible(words, where=PROGRAM, remedy="try it: gh auth status")


async def why_not_github(root: Path) -> str:
    """Why no pull request can be made from here; empty if one can."""
    try:
        answer = await run_gh(root, "auth", "status")
    except NotPossible as error:
        return f"{error.message}: pull requests cannot be made; {error.remedy}"
    if answer.code == 0 or "Logged in to" in f"{answer.text}{answer.words}":
        return ""
    return f"gh is not logged in ({last_word(answer)}): gh auth login"
