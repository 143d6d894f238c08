"""The part of the door that is about bringing approved work onto base, and what collides."""

from __future__ import annotations

from typing import Protocol

from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.remotes import RemoteState


class MergeDoor(Protocol):
    """Everything a front end can ask about merges, their queue and collisions."""

    async def merge(self, session: str, *, by: str = "lead") -> Merge:
        """Queue an approved session and wait until its merge has ended; returns how.

        The queue is worked here meanwhile if nobody else works it.

        Raises:
            NotPossible: it is not approved, or a check is not green.
            Conflict: it is merged already, not the newest commit, or was taken out of the queue.
        """

    async def queue_merge(self, session: str, *, by: str = "lead") -> QueuedMerge:
        """Put an approved session into the merge queue; one that is in it stays where it is.

        Raises:
            NotPossible: it is not approved, or a check is not green.
            Conflict: it is merged already, or the approved commit is not the newest any more.
        """

    async def hold_merge(self, session: str, *, note: str = "", by: str = "lead") -> None:
        """Keep a queued merge in its place until it is released.

        Raises:
            NotPossible: it is not queued.
            Conflict: its merge runs already.
        """

    async def release_merge(self, session: str, *, by: str = "lead") -> None:
        """Let a queued merge go on that somebody holds.

        Raises:
            NotPossible: it is not queued.
        """

    async def place_merge(self, session: str, *, before: str = "", by: str = "lead") -> None:
        """Move a queued merge ahead of another (empty: behind them all); what it needs goes first.

        Raises:
            NotPossible: one of them is not queued.
            Conflict: its merge runs already.
        """

    async def drop_merge(self, session: str, *, reason: str = "", by: str = "lead") -> None:
        """Take a merge out of the queue; one that is still being proven does not land.

        Raises:
            NotPossible: it is not queued.
            Conflict: it is proven and lands just now.
        """

    async def pause_queue(self, *, note: str = "", by: str = "lead") -> None:
        """Begin no merge until the queue is resumed; one that runs goes on."""

    async def resume_queue(self, *, by: str = "lead") -> None:
        """Begin merges again."""

    async def undo_merge(self, session: str, *, by: str = "lead") -> None:
        """Take a landed merge back: move the ref if nothing landed since, else revert."""

    async def merge_outlook(self, session: str) -> MergeOutlook:
        """What would land if it were merged now, how and with which message, and what blocks it.

        Raises:
            NotPossible: it has no commit that could be merged.
        """

    async def conflict_brief(self, session: str) -> str:
        """What collides with base: each file with both diffs, and what each side meant by it.

        Raises:
            NotPossible: nothing collides.
        """

    async def begin_settling(self, session: str, *, by: str = "lead") -> str:
        """Lay its conflict with base out in a worktree of its own; returns that folder.

        One that was begun before is gone on with, as it lies there.

        Raises:
            NotPossible: nobody approved it, or nothing collides.
        """

    async def settle_conflict(self, session: str, *, by: str = "lead") -> None:
        """Take what lies there as the resolution: it stands approved again, queued to land.

        Raises:
            NotPossible: nothing was begun, or something is not settled yet; names file and line.
            Conflict: its branch or base's history moved, so that it settles nothing any more.
        """

    async def leave_settling(self, session: str, *, by: str = "lead") -> None:
        """Throw away what was settled by hand, half or whole; the conflict is as it was."""

    async def look_around(self) -> bool:
        """Let the radar look now at whatever changed; False: it is off, or another process's."""

    async def tell_collision(
        self, first: str, second: str, *, again: bool = False, by: str = "lead"
    ) -> None:
        """Tell both sides of a collision of it, or the one session where `second` is empty: base.

        Raises:
            NotFound: they do not collide as last looked at.
            NotPossible: both know it as it stands, and not `again`; or one is closed.
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
