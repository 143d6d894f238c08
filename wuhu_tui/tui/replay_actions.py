"""What can be done in a replay, and the way into one; part of the one registry in `actions.py`.

The first key of each counts on every screen of a replay; a further one only where the screen has
no use of its own for it.
"""

from __future__ import annotations

from wuhu_tui.tui import possible_replay as possible
from wuhu_tui.tui.action import Action, ActionsOf, Context

_C = Context
_action = ActionsOf(Context.REPLAY, "replay")

OPEN = Action(
    id="replay.open",
    keys=("ctrl+r",),
    title="replay",
    tooltip="Show this screen over what was recorded: any moment, in the very same dashboard",
    contexts=frozenset(
        {_C.DASHBOARD, _C.SESSION, _C.INBOX, _C.REVIEW, _C.MESSAGES, _C.QUEUE, _C.RADAR}
    ),
    handler="replay_open",
    rank=140,
)

REPLAY_ACTIONS: tuple[Action, ...] = (
    OPEN,
    _action(
        "play",
        ("space",),
        "play",
        "Play the recording from here, or pause",
        rank=1,
    ),
    _action(
        "live",
        ("L", "ctrl+r"),
        "live",
        "Go back to now, to exactly where you were",
        possible=possible.has_live,
        rank=2,
    ),
    _action("next_event", ("right",), "event on", "One recorded event on", rank=5),
    _action("previous_event", ("left",), "event back", "One recorded event back", rank=6),
    _action(
        "next_mark",
        ("right_square_bracket",),
        "next mark",
        "Go on to the next question, answer, steer, report, verdict, merge, conflict or fault",
        rank=3,
    ),
    _action(
        "previous_mark",
        ("left_square_bracket",),
        "mark before",
        "Go back to the mark before",
        rank=4,
    ),
    _action(
        "next_own_mark",
        ("right_curly_bracket",),
        "its next mark",
        "Go on to the next mark of the selected session",
        possible=possible.has_session,
    ),
    _action(
        "previous_own_mark",
        ("left_curly_bracket",),
        "its mark before",
        "Go back to the selected session's mark before",
        possible=possible.has_session,
    ),
    _action(
        "next_turn",
        ("shift+right", "full_stop"),
        "turn on",
        "Go on to where the selected session's next turn begins",
    ),
    _action(
        "previous_turn",
        ("shift+left", "comma"),
        "turn back",
        "Go back to where the selected session's turn, or the one before, begins",
    ),
    _action("quicker", ("greater_than_sign",), "quicker", "Play twice as quick, up to 64×"),
    _action("slower", ("less_than_sign",), "slower", "Play half as quick, down to 0.25×"),
    _action(
        "idle",
        ("underscore",),
        "quiet times",
        "Play stretches in which nothing happened in full, or cut them short",
    ),
    _action("begin", ("home",), "beginning", "Go to the beginning of the recording"),
    _action("end", ("end",), "end", "Go to the end of the recording"),
    _action(
        "go_to",
        ("t",),
        "go to",
        "Go to a time: 14:05, -10m, +30s, a date",
        rank=7,
    ),
    _action("looked", ("u",), "last look", "Go to where you last looked at the project"),
    _action(
        "hold",
        ("apostrophe",),
        "hold",
        "Hold this moment, to compare another with it; again: let it go",
        rank=9,
    ),
    _action(
        "compare",
        ("x",),
        "compare",
        "Show what changed between the held moment and this one, in state and in files",
        possible=possible.has_held,
        rank=8,
    ),
    Action(
        id="go_to.do",
        keys=("enter",),
        title="go there",
        tooltip="Go to the last moment that is not after that time",
        contexts=frozenset({_C.GO_TO}),
        handler="confirm",
        rank=10,
    ),
    Action(
        id="compare.next",
        keys=("tab",),
        title="next session",
        tooltip="Go to the next session in which something changed",
        contexts=frozenset({_C.COMPARE}),
        handler="next_place",
        rank=10,
    ),
)
"""Everything about replays."""
