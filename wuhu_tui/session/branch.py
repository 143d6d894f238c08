"""Sees the session's branch move."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from wuhu_tui.model.errors import GitError
from wuhu_tui.model.events import CommitSeen, Noted
from wuhu_tui.session.log import SessionLog

HeadOf = Callable[[Path], Awaitable[tuple[str, str]]]
"""The commit a worktree stands on, and its subject."""


class Branch:
    """Looks at the head when asked; tells of every new commit once."""

    def __init__(self, log: SessionLog, head_of: HeadOf) -> None:
        self._log = log
        self._head_of = head_of
        self._complained = False

    async def look(self) -> str:
        """The commit as it is now; empty when git does not say, which is noted once a life."""
        spec = self._log.view.spec
        try:
            sha, subject = await self._head_of(Path(spec.worktree))
        except GitError as error:
            self._complain(error)
            return ""
        if sha != (self._log.view.head or spec.base_commit or sha):
            self._log.write(CommitSeen(sha=sha, subject=subject))
        return sha

    def _complain(self, error: GitError) -> None:
        if not self._complained:
            self._complained = True
            text = f"could not look at the branch's head: {error}"
            self._log.write(Noted(text=text, level="warning"))
