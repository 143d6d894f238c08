"""The core's verbs of reading and judging; see `ReviewDoor` for what each promises."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core import comments, judging, looks, reading
from wuhu_tui.core.project import Project
from wuhu_tui.model.comments import Anchor, Comment, CommentKind, PlacedComment, Side
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.model.origins import Origin
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.reviews import Finding, Judge, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec


class ReviewVerbs:
    """Implements `ReviewDoor`."""

    _project: Project

    async def open_review(self, session: str) -> None:
        """Put a session's commits before the lead although it did not report `done`."""
        from wuhu_tui.core.reviews import open_review

        await self._project.reload()
        if await open_review(self._project, self._project.view(session)) is None:
            raise NotPossible(
                "it has no commits that its base branch has not",
                where=session,
                remedy="wait until it has committed something",
            )

    async def diff(self, session: str) -> Diff:
        """Exactly `merge_base..head` of the session's review, structured."""
        return await judging.diff(self._project, session)

    async def diff_listing(
        self, session: str, *, since_look: bool = False, whitespace: bool = True
    ) -> Diff:
        """The files of that diff with their counts, without their lines."""
        return await reading.diff_listing(
            self._project, session, since_look=since_look, whitespace=whitespace
        )

    async def diff_of(
        self,
        session: str,
        paths: Sequence[str],
        *,
        since_look: bool = False,
        whitespace: bool = True,
        context: int = 3,
    ) -> Diff:
        """The same with its lines, for the listed files of these paths alone."""
        return await reading.diff_of(
            self._project,
            session,
            paths,
            since_look=since_look,
            whitespace=whitespace,
            context=context,
        )

    async def record_look(self, session: str, *, head: str, by: str = "lead") -> None:
        """Write down that the lead has seen the session's work as it stands at `head`."""
        await looks.record_look(self._project, session, head=head, by=by)

    async def mark_hunks(
        self,
        session: str,
        *,
        viewed: Sequence[str] = (),
        unviewed: Sequence[str] = (),
        by: str = "lead",
    ) -> None:
        """Mark hunks as viewed or not, by their digests."""
        await looks.mark_hunks(self._project, session, viewed=viewed, unviewed=unviewed, by=by)

    async def anchor_at(
        self, session: str, path: str, line: int, *, last: int = 0, side: Side = Side.NEW
    ) -> Anchor:
        """The anchor of lines of a file in the open review."""
        return await comments.anchor_in_review(
            self._project, session, path, line, last=last, side=side
        )

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
        """Say something to lines of the diff: a draft, until `send_comments`."""
        return await comments.make_comment(
            self._project, session, anchor, text, kind=kind, head=head, by=by
        )

    async def edit_comment(self, session: str, comment: str, text: str) -> None:
        """Change the words of a draft."""
        await comments.edit_comment(self._project, session, comment, text)

    async def drop_comment(self, session: str, comment: str) -> None:
        """Give a draft up."""
        await comments.drop_comment(self._project, session, comment)

    async def send_comments(self, session: str, *, note: str = "", by: str = "lead") -> str:
        """Send all drafts as one message in the follow-up lane; returns the letter's id."""
        return await comments.send_comments(self._project, session, note=note, by=by)

    async def resolve_comment(
        self, session: str, comment: str, *, again: bool = False, by: str = "lead"
    ) -> None:
        """Say that what a comment wanted is settled; `again`: that it is not after all."""
        await comments.resolve_comment(self._project, session, comment, again=again, by=by)

    async def place_comments(self, session: str) -> Sequence[PlacedComment]:
        """Every comment with its line in the work as it is now, and its replies."""
        return await comments.place_comments(self._project, session)

    async def hunk_origin(self, session: str, path: str, line: int) -> Origin:
        """Which turn and tool call wrote a line of the work under review; says how surely."""
        from wuhu_tui.core.origins import hunk_origin

        return await hunk_origin(self._project, session, path, line)

    async def evidence(self, session: str) -> Evidence:
        """What speaks for or against the work beside its diff."""
        from wuhu_tui.core.review_evidence import review_evidence

        return await review_evidence(self._project, session)

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
        """Judge `head`; requested changes go back to the session as a follow-up."""
        return await judging.judge(
            self._project,
            session,
            kind,
            head=head,
            note=note,
            findings=findings,
            criteria=criteria,
            by=by,
        )

    async def assign_reviewer(
        self, session: str, *, judge: Judge = Judge.REVIEWER, agent: str = "", by: str = "lead"
    ) -> SessionSpec:
        """Make and start a session that judges exactly the commit under review."""
        from wuhu_tui.core.judges import assign_reviewer

        return await assign_reviewer(self._project, session, judge=judge, agent=agent, by=by)

    async def fix_session(self, session: str, *, note: str = "", by: str = "lead") -> SessionSpec:
        """Make and start a session that fixes what a review or a merge found in another's work."""
        from wuhu_tui.core.fixes import fix_session

        return await fix_session(self._project, session, note=note, by=by)

    async def deliver_fix(self, session: str, *, by: str = "lead") -> str:
        """Put what a pr-fix session committed onto the branch it fixes; the new head."""
        from wuhu_tui.core.fixes_delivery import deliver_fix

        return await deliver_fix(self._project, session, by=by)
