"""The actions that only the messages view has; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui import possible_mail
from wuhu_tui.tui.action import Action, ActionsOf, Context

_action = ActionsOf(Context.MESSAGES, "messages", "mail")


MAIL_ACTIONS: tuple[Action, ...] = (
    _action(
        "cancel",
        ("c",),
        "cancel",
        "Take a waiting message back",
        possible=possible_mail.can_cancel,
        rank=4,
        live_only=True,
    ),
    _action(
        "edit",
        ("e",),
        "edit",
        "Change the words of what waits, or of what did not arrive",
        possible=possible_mail.can_edit,
        rank=5,
        live_only=True,
    ),
    _action(
        "send_again",
        ("r",),
        "send again",
        "Queue again what did not arrive; of what may have arrived, the agent may get it twice",
        possible=possible_mail.can_send_again,
        rank=1,
        live_only=True,
    ),
    _action(
        "discard",
        ("x",),
        "discard",
        "Let go for good what did not arrive, with a note that says why",
        possible=possible_mail.can_discard,
        rank=2,
        live_only=True,
    ),
    _action(
        "seen",
        ("y",),
        "seen",
        "Say that you have seen it: it needs you no more",
        possible=possible_mail.can_acknowledge,
        rank=3,
        live_only=True,
    ),
    _action(
        "move",
        ("m",),
        "other lane",
        "Move a waiting message between the steer and the follow-up lane",
        possible=possible_mail.can_move,
        rank=6,
        live_only=True,
    ),
    _action(
        "promote",
        ("p",),
        "promote",
        "Let it land first: the head of the steer lane",
        possible=possible_mail.can_promote,
        rank=7,
        live_only=True,
    ),
    _action(
        "earlier",
        ("K", "shift+up"),
        "earlier",
        "Change places with the message before it in its lane",
        possible=possible_mail.can_move_up,
        rank=8,
        live_only=True,
    ),
    _action(
        "later",
        ("J", "shift+down"),
        "later",
        "Change places with the message after it in its lane",
        possible=possible_mail.can_move_down,
        rank=9,
        live_only=True,
    ),
    _action(
        "narrow",
        ("l",),
        "one / all sessions",
        "Show the messages of the selected one's session only, or of all",
        rank=30,
    ),
    _action(
        "whole",
        ("tab", "shift+tab"),
        "whole message",
        "On a narrow terminal, show the whole message and its receipts, or the list again",
        rank=20,
    ),
    _action(
        "scroll_on",
        ("pagedown", "ctrl+d"),
        "read on",
        "Scroll a long message on",
    ),
    _action(
        "scroll_back",
        ("pageup", "ctrl+u"),
        "read back",
        "Scroll a long message back",
    ),
    _action(
        "open",
        ("enter",),
        "open session",
        "Open the session that the message goes to, or else comes from",
        rank=40,
    ),
)
"""What can be done to one message, and in its list."""
