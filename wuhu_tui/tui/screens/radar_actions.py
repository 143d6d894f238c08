"""The actions that only the radar has; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible_radar
from wuhu_tui.tui.action import Action, ActionsOf, Context

_action = ActionsOf(Context.RADAR, "radar")


RADAR_ACTIONS: tuple[Action, ...] = (
    _action(
        "tell",
        ("t",),
        "tell both",
        "Tell both sessions that they collide; shows first what each is told",
        possible=possible_radar.can_tell,
        rank=1,
        live_only=True,
    ),
    _action(
        "right", ("right", "ctrl+right"), "next column", "Hold the session against the next one"
    ),
    _action(
        "left", ("left", "ctrl+left"), "column before", "Hold the session against the one before"
    ),
    _action(
        "open",
        ("enter",),
        "open session",
        "Open the session under the cursor",
        possible=possible_radar.has_side,
        rank=3,
    ),
    _action(
        "other",
        ("o",),
        "other side",
        "Go to the row of the other session",
        possible=possible_radar.can_tell,
        rank=4,
    ),
    _action(
        "turn",
        ("tab", "shift+tab"),
        "matrix / list",
        "Show the pairs that collide as a list, or everything as a matrix",
        rank=5,
    ),
    _action(
        "look",
        ("u",),
        "look now",
        "Hold whatever changed against base and the others now",
        live_only=True,
    ),
    _action("scroll_on", ("pagedown", "ctrl+d"), "read on", "Scroll the pair and the order on"),
    _action("scroll_back", ("pageup", "ctrl+u"), "read back", "Scroll the pair and the order back"),
)
"""What can be done on the radar."""
