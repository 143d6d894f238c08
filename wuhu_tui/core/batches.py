"""Batches: several merges that are stacked, proven together, and land together."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import Merge


async def resume_batches(port: ProjectPort) -> tuple[Merge, ...]:
    """Bring every interrupted batch to its end; the caller holds the merge lock."""
    return ()


async def run_batch(port: ProjectPort, entries: Sequence[QueuedMerge]) -> None:
    """Stack the entries' merges, prove them together, and land what is green."""
