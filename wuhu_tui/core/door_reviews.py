"""The part of the door that is about reading and judging what a session committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from wuhu_tui.model.diff import Diff
from wuhu_tui.model.reviews import Finding, Judge, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec


class ReviewDoor(Protocol):
    """Everything a front end can ask about reviews."""

    async def open_review(self, session: str) -> None:
        """Put a session's commits before the lead although it did not report `done`."""

    async def diff(self, session: str) -> Diff:
        """Exactly `merge_base..head` of the session's review, structured."""

    async def verdict(
        self,
        session: str,
        kind: VerdictKind,
        *,
        head: str,
        note: str = "",
        findings: Sequence[Finding] = (),
        by: str = "lead",
    ) -> Verdict:
        """Judge `head`; requested changes go back to the session as a follow-up.

        Raises:
            Conflict: `head` is not the newest commit any more.
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
