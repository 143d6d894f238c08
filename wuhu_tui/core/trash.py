"""Rescues as verbs: what there is, bring one back, look into one, forget one."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.project import Project
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.rescues import Rescue, Stake


async def at_stake(project: Project, session: str) -> Stake:
    """What the session's place holds that a removal would take from the disk."""
    raise NotPossible("rescues are not there yet")


async def rescues(project: Project) -> Sequence[Rescue]:
    """Work that was kept before something was removed, newest first."""
    return tuple(reversed(project.board.rescues.values()))


async def rescue_diff(project: Project, ref: str) -> Diff:
    """What a rescue holds beyond the commit its worktree stood on."""
    raise NotPossible("rescues are not there yet")


async def restore(project: Project, ref: str, *, to: str, by: str) -> str:
    """Bring a rescue back; returns the session or branch that has it now."""
    raise NotPossible("rescues are not there yet")


async def forget(project: Project, ref: str, *, by: str) -> None:
    """Delete a rescue's ref for good."""
    raise NotPossible("rescues are not there yet")
