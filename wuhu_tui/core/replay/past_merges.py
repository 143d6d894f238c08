"""Merges, conflicts and base's remote as they stood at a moment, by journals and commits alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace as with_fields

from msgspec.structs import replace

from wuhu_tui.core.replay.ground import Ground
from wuhu_tui.core.replay.past_objects import told
from wuhu_tui.core.replay.past_port import PastPort
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.base_then import base_tip
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.merge_outlook import MergeOutlook
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.rescues import RESCUE_REFS, Rescue
from wuhu_tui.repo.diffs import structured_diff

NOT_ASKED = "nobody had looked at the remote by then"


class PastMerges:
    """A part of `ReplayCore`; see `MergeDoor` and `CoreDoor` for what each verb promises."""

    _ground: Ground

    async def merge_outlook(self, session: str) -> MergeOutlook:
        """What would have landed, by where base stood as far as the journals tell."""
        from wuhu_tui.core.outlook import merge_outlook

        async with self._branches(session) as (port, view):
            return await merge_outlook(port, view)

    async def conflict_brief(self, session: str) -> str:
        """What collided with base then."""
        from wuhu_tui.core.conflict_brief import conflict_brief

        async with self._branches(session) as (port, view):
            return await conflict_brief(port, view)

    async def remote_state(self, *, look: bool = False) -> RemoteState:
        """Base beside its remote branch as last looked at by then."""
        known = self._ground.board.remote
        base = self._ground.board.project.base_branch
        return known or RemoteState(name="origin", base=base, trouble=NOT_ASKED)

    async def look_around(self) -> bool:
        """No radar looks at what is over."""
        return False

    async def rescues(self) -> Sequence[Rescue]:
        """What lay in the trash then, newest first."""
        kept = self._ground.board.rescues.values()
        return tuple(sorted(kept, key=lambda one: one.at, reverse=True))

    async def rescue_diff(self, ref: str) -> Diff:
        """What a rescue held beyond the commit its worktree stood on."""
        rescue = _found(await self.rescues(), ref)
        async with told(rescue.ref):
            await self._ground.objects.need(rescue.head, rescue.commit, where=rescue.ref)
            git = (await self._ground.objects.repository()).git
            return await structured_diff(git, rescue.head, rescue.commit)

    @asynccontextmanager
    async def _branches(self, session: str) -> AsyncIterator[tuple[PastPort, SessionView]]:
        """The core of the moment, with base and the session's branch where they stood."""
        port = await self._ground.port(session)
        view = _without_place(self._ground.view(session))
        port = _with_view(port, view)
        base = base_of(port, view)
        tips = {base: base_tip(port.board, base), view.spec.branch: _head(view)}
        if not tips[base]:
            raise NotPossible(
                f"no journal tells where {base} stood at this moment",
                where=session,
                remedy="go to a later moment: merges and looks at base tell it",
            )
        async with told(session):
            await self._ground.objects.need(*tips.values(), where=session)
            async with self._ground.objects.branches(tips):
                yield port, view


def _head(view: SessionView) -> str:
    """The newest commit of the session's branch that is told."""
    return view.head or (view.review.head if view.review else "") or view.spec.base_commit


def _without_place(view: SessionView) -> SessionView:
    """The session without its worktree: what lies there now was not there then."""
    return replace(view, spec=replace(view.spec, worktree=""))


def _with_view(port: PastPort, view: SessionView) -> PastPort:
    """The same with this view of its session."""
    sessions = {**port.board.sessions, view.id: view}
    board: Board = replace(port.board, sessions=sessions)
    return with_fields(port, board=board)


def _found(rescues: Sequence[Rescue], ref: str) -> Rescue:
    """The rescue of this ref, the only one of which it is a part, or the newest of a session."""
    mine = [one for one in rescues if one.session == ref]
    exact = [one for one in rescues if one.ref in (ref, RESCUE_REFS + ref)]
    part = [one for one in rescues if ref and ref in one.ref.removeprefix(RESCUE_REFS)]
    for found in (exact, mine[:1], part):
        if len(found) == 1:
            return found[0]
    raise NotFound(f"there was no rescue {ref} at this moment", remedy="say the whole ref")
