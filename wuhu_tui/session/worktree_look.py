"""One look at a session's worktree; what runs git is imported with the first one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wuhu_tui.model.history_events import WorktreeSeen
from wuhu_tui.session.log import SessionLog

if TYPE_CHECKING:
    from wuhu_tui.repo.history_trees import WorktreeHistory

ROOM = "trees"
"""In the session's folder: git's memory of which files were looked at; can be deleted."""


class WorktreeLook:
    """Looks at the worktree of a session whose folder lies in its project (`.wuhu/sessions/…`)."""

    def __init__(self, log: SessionLog, worktree: Path) -> None:
        self.log = log
        self._worktree = worktree
        self._history: WorktreeHistory | None = None

    async def __call__(self) -> WorktreeSeen | None:
        """What stands there, if that is new.

        Raises:
            GitError: git could not look.
            OSError: the worktree cannot be read, or the room not written.
        """
        if self._history is None:
            self._history = self._begin()
        seen = await self._history.look()
        if seen is None:
            return None
        return WorktreeSeen(tree=seen.tree, commit=seen.commit, head=seen.head, unread=seen.unread)

    def close(self) -> None:
        """Leave nothing behind: of a large worktree, the memory is large."""
        if self._history is not None:
            with suppress(OSError):
                self._history.clear()

    def _begin(self) -> WorktreeHistory:
        from wuhu_tui.repo.git import yielding
        from wuhu_tui.repo.history_trees import SeenTree, WorktreeHistory

        folder, told = self.log.folder.path, self.log.history.seen
        history = WorktreeHistory(
            root=folder.parent.parent.parent,
            worktree=self._worktree,
            session=folder.name,
            room=folder / ROOM,
            program=yielding(),
            before=SeenTree(tree=told.tree, commit=told.commit, head=told.head) if told else None,
        )
        history.clear()
        return history
