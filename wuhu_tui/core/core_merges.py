"""The core's verbs of merging; see `MergeDoor` for what each promises."""

from __future__ import annotations

from wuhu_tui.core.project import Project
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merge_queue import QueuedMerge
from wuhu_tui.model.merges import Merge
from wuhu_tui.model.remotes import RemoteState


class MergeVerbs:
    """Implements `MergeDoor`."""

    _project: Project

    async def merge(self, session: str, *, by: str = "lead") -> Merge:
        """Queue an approved session and wait until its merge has ended; returns how."""
        from wuhu_tui.core.queue_wait import merge

        await self._project.reload()
        return await merge(self._project, session, by=by)

    async def queue_merge(self, session: str, *, by: str = "lead") -> QueuedMerge:
        """Put an approved session into the merge queue."""
        from wuhu_tui.core.queue import queue_merge

        await self._project.reload()
        return await queue_merge(self._project, self._project.view(session), by=by)

    async def hold_merge(self, session: str, *, note: str = "", by: str = "lead") -> None:
        """Keep a queued merge in its place."""
        from wuhu_tui.core.queue import hold_merge

        await hold_merge(self._project, self._project.view(session).id, note=note, by=by)

    async def release_merge(self, session: str, *, by: str = "lead") -> None:
        """Let a queued merge go on that somebody holds."""
        from wuhu_tui.core.queue import release_merge

        await release_merge(self._project, self._project.view(session).id, by=by)

    async def place_merge(self, session: str, *, before: str = "", by: str = "lead") -> None:
        """Move a queued merge ahead of another, or behind them all."""
        from wuhu_tui.core.queue import place_merge

        ahead_of = self._project.view(before).id if before else ""
        name = self._project.view(session).id
        await place_merge(self._project, name, before=ahead_of, by=by)

    async def drop_merge(self, session: str, *, reason: str = "", by: str = "lead") -> None:
        """Take a merge out of the queue."""
        from wuhu_tui.core.queue import drop_merge

        await drop_merge(self._project, self._project.view(session).id, reason=reason, by=by)

    async def pause_queue(self, *, note: str = "", by: str = "lead") -> None:
        """Begin no merge until the queue is resumed."""
        from wuhu_tui.core.queue import pause_queue

        await pause_queue(self._project, note=note, by=by)

    async def resume_queue(self, *, by: str = "lead") -> None:
        """Begin merges again."""
        from wuhu_tui.core.queue import resume_queue

        await resume_queue(self._project, by=by)

    async def undo_merge(self, session: str, *, by: str = "lead") -> None:
        """Take a landed merge back."""
        from wuhu_tui.core.undo import undo_merge

        await undo_merge(self._project, self._project.view(session), by=by)

    async def merge_outlook(self, session: str) -> MergeOutlook:
        """What would land if it were merged now."""
        from wuhu_tui.core.outlook import merge_outlook

        await self._project.reload()
        return await merge_outlook(self._project, self._project.view(session))

    async def conflict_brief(self, session: str) -> str:
        """What collides with base, with both diffs."""
        from wuhu_tui.core.conflict_brief import conflict_brief

        return await conflict_brief(self._project, self._project.view(session))

    async def begin_settling(self, session: str, *, by: str = "lead") -> str:
        """Lay its conflict with base out in a worktree of its own."""
        from wuhu_tui.core.settling import begin_settling

        await self._project.reload()
        return await begin_settling(self._project, self._project.view(session), by=by)

    async def settle_conflict(self, session: str, *, by: str = "lead") -> None:
        """Take what lies there as the resolution."""
        from wuhu_tui.core.queue import queue_merge
        from wuhu_tui.core.settling import settle_conflict

        await self._project.reload()
        await settle_conflict(self._project, self._project.view(session), by=by)
        await queue_merge(self._project, self._project.view(session), by=by)

    async def leave_settling(self, session: str, *, by: str = "lead") -> None:
        """Throw away what was settled by hand."""
        from wuhu_tui.core.settling import leave_settling

        await leave_settling(self._project, self._project.view(session), by=by)

    async def tell_collision(
        self, first: str, second: str, *, again: bool = False, by: str = "lead"
    ) -> None:
        """Tell both sides of a collision of it."""
        from wuhu_tui.core.collision_letters import tell_collision

        await tell_collision(self._project, first, second, again=again, by=by)

    async def remote_state(self, *, look: bool = False) -> RemoteState:
        """Base beside its remote branch."""
        from wuhu_tui.core.remotes import look_at_remote, remote_state

        await self._project.reload()
        return await (look_at_remote if look else remote_state)(self._project)

    async def push_base(self, *, by: str = "lead") -> str:
        """Push base as it is."""
        from wuhu_tui.core.remotes import push_base

        await self._project.reload()
        return await push_base(self._project, by=by)

    async def sync_base(self, *, by: str = "lead") -> str:
        """Bring in what the remote branch has and base has not."""
        from wuhu_tui.core.remotes import sync_base

        await self._project.reload()
        return await sync_base(self._project, by=by)
