"""The way into the dashboard: what must hold before it opens, and what is told when it closes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wuhu_tui.cli.exits import OK
from wuhu_tui.cli.leaving import Leaving, leaving_lines
from wuhu_tui.cli.output import say
from wuhu_tui.journal.layout import ProjectFolder, find_project
from wuhu_tui.journal.lock import is_held
from wuhu_tui.model.errors import UsageError

if TYPE_CHECKING:
    from wuhu_tui.core.door import CoreDoor
    from wuhu_tui.tui.settings import DashboardSettings


def open_dashboard(start: Path) -> int:
    """Open the dashboard of the project around `start`; offer to make one where there is none."""
    need_terminal()
    folder = find_project(start)
    root = folder.root if folder else _offer_project(start)
    if root is not None:
        for line in leaving_lines(show(root), root):
            say(*line)
    return OK


def has_terminal() -> bool:
    """Whether there is a terminal that can show the dashboard."""
    both = sys.stdin.isatty() and sys.stdout.isatty()
    return both and os.environ.get("TERM", "") not in ("", "dumb")


def need_terminal() -> None:
    """Refuse to draw where nobody could see it.

    Raises:
        UsageError: stdin or stdout is no terminal, or one that cannot place its cursor.
    """
    if not has_terminal():
        raise UsageError(
            "the dashboard needs a terminal, and this is none (or TERM is dumb)",
            remedy="the same without a screen: wuhu status, wuhu --help",
        )


def show(root: Path) -> Leaving:
    """Run the dashboard until the lead leaves it; gives what goes on without it."""
    import asyncio

    return asyncio.run(_show(root))


async def _show(root: Path) -> Leaving:
    import asyncio

    from msgspec.structs import replace

    from wuhu_tui.cli.guarded import GuardedApp
    from wuhu_tui.core.core import Core
    from wuhu_tui.core.search.keeping import keeping_index

    settings = dashboard_settings(root)
    core = await Core.open(root, by="dashboard")
    try:
        app = GuardedApp(core, settings=settings)
        async with keeping_index(ProjectFolder(root)):
            await app.run_async()
        if app.defect is not None:
            raise app.defect
        left = _leaving(core)
    finally:
        await core.aclose()
    conducted = await asyncio.to_thread(is_held, ProjectFolder(root).conductor_lock)
    return replace(left, conducted=conducted)


def _leaving(core: CoreDoor) -> Leaving:
    board = core.board
    running = [
        view.spec.shown_name for view in board.sessions.values() if core.runner_alive(view.id)
    ]
    return Leaving(board=board, running=tuple(running))


def dashboard_settings(root: Path) -> DashboardSettings:
    """What the lead and the project set about the dashboard."""
    from wuhu_tui.core.user_settings import load_user_settings, user_folder
    from wuhu_tui.tui.settings import DashboardSettings

    user = load_user_settings()
    return DashboardSettings(
        theme=user.ui.theme,
        keymap=user.keys,
        panes=user.ui.panes if "panes" in user.ui.model_fields_set else 0,
        agents=tuple(_agent_names(root)),
        bell=user.ui.bell == "bell",
        drafts=ProjectFolder(root).drafts,
        presence=ProjectFolder(root).presence,
        themes=user_folder() / "themes",
    )


def _agent_names(root: Path) -> list[str]:
    from wuhu_tui.agents.definitions import load_definitions
    from wuhu_tui.core.config import load_config

    return sorted(load_definitions(load_config(root).agents))


def _offer_project(start: Path) -> Path | None:
    """Ask whether to make this repository a project; None when the lead says no."""
    import typer

    from wuhu_tui.cli.setup import PLAN, make_project, repository_around

    repository = repository_around(start)
    say(f"{repository} is no wuhu project yet. To make it one, wuhu would")
    for step in PLAN:
        say(f"  - {step}")
    if not typer.confirm("Do it now?", default=True):
        say("nothing was changed")
        return None
    return make_project(repository).root
