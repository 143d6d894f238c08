"""Why an action of a replay is not possible now."""

from __future__ import annotations

from wuhu_tui.tui.action import Situation
from wuhu_tui.tui.possible import NO_SESSION


def has_session(situation: Situation) -> str:
    """A session has to be selected."""
    return "" if situation.session else NO_SESSION


def has_held(situation: Situation) -> str:
    """There have to be two moments."""
    return "" if situation.held else "no moment is held yet to compare this one with"


def has_live(situation: Situation) -> str:
    """There has to be a project that goes on."""
    if situation.has_live:
        return ""
    return "there is no live project behind this recording; q leaves"
