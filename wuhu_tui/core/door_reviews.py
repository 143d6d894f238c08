"""The part of the door that is about reading and judging what a session committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from wuhu_tui.model.comments import Anchor, Comment, CommentKind, PlacedComment, Side
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.model.origins import Origin
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.reviews import Finding, Judge, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec


class ReviewDoor(Protocol):
    """Everything a front end can ask about reviews."""

    async def open_review(self, session: str) -> None:
        """Put a session's commits before the lead although it did not report `done`."""

    async def diff(self, session: str) -> Diff:
        """Exactly `merge_base..head` of the session's review, structured."""

    async def diff_listing(
        self, session: str, *, since_look: bool = False, whitespace: bool = True
    ) -> Diff:
        """The files of that diff with their counts, without their lines: quick however large it is.

        `since_look`: only what changed since the lead's last look, by content, across rebases; all
        of it where there was none, which the diff's `since` and `note` tell. Without `whitespace`,
        changes of white space alone do not count; a file that has no others is still listed.
        """

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

    async def record_look(self, session: str, *, head: str, by: str = "lead") -> None:
        """Write down that the lead has seen the session's work as it stands at `head`.

        Giving a verdict as the lead is a look as well.

        Raises:
            Conflict: `head` is not what is under review.
        """

    async def mark_hunks(
        self,
        session: str,
        *,
        viewed: Sequence[str] = (),
        unviewed: Sequence[str] = (),
        by: str = "lead",
    ) -> None:
        """Mark hunks as viewed or not, by their digests (`model/hunk_digest.py`: `digests`)."""

    async def anchor_at(
        self, session: str, path: str, line: int, *, last: int = 0, side: Side = Side.NEW
    ) -> Anchor:
        """The anchor of lines of a file as it is proposed (`OLD`: as it was) in the open review.

        Raises:
            NotFound: there is no such file.
            UsageError: it has no such line, or no lines at all.
        """

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
        """Say something to lines of the diff: a draft, until `send_comments`.

        `head` is the commit it is said of; empty: the one under review.
        """

    async def edit_comment(self, session: str, comment: str, text: str) -> None:
        """Change the words of a draft.

        Raises:
            NotPossible: it was sent already.
        """

    async def drop_comment(self, session: str, comment: str) -> None:
        """Give a draft up.

        Raises:
            NotPossible: it was sent already; it can be resolved.
        """

    async def send_comments(self, session: str, *, note: str = "", by: str = "lead") -> str:
        """Send all drafts as one message in the follow-up lane; returns the letter's id.

        Raises:
            NotPossible: there are no drafts.
        """

    async def resolve_comment(
        self, session: str, comment: str, *, again: bool = False, by: str = "lead"
    ) -> None:
        """Say that what a comment wanted is settled; `again`: that it is not after all."""

    async def place_comments(self, session: str) -> Sequence[PlacedComment]:
        """Every comment with its line in the work as it is now, found by content, and its replies."""

    async def hunk_origin(self, session: str, path: str, line: int) -> Origin:
        """Which turn and tool call wrote a line of the work under review; says how surely."""

    async def evidence(self, session: str) -> Evidence:
        """What speaks for or against the work: checks, criteria, scope, findings, questions, cost."""

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
        """Judge `head`; requested changes go back to the session as a follow-up.

        An approval of anybody but the lead answers every acceptance criterion.

        Raises:
            Conflict: `head` is not the newest commit any more.
            NotPossible: a gate stands in the way of an approval.
        """

    async def assign_reviewer(
        self, session: str, *, judge: Judge = Judge.REVIEWER, agent: str = "", by: str = "lead"
    ) -> SessionSpec:
        """Make and start a session that judges exactly the commit under review, and writes nothing.

        One for each head and part: assigned again, it is the same session. `agent` empty: as the
        project says.

        Raises:
            NotPossible: there is nothing to judge.
        """

    async def fix_session(self, session: str, *, note: str = "", by: str = "lead") -> SessionSpec:
        """Make and start a session that fixes what a review or a merge found in another's work.

        It gets the findings, or both sides of the conflict, and works from that branch's head on a
        branch of its own; what it reports done goes onto the branch of the session it fixes.

        Raises:
            NotPossible: there is nothing to fix, or another session fixes it already.
        """

    async def deliver_fix(self, session: str, *, by: str = "lead") -> str:
        """Put what the pr-fix session `session` committed onto the branch it fixes; the new head.

        Raises:
            NotPossible: the fixed session works, or has uncommitted work in its place.
            Conflict: the branch moved on meanwhile.
        """
