"""Locks that a killed git left in the session's own worktree: every later commit would fail."""

from __future__ import annotations

import asyncio
from pathlib import Path

from wuhu_tui.model.events import Noted
from wuhu_tui.session.log import SessionLog
from wuhu_tui.session.processes import working_in

LOCKS = ("index.lock", "HEAD.lock")
"""What git makes in a worktree's own folder while it changes it, and removes at its end."""


async def remove_stale_locks(log: SessionLog) -> None:
    """Remove what no living git holds, and say so; nothing of the session may run yet."""
    worktree = Path(log.view.spec.worktree)
    folder = own_git_folder(worktree)
    locks = [folder / name for name in LOCKS if (folder / name).is_file()] if folder else []
    if not locks:
        return
    holders = await asyncio.to_thread(working_in, worktree, "git")
    for lock in locks:
        log.write(Noted(text=_held(lock, holders) if holders else _removed(lock), level="warning"))


def own_git_folder(worktree: Path) -> Path | None:
    """Where git keeps what is this worktree's alone; None for a checkout that is none."""
    try:
        told = (worktree / ".git").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    folder = worktree / told.removeprefix("gitdir:").strip()
    return folder if folder.parent.name == "worktrees" else None


def _held(lock: Path, holders: tuple[int, ...]) -> str:
    numbers = ", ".join(map(str, holders))
    return f"git works in this worktree (process {numbers}): {lock.name} stays, commits may fail"


def _removed(lock: Path) -> str:
    try:
        lock.unlink(missing_ok=True)
    except OSError as error:
        return f"a killed git left {lock}, which cannot be removed: {error.strerror or error}"
    return f"removed {lock.name}, which a killed git had left in this worktree"
