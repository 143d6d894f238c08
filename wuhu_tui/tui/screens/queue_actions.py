"""The actions that only the merge queue has; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible_queue
from wuhu_tui.tui.action import Action, ActionsOf, Context

_action = ActionsOf(Context.QUEUE, "queue")


QUEUE_ACTIONS: tuple[Action, ...] = (
    _action(
        "open",
        ("enter",),
        "open",
        "Open the review; of a conflict, the ways to settle it",
    ),
    _action(
        "merge_now",
        ("m",),
        "merge now",
        "Put it first in line and work the line; what is not in line yet: facts first",
        possible=possible_queue.can_merge_now,
        rank=1,
        live_only=True,
    ),
    _action(
        "hold",
        ("H",),
        "hold / release",
        "Keep it in its place without merging it, or let it go on",
        possible=possible_queue.can_hold,
        rank=2,
        live_only=True,
    ),
    _action(
        "earlier",
        ("K", "shift+up"),
        "earlier",
        "Change places with what stands before it in line",
        possible=possible_queue.can_move_up,
        rank=3,
        live_only=True,
    ),
    _action(
        "later",
        ("J", "shift+down"),
        "later",
        "Change places with what stands after it in line",
        possible=possible_queue.can_move_down,
        rank=4,
        live_only=True,
    ),
    _action(
        "drop",
        ("x",),
        "drop",
        "Take it out of the line; its approval stays",
        possible=possible_queue.can_drop,
        rank=5,
        live_only=True,
    ),
    _action(
        "pause",
        ("p",),
        "pause / resume",
        "Begin no merge until the queue is resumed; one that runs goes on",
        rank=6,
        live_only=True,
    ),
    _action(
        "undo",
        ("z",),
        "undo",
        "Take back what is under the cursor and has landed; facts first",
        possible=possible_queue.can_undo_here,
        rank=7,
        live_only=True,
    ),
    _action(
        "push",
        ("P",),
        "push",
        "Push base to its remote; says first what goes there",
        possible=possible_queue.can_push,
        rank=8,
        live_only=True,
    ),
    _action(
        "bring_in",
        ("B",),
        "bring in",
        "Bring base up to what its remote has, by a plain fast-forward",
        possible=possible_queue.can_bring_in,
        live_only=True,
    ),
    _action(
        "look",
        ("u",),
        "look at the remote",
        "Ask the remote now where it stands",
        live_only=True,
    ),
    _action(
        "whole",
        ("tab", "shift+tab"),
        "whole entry",
        "On a narrow terminal, show everything of the entry, or the list again",
        rank=30,
    ),
    _action("scroll_on", ("pagedown", "ctrl+d"), "read on", "Scroll what is known of it on"),
    _action("scroll_back", ("pageup", "ctrl+u"), "read back", "Scroll what is known of it back"),
)
"""What can be done to what is on its way to base."""
