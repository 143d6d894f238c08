"""A shell command in a session's place: its worktree, its environment, a process group of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from pathlib import Path
from typing import IO

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.session.environment import agent_environment

OUTPUT_KEPT = 200_000
"""Bytes of output that are kept: the end of it."""

TIMED_OUT = 124
"""Exit code of a command that was ended because its time was up, as `timeout` has it."""


async def run_in_place(
    spec: SessionSpec, folder: Path, command: str, *, deadline: float
) -> tuple[int, str]:
    """Run a shell command in the worktree; its exit code and what it printed.

    What it leaves running in its process group is ended with it.

    Raises:
        NotPossible: the worktree is not there.
    """
    # A file, not a pipe: whatever the command leaves behind cannot keep us waiting for its end.
    with tempfile.TemporaryFile() as output:
        try:
            code = await _run(spec, SessionFolder(folder), command, output, deadline)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotPossible(
                "the session's worktree is not there",
                where=spec.worktree,
                remedy="resume the session: that brings it back",
            ) from error
        said = await asyncio.to_thread(_end_of, output)
        return code, said if code != TIMED_OUT else f"{said}\n[ended after {deadline:g} s]\n"


async def _run(
    spec: SessionSpec, folder: SessionFolder, command: str, output: IO[bytes], deadline: float
) -> int:
    process = await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        command,
        cwd=spec.worktree,
        env=_environment(spec, folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(deadline):
            return await process.wait()
    except TimeoutError:
        return TIMED_OUT
    finally:
        _kill_group(process.pid)
        await asyncio.shield(process.wait())


def _environment(spec: SessionSpec, folder: SessionFolder) -> dict[str, str]:
    """An agent's, but of no life: whoever sweeps up after a dead one leaves the lead's command."""
    environment = agent_environment(spec, folder, 0, os.environ)
    del environment["WUHU_LIFE"]
    return environment


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _end_of(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - OUTPUT_KEPT))
    return output.read().decode("utf-8", "replace")
