"""Who speaks on the command line: the lead, or the session whose agent runs the command."""

from __future__ import annotations

import os

from wuhu_tui.core import orchestration
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.deeds import DEEDS
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
    orchestration.refuse_own(os.environ.get("WUHU_SESSION", ""), view, deed)


def refuse_without_leave(deed: str, session: str) -> None:
    """A session does what reaches base by a command only where the project lets it do that alone.

    Raises:
        NotPossible: the command runs inside a session of a project that wants the lead asked.
    """
    if not os.environ.get("WUHU_SESSION"):
        return
    from wuhu_tui.cli.place import project_here
    from wuhu_tui.core.config import load_config

    if deed not in load_config(project_here().root).orchestrator.free:
        raise NotPossible(
            f"a session may not {DEEDS[deed]} without the lead's leave",
            where=session,
            remedy=f"ask for it with the tool {deed}, or report and leave it to the lead; the "
            f'project may say otherwise: "{deed}" in alone under [orchestrator] in wuhu.toml',
        )
