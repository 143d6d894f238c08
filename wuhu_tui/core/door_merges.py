"""The part of the door that is about bringing approved work onto base, and what collides."""

from __future__ import annotations

from typing import Protocol

from wuhu_tui.model.merges import Merge
from wuhu_tui.model.remotes import RemoteState


class MergeDoor(Protocol):
    """Everything a front end can ask about merges, their queue and collisions."""

    async def merge(self, session: str, *, by: str = "lead") -> Merge:
        """Run the merge pipeline for an approved session; returns how it ended."""

    async def undo_merge(self, session: str, *, by: str = "lead") -> None:
        """Take a landed merge back: move the ref if nothing landed since, else revert."""

    async def tell_collision(self, first: str, second: str, *, by: str = "lead") -> None:
        """Tell both sides of a collision of it, or the one session where `second` is empty: base.

        Raises:
            NotFound: they do not collide as last looked at.
            NotPossible: a session cannot be told anything any more.
        """

    async def remote_state(self, *, look: bool = False) -> RemoteState:
        """Base beside its remote branch: as last seen, or looked at anew, which may take seconds.

        What could not be looked at is told in the state. Without `look` the remote is not asked.
        """

    async def push_base(self, *, by: str = "lead") -> str:
        """Push base as it is, never by force; says where it stands now.

        Raises:
            NotPossible: base moves there only by pull requests, or there is no such remote.
            Conflict: the remote has commits that base has not; names them.
            GitError: the remote did not take it, in its own words, or could not be reached.
        """

    async def sync_base(self, *, by: str = "lead") -> str:
        """Bring in what the remote branch has and base has not, as a plain fast-forward.

        Raises:
            Conflict: base has commits of its own as well; says how to bring them together.
            GitError: the remote could not be looked at, or base's checkout is dirty.
        """
