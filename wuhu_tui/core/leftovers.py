"""Processes that outlived the wuhu that started them: ended, or waited for, before work goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

from wuhu_tui.repo.git import Git
from wuhu_tui.repo.landing import LANDING_MARK
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.worktrees import SCRATCH_MARK, add_scratch, drop_scratch

LANDING_LIMIT = 30.0
"""Seconds to wait for a git that still moves base and its checkout."""

_GRACE = 1.0
_PAUSE = 0.05


def marked(name: str, value: Path) -> list[psutil.Process]:
    """Processes that were started with this environment variable."""
    return [process for process in psutil.process_iter() if _has(process, name, str(value))]


def _has(process: psutil.Process, name: str, value: str) -> bool:
    try:
        return bool(process.environ().get(name) == value)
    except psutil.Error:
        return False


def end_leftovers(scratch: Path) -> int:
    """Kill what still works on a scratch worktree; returns how many processes that were."""
    found = marked(SCRATCH_MARK, scratch)
    for process in found:
        try:
            process.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(found, timeout=_GRACE)
    return len(found)


async def end_scratch(repository: Repository, place: Path) -> None:
    """Remove a scratch worktree, and what a crash left running in it."""
    await asyncio.to_thread(end_leftovers, place)
    await drop_scratch(repository, place)


async def new_scratch(repository: Repository, place: Path, commit: str) -> Git:
    """Make a scratch worktree of one commit, once nothing that a crash left works there."""
    await asyncio.to_thread(end_leftovers, place)
    return await add_scratch(repository, place, commit)


async def landings_ended(repository: Repository, limit: float = LANDING_LIMIT) -> None:
    """Wait until no git of an earlier life moves base any more; killing it would tear a checkout.

    Not for longer than `limit`: a daemon that git left behind looks the same, and base only ever
    moves from where it was seen.
    """
    until = asyncio.get_running_loop().time() + limit
    while await asyncio.to_thread(marked, LANDING_MARK, repository.common):
        if asyncio.get_running_loop().time() >= until:
            return
        await asyncio.sleep(_PAUSE)
