"""Batches: several merges that are stacked, proven together, and land together."""

from __future__ import annotations

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.model.merges import Merge


async def resume_batches(port: ProjectPort) -> tuple[Merge, ...]:
    """Bring every interrupted batch to its end; the caller holds the merge lock."""
    return ()
