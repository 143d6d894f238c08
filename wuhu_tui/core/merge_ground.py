"""Whether base still has the commit on which work was reviewed; else a merge brings more than was seen."""

from __future__ import annotations

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.model.board import SessionView
from wuhu_tui.repo.refs import has_commit, required_tip


async def lost_ground(port: ProjectPort, view: SessionView, base: str) -> str:
    """Why nothing may land of what was reviewed on another history of base; empty: it may.

    What base lost is in the session's branch still: a merge would bring it back unseen.
    """
    ground = view.review.merge_base if view.review else ""
    if not ground:
        return ""
    git = port.repository.git
    if await has_commit(git, await required_tip(git, base), ground):
        return ""
    return (
        f"{base} was moved back or rewritten: it lacks {ground[:SHORT]}, on which the reviewed work "
        f"stands, and merging would bring that back unseen; "
        f"look at it again: wuhu review {view.id} --open"
    )
