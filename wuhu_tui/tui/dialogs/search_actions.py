"""The actions of the search; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible_search as possible
from wuhu_tui.tui.action import Action, ActionsOf, Context

_C = Context
_action = ActionsOf(Context.SEARCH, "search")

OPEN = Action(
    id="search.begin",
    keys=("ctrl+f",),
    title="search",
    tooltip="Find words in everything sessions ever wrote, and go to that moment",
    contexts=frozenset(
        {_C.DASHBOARD, _C.SESSION, _C.INBOX, _C.REVIEW, _C.MESSAGES, _C.DOCTOR, _C.QUEUE, _C.RADAR}
        | {_C.AWAY, _C.TIMELINE, _C.ACCOUNTS}
    ),
    handler="search",
    rank=135,
)

SEARCH_ACTIONS: tuple[Action, ...] = (
    OPEN,
    _action(
        "go",
        ("enter",),
        "replay it",
        "Show the moment at which this was written, in the replay",
        possible=possible.has_hit,
        rank=10,
    ),
    _action(
        "open",
        ("ctrl+o",),
        "open session",
        "Open the session as it is now",
        possible=possible.has_live_session,
        rank=20,
    ),
    _action(
        "order",
        ("ctrl+t",),
        "newest / best",
        "Show the best of the newest hits first, or the newest again",
        rank=30,
    ),
    _action("down", ("down",), "down", "Next hit"),
    _action("up", ("up",), "up", "Hit before"),
    _action("page_down", ("pagedown",), "page down", "One page of hits on"),
    _action("page_up", ("pageup",), "page up", "One page of hits back"),
)
"""Everything about the search."""
