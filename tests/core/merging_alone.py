"""One approved session merged beside the queue, by the steps that the queue takes it through."""

from __future__ import annotations

from wuhu_tui.core.merge_lock import PATIENCE, merge_lock
from wuhu_tui.core.merges import begin, carry_on, planned
from wuhu_tui.core.ports import ProjectPort
from wuhu_tui.core.scribe import Scribe, newest
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.merges import Merge


async def run_merge(
    port: ProjectPort, view: SessionView, *, by: str = "lead", patience: float = PATIENCE
) -> Merge:
    """Merge an approved session; returns how it ended: merged, conflict or refused.

    Raises:
        NotPossible: it is not approved, a check is not green, or another merge runs.
        Conflict: the approved commit is not the newest any more.
    """
    async with merge_lock(port, patience):
        view = await newest(port, view)
        scribe = Scribe(port, view)
        await begin(scribe, await planned(port, view, by=by))
        return await carry_on(scribe, by=by)
