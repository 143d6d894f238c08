"""The base of every screen: what can be done everywhere."""

from __future__ import annotations

from wuhu_tui.tui.screens.going import Going
from wuhu_tui.tui.screens.lookback_verbs import LookbackVerbs
from wuhu_tui.tui.screens.replay_verbs import ReplayVerbs
from wuhu_tui.tui.screens.session_verbs import SessionVerbs


class WuhuScreen(SessionVerbs, ReplayVerbs, LookbackVerbs, Going):
    """A screen of the dashboard; see `Acting` for what a subclass gives."""
