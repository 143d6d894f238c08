"""Why something cannot be done on the radar now: pure functions, one sentence each."""

from __future__ import annotations

from wuhu_tui.tui.action import Situation


def can_tell(situation: Situation) -> str:
    """There has to be a collision under the cursor."""
    if situation.collision is not None:
        return ""
    if not situation.board.collisions:
        return "nobody collides"
    return "these do not collide: choose a pair that does"


def has_side(situation: Situation) -> str:
    """A session has to be under the cursor."""
    return "" if situation.session else "no session is selected"
