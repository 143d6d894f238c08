"""The one registry of everything the lead can do.

Bindings, footer, help, palette, keymap and `docs/keys.md` derive from `ACTIONS`. A screen offers
the actions of its context through `screens/base.py`; each has a method `do_<handler>` there.
"""

from __future__ import annotations

from dataclasses import replace

from wuhu_tui.tui import session_actions, view_actions
from wuhu_tui.tui.action import Action, Context
from wuhu_tui.tui.dialogs.actions import DIALOG_ACTIONS
from wuhu_tui.tui.dialogs.merge_actions import MERGE_ACTIONS
from wuhu_tui.tui.dialogs.review_actions import REVIEW_DIALOG_ACTIONS
from wuhu_tui.tui.dialogs.search_actions import SEARCH_ACTIONS
from wuhu_tui.tui.dialogs.trash_actions import TRASH_ACTIONS
from wuhu_tui.tui.replay_actions import REPLAY_ACTIONS
from wuhu_tui.tui.screens.doctor_actions import DOCTOR_ACTIONS
from wuhu_tui.tui.screens.lookback_actions import LOOKBACK_ACTIONS
from wuhu_tui.tui.screens.mail_actions import MAIL_ACTIONS
from wuhu_tui.tui.screens.queue_actions import QUEUE_ACTIONS
from wuhu_tui.tui.screens.radar_actions import RADAR_ACTIONS
from wuhu_tui.tui.screens.review_actions import REVIEW_ACTIONS


def _topic(name: str, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    return tuple(replace(action, topic=action.topic or name) for action in actions)


ACTIONS: tuple[Action, ...] = (
    *_topic("Talk to a session", session_actions.TALK),
    *_topic("Judge its work", session_actions.JUDGE),
    *_topic("Its life", session_actions.LIFE),
    *_topic("Several at once", view_actions.TOGETHER),
    *_topic("Move about", view_actions.GO),
    *_topic("Live panes", view_actions.PANE),
    *_topic("An agent's screen", view_actions.SCREEN),
    *_topic("Inbox", view_actions.INBOX),
    *_topic("Review", REVIEW_ACTIONS),
    *_topic("Messages", MAIL_ACTIONS),
    *_topic("Merge queue", QUEUE_ACTIONS),
    *_topic("Radar", RADAR_ACTIONS),
    *_topic("Doctor", DOCTOR_ACTIONS),
    *_topic("Look back", LOOKBACK_ACTIONS),
    *_topic("Replay", REPLAY_ACTIONS),
    *_topic("Search", SEARCH_ACTIONS),
    *_topic("Help", view_actions.HELP),
    *_topic("Wuhu", view_actions.WUHU),
    *_topic("Trash", TRASH_ACTIONS),
    *_topic("Dialogs", DIALOG_ACTIONS),
    *_topic("Review", REVIEW_DIALOG_ACTIONS),
    *_topic("Merge", MERGE_ACTIONS),
)
"""Every action, in the order help shows them."""

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
"""Every action by its id."""


def actions_of(context: Context) -> tuple[Action, ...]:
    """The actions of one screen or dialog."""
    return tuple(action for action in ACTIONS if context in action.contexts)
