"""The core's verbs of merging; see `MergeDoor` for what each promises."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.merges import Merge


class MergeVerbs:
    """Implements `MergeDoor`."""

    _project: Project

    async def merge(self, session: str, *, by: str = "lead") -> Merge:
        """Run the merge pipeline for an approved session; returns how it ended."""
        from wuhu_tui.core.merges import run_merge

        await self._project.reload()
        return await run_merge(self._project, self._project.view(session), by=by)

    async def undo_merge(self, session: str, *, by: str = "lead") -> None:
        """Take a landed merge back."""
        from wuhu_tui.core.undo import undo_merge

        await undo_merge(self._project, self._project.view(session), by=by)
