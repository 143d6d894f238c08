"""Pull requests, as far as the `gh` program is there to ask; without it nothing is looked for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from pathlib import Path

import msgspec

from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.value import Value
from wuhu_tui.repo.git import scrubbed

PROGRAM = "gh"

DEADLINE = 30.0
"""Seconds in which it must have answered."""

_FIELDS = "number,title,url,state,headRefOid"
_NONE = ("no pull requests found", "no git remotes", "none of the git remotes")
"""What it says where there is nothing to find."""


class Pull(Value, frozen=True):
    """An open pull request."""

    number: int
    title: str
    url: str
    head: str


class _Answer(msgspec.Struct, frozen=True):
    number: int
    title: str = ""
    url: str = ""
    state: str = ""
    headRefOid: str = ""  # noqa: N815 - the program's own word


def pulls_fact() -> str:
    """In words, whether pull requests without a report are found here."""
    if shutil.which(PROGRAM):
        return "pull requests without a report are found with gh when a branch is pushed"
    return "gh is not installed: pull requests without a report are not looked for"


async def open_pull(root: Path, branch: str) -> Pull | None:
    """The open pull request of a branch; None where there is none, or nobody to ask.

    Raises:
        NotPossible: it could not be asked; says why.
    """
    program = await asyncio.to_thread(shutil.which, PROGRAM)
    if program is None:
        return None
    code, output, words = await _ask(program, root, branch)
    if code != 0:
        if any(none in words for none in _NONE):
            return None
        last = words.strip().rsplit("\n", 1)[-1] or f"exit code {code}"
        raise _refused(f"gh cannot tell whether {branch} has a pull request: {last}")
    try:
        answer = msgspec.json.decode(output, type=_Answer)
    except msgspec.DecodeError as error:
        raise _refused(f"gh answered something else than a pull request: {error}") from error
    if answer.state != "OPEN":
        return None
    return Pull(number=answer.number, title=answer.title, url=answer.url, head=answer.headRefOid)


async def _ask(program: str, root: Path, branch: str) -> tuple[int, bytes, str]:
    environment = {**scrubbed(os.environ), "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1", "CI": "1"}
    process = await asyncio.create_subprocess_exec(
        *(program, "pr", "view", "--json", _FIELDS, "--", branch),
        cwd=root,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(DEADLINE):
            output, words = await process.communicate()
    except (TimeoutError, asyncio.CancelledError) as error:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        if isinstance(error, TimeoutError):
            raise _refused(f"gh did not answer within {DEADLINE:g} s") from None
        raise
    return process.returncode or 0, output, words.decode(errors="replace")


def _refused(words: str) -> NotPossible:
    return NotPossible(words, where=PROGRAM, remedy="try it: gh auth status")
