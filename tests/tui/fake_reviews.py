"""The part of the fake core that is about reading and judging: it shows what tests gave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from tests.tui.boards import NOW
from tests.tui.fake_state import FakeState
from wuhu_tui.model.anchors import anchor_at as anchor_in
from wuhu_tui.model.comments import (
    Anchor,
    Comment,
    CommentKind,
    CommentState,
    Look,
    PlacedComment,
    Side,
)
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.evidence import Evidence, evidence_of
from wuhu_tui.model.origins import Origin, OriginKind
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.reviews import Finding, Judge, Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


class FakeReviews(FakeState):
    """Implements `ReviewDoor`."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.since: dict[str, Diff] = {}
        """What changed since the last look, by session; else all of it."""
        self.stale: set[str] = set()
        """Comments whose lines are gone."""
        self.origins: dict[str, Origin] = {}
        self.proofs: dict[str, Evidence] = {}

    def _review(self, session: str) -> Review | None:
        return self._board.sessions[session].review

    async def open_review(self, session: str) -> None:
        await self._note("open_review", session)

    async def diff(self, session: str) -> Diff:
        await self._note("diff", session)
        return self._whole(session)

    def _whole(self, session: str, *, since_look: bool = False) -> Diff:
        review = self._review(session)
        if since_look and session in self.since:
            return self.since[session]
        base, head = (review.merge_base, review.head) if review else ("", "")
        return self.diffs.get(session, Diff(base=base, head=head))

    async def diff_listing(
        self, session: str, *, since_look: bool = False, whitespace: bool = True
    ) -> Diff:
        await self._note("diff_listing", session, since_look=since_look, whitespace=whitespace)
        whole = self._whole(session, since_look=since_look)
        return replace(whole, files=tuple(replace(file, hunks=()) for file in whole.files))

    async def diff_of(
        self,
        session: str,
        paths: Sequence[str],
        *,
        since_look: bool = False,
        whitespace: bool = True,
        context: int = 3,
    ) -> Diff:
        wanted = tuple(paths)
        await self._note("diff_of", session, paths=wanted, whitespace=whitespace, context=context)
        whole = self._whole(session, since_look=since_look)
        return replace(whole, files=tuple(file for file in whole.files if file.path in wanted))

    async def record_look(self, session: str, *, head: str, by: str = "lead") -> None:
        await self._note("record_look", session, head=head)
        look = Look(head=head, merge_base="3f2c1d" + "0" * 34, at=NOW)
        await self.change(session, looked=look)

    async def mark_hunks(
        self,
        session: str,
        *,
        viewed: Sequence[str] = (),
        unviewed: Sequence[str] = (),
        by: str = "lead",
    ) -> None:
        await self._note("mark_hunks", session, viewed=tuple(viewed), unviewed=tuple(unviewed))
        known = self._board.sessions[session].viewed
        await self.change(session, viewed=(known | frozenset(viewed)) - frozenset(unviewed))

    async def anchor_at(
        self, session: str, path: str, line: int, *, last: int = 0, side: Side = Side.NEW
    ) -> Anchor:
        await self._note("anchor_at", session, path=path, line=line)
        return anchor_in(path, [f"line {number}" for number in range(line + 5)], line, last)

    async def comment(
        self,
        session: str,
        anchor: Anchor,
        text: str,
        *,
        kind: CommentKind = CommentKind.REMARK,
        head: str = "",
        by: str = "lead",
    ) -> Comment:
        await self._note("comment", session, anchor=anchor, text=text, kind=kind, head=head)
        known = self._board.sessions[session].comments
        made = Comment(
            id=f"c{len(known) + 1}", anchor=anchor, text=text, head=head, by=by, kind=kind, at=NOW
        )
        await self.change(session, comments=(*known, made))
        return made

    async def _change_comment(self, session: str, comment: str, **changes: Any) -> None:
        known = self._board.sessions[session].comments
        made = tuple(replace(one, **changes) if one.id == comment else one for one in known)
        await self.change(session, comments=made)

    async def edit_comment(self, session: str, comment: str, text: str) -> None:
        await self._note("edit_comment", session, comment=comment, text=text)
        await self._change_comment(session, comment, text=text)

    async def drop_comment(self, session: str, comment: str) -> None:
        await self._note("drop_comment", session, comment=comment)
        known = self._board.sessions[session].comments
        await self.change(session, comments=tuple(one for one in known if one.id != comment))

    async def send_comments(self, session: str, *, note: str = "", by: str = "lead") -> str:
        await self._note("send_comments", session, note=note)
        for one in self._board.sessions[session].comments:
            if one.state is CommentState.DRAFT:
                await self._change_comment(session, one.id, state=CommentState.SENT, letter="l1")
        return "l1"

    async def resolve_comment(
        self, session: str, comment: str, *, again: bool = False, by: str = "lead"
    ) -> None:
        await self._note("resolve_comment", session, comment=comment, again=again)
        state = CommentState.SENT if again else CommentState.RESOLVED
        await self._change_comment(session, comment, state=state)

    async def place_comments(self, session: str) -> Sequence[PlacedComment]:
        await self._note("place_comments", session)
        view = self._board.sessions[session]
        return tuple(
            PlacedComment(
                comment=one,
                path=one.anchor.path,
                line=0 if one.id in self.stale else one.anchor.line,
                why="its lines were changed or removed" if one.id in self.stale else "",
                replies=tuple(reply for reply in view.replies if reply.comment == one.id),
            )
            for one in view.comments
        )

    async def hunk_origin(self, session: str, path: str, line: int) -> Origin:
        await self._note("hunk_origin", session, path=path, line=line)
        unknown = Origin(path=path, line=line, kind=OriginKind.UNKNOWN, why="nobody knows")
        return self.origins.get(session, unknown)

    async def evidence(self, session: str) -> Evidence:
        await self._note("evidence", session)
        if session in self.proofs:
            return self.proofs[session]
        view = self._board.sessions[session]
        paths = [file.path for file in self._whole(session).files]
        return evidence_of(view, paths, usage=view.usage)

    async def verdict(
        self,
        session: str,
        kind: VerdictKind,
        *,
        head: str,
        note: str = "",
        findings: Sequence[Finding] = (),
        criteria: Sequence[Criterion] = (),
        by: str = "lead",
    ) -> Verdict:
        await self._note(
            "verdict", session, kind=kind, head=head, note=note, findings=tuple(findings)
        )
        verdict = Verdict(kind=kind, head=head, by=by, at=NOW, note=note, findings=tuple(findings))
        state = {
            VerdictKind.APPROVED: SessionState.APPROVED,
            VerdictKind.CHANGES_REQUESTED: SessionState.CHANGES_REQUESTED,
        }.get(kind, SessionState.IN_REVIEW)
        review = self._review(session)
        if review is not None:
            await self.change(session, review=replace(review, verdict=verdict))
        await self.move(session, state, "verdict")
        return verdict

    async def assign_reviewer(
        self, session: str, *, judge: Judge = Judge.REVIEWER, agent: str = "", by: str = "lead"
    ) -> SessionSpec:
        await self._note("assign_reviewer", session, judge=judge, agent=agent)
        return replace(self._board.sessions[session].spec, id="shop-api-reviewer-01", title="judge")

    async def fix_session(self, session: str, *, note: str = "", by: str = "lead") -> SessionSpec:
        await self._note("fix_session", session, note=note)
        return replace(self._board.sessions[session].spec, id="shop-api-pr-fix-01", title="mender")

    async def deliver_fix(self, session: str, *, by: str = "lead") -> str:
        await self._note("deliver_fix", session)
        return "f1" * 20
