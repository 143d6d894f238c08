"""Find the session somebody means, as the commands call it."""

from __future__ import annotations

from wuhu_tui.core.finding import find_session, find_sessions

__all__ = ["find_session", "find_sessions"]
