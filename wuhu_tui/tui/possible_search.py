"""Why the search cannot do something just now."""

from __future__ import annotations

from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.action import Situation


def has_hit(situation: Situation) -> str:
    """Something was found."""
    return "" if situation.found else "nothing was found yet: type what you look for"


def has_live_session(situation: Situation) -> str:
    """The hit belongs to a session that is on the board."""
    if why := has_hit(situation):
        return why
    if situation.session is None:
        return "this hit belongs to no session on the board"
    if situation.session.state is SessionState.ARCHIVED:
        return "its session is archived; the replay shows it as it was"
    return ""
