"""A core over a recording: the same board, transcripts and diffs, as they were at one moment."""

from __future__ import annotations

from pathlib import Path

from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.errors import NotPossible


class ReplayCore:
    """Implements `ReplayDoor`."""

    @classmethod
    async def open(cls, root: Path) -> ReplayDoor:
        """The recording in a project's folder."""
        raise NotPossible("replay is not built into this version", where=str(root))
