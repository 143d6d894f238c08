"""The actions of looking back; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible
from wuhu_tui.tui.action import Action, ActionsOf, Context

_C = Context
_FROM = frozenset({_C.DASHBOARD, _C.SESSION, _C.INBOX, _C.MESSAGES, _C.RADAR})

_away = ActionsOf(_C.AWAY, "away")
_timeline = ActionsOf(_C.TIMELINE, "timeline")
_accounts = ActionsOf(_C.ACCOUNTS, "accounts")

LOOKBACK_ACTIONS: tuple[Action, ...] = (
    Action(
        id="go.away",
        keys=("A",),
        title="while I was away",
        tooltip="What happened since you last looked, by what it means; each line is a jump",
        contexts=_FROM | {_C.QUEUE, _C.TIMELINE, _C.ACCOUNTS},
        handler="away",
    ),
    Action(
        id="go.timeline",
        keys=("B",),
        title="timeline",
        tooltip="Every session's states as bars over time, and when it waited for you",
        contexts=_FROM | {_C.AWAY},
        handler="timeline",
    ),
    _away(
        "replay",
        ("enter",),
        "replay there",
        "Show the moment it happened, in the very same dashboard",
        rank=1,
    ),
    _away("open", ("o",), "open session", "Open the session as it is now", rank=2),
    _away("earlier", ("e",), "a day earlier", "Tell what happened a day earlier too", rank=3),
    _timeline(
        "replay",
        ("enter",),
        "replay there",
        "Show the time under the cursor, in the very same dashboard",
        rank=1,
    ),
    _timeline("right", ("right", "l"), "later", "Move the cursor on in time", rank=2),
    _timeline("left", ("left", "h"), "earlier", "Move the cursor back in time", rank=3),
    _timeline(
        "zoom_in", ("plus", "equals_sign"), "zoom in", "Half the time, twice the room", rank=4
    ),
    _timeline("zoom_out", ("minus",), "zoom out", "Twice the time, half the room", rank=5),
    _timeline("whole", ("0",), "all", "Show all of the time", rank=6),
    _timeline("later", ("pagedown", "ctrl+d"), "scroll on", "Scroll on in time by half of it"),
    _timeline("earlier", ("pageup", "ctrl+u"), "scroll back", "Scroll back in time by half of it"),
    _timeline("next_wait", ("n",), "next wait", "Go to where it next waited for you", rank=7),
    _timeline("previous_wait", ("N",), "wait before", "Go to where it waited for you before"),
    _timeline(
        "open",
        ("o",),
        "open session",
        "Open the session as it is now",
        possible=possible.session_selected,
        rank=8,
    ),
    _timeline("accounts", ("tab",), "accounting", "Who waited for whom, and what it cost", rank=9),
    _accounts(
        "replay",
        ("enter",),
        "replay there",
        "Show where that wait began, in the very same dashboard",
        rank=1,
    ),
    _accounts("open", ("o",), "open session", "Open the session that waited, as it is now", rank=2),
    _accounts("shorter", ("plus", "equals_sign"), "shorter", "Account for half the time", rank=3),
    _accounts("longer", ("minus",), "longer", "Account for twice the time", rank=4),
    _accounts("whole", ("0",), "all", "Account for all of the time", rank=5),
    _accounts("timeline", ("tab",), "timeline", "Back to the timeline", rank=6),
)
"""Everything about looking back."""
