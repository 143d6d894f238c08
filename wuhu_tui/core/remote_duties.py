"""What the conductor does about base's remote: a calm look, and only where the settings want it."""

from __future__ import annotations

from collections.abc import Iterator

from wuhu_tui.core.duties import Duty
from wuhu_tui.core.project import Project
from wuhu_tui.core.remotes import CALM, attend_remote


def remote_duties(project: Project, time: float) -> Iterator[Duty]:
    """One look every few minutes, and at once when the settings or base changed."""
    rules = project.remote_rules
    if not rules.wanted:
        return
    known = project.board.remote
    refused = known.refused if known else ""
    occasion = (int(time / CALM), rules, refused)
    yield Duty("remote", occasion, lambda: attend_remote(project))
