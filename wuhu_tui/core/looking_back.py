"""What was: while the lead was away, who was in which state, who waited for whom."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.core.project import Project
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.lookbacks import Accounting, Away, Timeline


async def away(project: Project, *, since: datetime | None = None) -> Away:
    """What happened since then; None: since the lead last looked."""
    raise NotPossible("looking back is not built into this version")


async def timeline(
    project: Project, *, since: datetime | None = None, until: datetime | None = None
) -> Timeline:
    """Who was in which state when."""
    raise NotPossible("looking back is not built into this version")


async def accounting(
    project: Project, *, since: datetime | None = None, until: datetime | None = None
) -> Accounting:
    """Who waited for whom how long, and what merged work cost."""
    raise NotPossible("looking back is not built into this version")
