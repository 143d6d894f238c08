"""What the lead or the project set about the dashboard itself."""

from __future__ import annotations

import os
from pathlib import Path

from wuhu_tui.model.value import Value

PANE_COUNTS = (1, 2, 4, 6)
"""How many live panes can be shown at once."""


class DashboardSettings(Value, frozen=True):
    """Everything the dashboard can be told from outside; every default works."""

    theme: str = ""
    """Name of a theme; empty: the default."""
    keymap: dict[str, tuple[str, ...]] = {}
    """Action id to keys, as written: `{"session.merge": ("M",)}`."""
    panes: int = 0
    """Live panes at first; 0: as many as suit the terminal."""
    agents: tuple[str, ...] = ()
    """Names of agents a new session can choose; empty: the project's default only."""
    drafts: Path | None = None
    """Where unsent drafts are kept; None: only as long as the dashboard runs."""
    editor: str = ""
    """Command line of the editor; empty: `$VISUAL`, else `$EDITOR`."""
    themes: Path | None = None
    """Folder with the lead's own themes."""
    arming: float = 0.35
    """Seconds for which a question that just appeared takes no key: it may be meant for the last."""
    presence: Path | None = None
    """Where it is kept that the lead is here; None: nobody is told."""
    bell: bool = True
    """Whether the terminal's bell rings for what cannot wait."""
    tune_memory: bool = True
    """Whether to keep the garbage collector from pausing the screen."""

    @property
    def editor_command(self) -> str:
        """The editor to use; empty when there is none."""
        return self.editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
