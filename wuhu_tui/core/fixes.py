"""Sessions that fix what a review or a merge found in another session's work."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.sessions import SessionSpec


async def fix_session(project: Project, session: str, *, note: str, by: str) -> SessionSpec:
    """Make and start a session that fixes what a review or a merge found."""
    raise NotPossible("nothing fixes it yet", where=session, remedy="request changes instead")
