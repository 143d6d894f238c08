"""The core's verbs of reading and judging; see `ReviewDoor` for what each promises."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.core import judging
from wuhu_tui.core.project import Project
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotPossible
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
        """Judge `head`; requested changes go back to the session as a follow-up."""
        return await judging.judge(
            self._project, session, kind, head=head, note=note, findings=findings, by=by
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
