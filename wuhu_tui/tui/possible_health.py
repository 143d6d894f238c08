"""Why an action of the doctor is not possible now: pure functions, one sentence each."""

from __future__ import annotations

from wuhu_tui.model.health import Level
from wuhu_tui.tui.action import Situation


def can_mend(situation: Situation) -> str:
    """Something safe can be done about what is under the cursor."""
    one = situation.observation
    if one is None:
        return "nothing is selected"
    if one.level is Level.OK:
        return "nothing is wrong there"
    if not one.fixable:
        return f"this is not mended by a key: {one.repair}" if one.repair else "nothing mends this"
    return ""


def can_mend_any(situation: Situation) -> str:
    """Something at all can be mended safely."""
    return "" if situation.mendable else "there is nothing that can be mended by a key"


def can_follow(situation: Situation) -> str:
    """There is a place to look at for more."""
    one = situation.observation
    if one is None:
        return "nothing is selected"
    known = bool(one.session) and situation.board.session(one.session) is not None
    return "" if known or one.check == "letters" else "there is no session to look at"
