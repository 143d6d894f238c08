"""Who speaks on the command line: the lead, or the session whose agent runs the command."""

from __future__ import annotations

import os

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.errors import NotPossible

LEAD = "lead"


def speaker(by: str) -> str:
    """Who it is, where nobody said so: inside a session, that session."""
    return os.environ.get("WUHU_SESSION") or by if by == LEAD else by


def refuse_own(view: SessionView, deed: str) -> None:
    """A session does not decide about itself: that is the lead's, or another session's.

    Raises:
        NotPossible: the command runs inside this very session.
    """
    if os.environ.get("WUHU_SESSION") == view.id:
        raise NotPossible(
            f"a session cannot {deed}",
            where=view.id,
            remedy='tell the lead instead: wuhu report, or wuhu ask "…"',
        )
