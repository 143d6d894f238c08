"""Everything a session's steps are performed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from acp.schema import ClientCapabilities

from wuhu_tui.sample_agent.place import Bookmark
from wuhu_tui.sample_agent.steps import Steps
from wuhu_tui.sample_agent.voice import Voice


def _nobody() -> None:
    """Nobody wants to know."""


@dataclass
class Scene:
    """One session's folder, voice and bookmark, and the messages it has not read yet."""

    folder: Path
    voice: Voice
    bookmark: Bookmark
    capabilities: ClientCapabilities | None
    write_raw: Callable[[bytes], None]
    on_steer: Steps = ()
    ends_open_tools: bool = True
    steers: list[str] = field(default_factory=list)
    """Messages that arrived during the turn."""
    on_steers_read: Callable[[], None] = _nobody
