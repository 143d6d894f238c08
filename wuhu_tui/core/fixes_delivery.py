"""What a pr-fix session committed goes onto the branch of the session it fixes."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible


async def deliver_fix(project: Project, session: str, *, by: str) -> str:
    """Put what a pr-fix session committed onto the branch it fixes; the new head."""
    raise NotPossible("nothing can be delivered yet", where=session, remedy="merge it yourself")
