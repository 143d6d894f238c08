"""The part of the door that is about bringing approved work onto base, and what collides."""

from __future__ import annotations

from typing import Protocol

from wuhu_tui.model.merges import Merge


class MergeDoor(Protocol):
    """Everything a front end can ask about merges, their queue and collisions."""

    async def merge(self, session: str, *, by: str = "lead") -> Merge:
        """Run the merge pipeline for an approved session; returns how it ended."""

    async def undo_merge(self, session: str, *, by: str = "lead") -> None:
        """Take a landed merge back: move the ref if nothing landed since, else revert."""
