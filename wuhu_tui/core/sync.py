"""Sync: a session's branch held against its base, and moved on where it has nothing of its own."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.freshness import Freshness


async def sync_environment(project: Project, session: str, *, by: str) -> Freshness:
    """Hold the session's branch against its base, and record it."""
    raise NotPossible("syncing is not there yet")
