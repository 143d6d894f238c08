"""Only one merge at a time changes a project's base."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from wuhu_tui.core.locking import taken
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.status import few

PATIENCE = 0.5
"""Seconds to wait for another merge of the project."""


def is_interrupted(view: SessionView) -> bool:
    """Whether the session's merge began and did not come to its end in the journal."""
    if view.merge is None:
        return False
    return view.merge.outcome is MergeOutcome.RUNNING or view.given.state is SessionState.MERGING


@asynccontextmanager
async def merge_lock(port: ProjectPort, patience: float = PATIENCE) -> AsyncIterator[None]:
    """Hold the lock for a while.

    Raises:
        NotPossible: another merge runs; names it.
    """
    lock = await take_merge_lock(port, patience)
    if lock is None:
        raise _busy(port)
    try:
        yield
    finally:
        lock.release()


async def take_merge_lock(port: ProjectPort, patience: float = PATIENCE) -> FileLock | None:
    """The lock, held; None if somebody else keeps it."""
    return await taken(lock_path(port), patience)


def lock_path(port: ProjectPort) -> Path:
    """The file that is locked while base is being changed."""
    return port.folder.path / "merge.lock"


def _busy(port: ProjectPort) -> NotPossible:
    running = [
        view.spec.shown_name for view in port.board.sessions.values() if is_interrupted(view)
    ]
    return NotPossible(
        f"another merge is running: {few(tuple(running))}"
        if running
        else "another merge is running",
        where=str(port.folder.root),
        remedy="wait for it to end, then merge again",
    )
