"""Reviewer sessions: one for each commit and part, on a read-only checkout of exactly that commit."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.reviews import Judge
from wuhu_tui.model.sessions import SessionSpec


async def assign_reviewer(
    project: Project, session: str, *, judge: Judge, agent: str, by: str
) -> SessionSpec:
    """Make and start a session that judges exactly the commit under review."""
    raise NotPossible("reviewers cannot be assigned yet", where=session, remedy="judge it yourself")
