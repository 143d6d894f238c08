"""The part of the door that is about reading and judging what a session committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from wuhu_tui.model.diff import Diff
from wuhu_tui.model.reviews import Finding, Verdict, VerdictKind


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
