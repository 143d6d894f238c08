"""The actions that only the review screen has; part of the one registry in `actions.py`."""

from __future__ import annotations

from wuhu_tui.tui.action import Action

REVIEW_ACTIONS: tuple[Action, ...] = ()
