"""Who speaks on the command line: the lead, or the session whose agent runs the command."""

from __future__ import annotations

import os

from wuhu_tui.core import orchestration
from wuhu_tui.model.board import SessionView

LEAD = "lead"


def speaker(by: str) -> str:
    """Who it is, where nobody said so: inside a session, that session."""
    return os.environ.get("WUHU_SESSION") or by if by == LEAD else by


def refuse_own(view: SessionView, deed: str) -> None:
    """A session does not decide about itself: that is the lead's, or another session's.

    Raises:
        NotPossible: the command runs inside this very session.
    """
    orchestration.refuse_own(os.environ.get("WUHU_SESSION", ""), view, deed)
