"""What a fake core does about merges, their queue, base's remote and collisions."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.tui.boards import NOW
from tests.tui.fake_state import FakeState
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.merge_queue import MergeQueue, QueuedMerge
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.states import SessionState

SCRATCH = "/repo/.wuhu/scratch/settling"


class FakeMerging(FakeState):
    """The merge part of the door; `outlooks` and `briefs` are what a look finds."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.outlooks: dict[str, MergeOutlook] = {}
        self.briefs: dict[str, str] = {}

    async def merge(self, session: str, *, by: str = "lead") -> Merge:
        await self._note("merge", session)
        view = self._board.sessions[session]
        head = view.review.head if view.review else view.head
        merge = Merge(
            id="g1",
            head=head,
            base_branch="main",
            result="f00dfeed" * 5,
            outcome=MergeOutcome.MERGED,
        )
        await self.change(session, merge=merge)
        await self.move(session, SessionState.MERGED, "merged")
        return merge

    async def undo_merge(self, session: str, *, by: str = "lead") -> None:
        await self._note("undo_merge", session)
        await self.move(session, SessionState.APPROVED, "merge undone")

    # the queue

    async def _with_queue(self, **changes: Any) -> None:
        queue = replace(self._board.queue, **changes)
        await self.show(replace(self._board, queue=queue))

    async def _change_entry(self, session: str, **changes: Any) -> None:
        entries = tuple(
            replace(one, **changes) if one.session == session else one
            for one in self._board.queue.entries
        )
        await self._with_queue(entries=entries)

    async def queue_merge(self, session: str, *, by: str = "lead") -> QueuedMerge:
        await self._note("queue_merge", session)
        view = self._board.sessions[session]
        head = view.review.head if view.review else view.head
        entry = QueuedMerge(session=session, head=head, by=by, at=NOW)
        await self._with_queue(entries=(*self._board.queue.entries, entry))
        return entry

    async def hold_merge(self, session: str, *, note: str = "", by: str = "lead") -> None:
        await self._note("hold_merge", session, note=note)
        await self._change_entry(session, held_by=by, held_note=note)

    async def release_merge(self, session: str, *, by: str = "lead") -> None:
        await self._note("release_merge", session)
        await self._change_entry(session, held_by="", held_note="")

    async def place_merge(self, session: str, *, before: str = "", by: str = "lead") -> None:
        await self._note("place_merge", session, before=before)
        entries = self._board.queue.entries
        [moved] = [one for one in entries if one.session == session]
        others = [one for one in entries if one.session != session]
        names = [one.session for one in others]
        others.insert(names.index(before) if before in names else len(others), moved)
        await self._with_queue(entries=tuple(others))

    async def drop_merge(self, session: str, *, reason: str = "", by: str = "lead") -> None:
        await self._note("drop_merge", session, reason=reason)
        left = tuple(one for one in self._board.queue.entries if one.session != session)
        await self._with_queue(entries=left)

    async def pause_queue(self, *, note: str = "", by: str = "lead") -> None:
        await self._note("pause_queue", "", note=note)
        await self._with_queue(paused_by=by, paused_note=note, paused_at=NOW)

    async def resume_queue(self, *, by: str = "lead") -> None:
        await self._note("resume_queue", "")
        await self.show(replace(self._board, queue=MergeQueue(entries=self._board.queue.entries)))

    # conflicts

    async def merge_outlook(self, session: str) -> MergeOutlook:
        await self._note("merge_outlook", session)
        view = self._board.sessions[session]
        head = view.review.head if view.review else view.head
        plain = MergeOutlook(session=session, head=head, base_branch="main", base_tip="3f2c1d0" * 5)
        return self.outlooks.get(session, plain)

    async def conflict_brief(self, session: str) -> str:
        await self._note("conflict_brief", session)
        if session not in self.briefs:
            raise NotPossible("nothing collides", where=session)
        return self.briefs[session]

    async def _change_merge(self, session: str, **changes: Any) -> None:
        merge = self._board.sessions[session].merge
        if merge is not None:
            await self.change(session, merge=replace(merge, **changes))

    async def begin_settling(self, session: str, *, by: str = "lead") -> str:
        await self._note("begin_settling", session)
        await self._change_merge(session, settling=SCRATCH, settling_by=by)
        return SCRATCH

    async def settle_conflict(self, session: str, *, by: str = "lead") -> None:
        await self._note("settle_conflict", session)
        await self._change_merge(session, settling="", settling_by="", resolution="5e771ed" * 5)
        await self.move(session, SessionState.APPROVED, "settled")

    async def leave_settling(self, session: str, *, by: str = "lead") -> None:
        await self._note("leave_settling", session)
        await self._change_merge(session, settling="", settling_by="", resolution="")

    # collisions and base's remote

    async def look_around(self) -> bool:
        await self._note("look_around", "")
        return True

    async def tell_collision(
        self, first: str, second: str, *, again: bool = False, by: str = "lead"
    ) -> None:
        await self._note("tell_collision", first, second=second, again=again)
        collisions = {
            key: replace(one, told_at=NOW) if {one.first, one.second} == {first, second} else one
            for key, one in self._board.collisions.items()
        }
        await self.show(replace(self._board, collisions=collisions))

    async def remote_state(self, *, look: bool = False) -> RemoteState:
        await self._note("remote_state", "", look=look)
        return self._board.remote or RemoteState(name="origin", base="main")

    async def push_base(self, *, by: str = "lead") -> str:
        await self._note("push_base", "")
        return "origin/main stands at f00dfee now"

    async def sync_base(self, *, by: str = "lead") -> str:
        await self._note("sync_base", "")
        return "main has what origin/main has"
