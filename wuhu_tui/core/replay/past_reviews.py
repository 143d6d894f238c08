"""Reviews as they lay before the lead at a moment: the same reading, over the commits of then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from wuhu_tui.core import comments, reading
from wuhu_tui.core.replay.ground import Ground, journals_of
from wuhu_tui.core.replay.past_objects import told
from wuhu_tui.core.replay.past_port import PastPort
from wuhu_tui.model.comments import Anchor, PlacedComment, Side
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.model.origins import Origin
from wuhu_tui.repo.diffs import structured_diff


class PastReviews:
    """A part of `ReplayCore`; see `ReviewDoor` for what each verb promises."""

    _ground: Ground

    async def diff(self, session: str) -> Diff:
        """Exactly `merge_base..head` of the review of the moment."""
        async with self._review(session) as port:
            review = reading.review_of(reading.view_of(port, session))
            return await structured_diff(port.repository.git, review.merge_base, review.head)

    async def diff_listing(
        self, session: str, *, since_look: bool = False, whitespace: bool = True
    ) -> Diff:
        """The files of that diff with their counts."""
        async with self._review(session, looked=since_look) as port:
            return await reading.diff_listing(
                port, session, since_look=since_look, whitespace=whitespace
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
        """The same with its lines, for these paths alone."""
        async with self._review(session, looked=since_look) as port:
            return await reading.diff_of(
                port,
                session,
                paths,
                since_look=since_look,
                whitespace=whitespace,
                context=context,
            )

    async def anchor_at(
        self, session: str, path: str, line: int, *, last: int = 0, side: Side = Side.NEW
    ) -> Anchor:
        """The anchor of lines of a file in the review of the moment."""
        async with self._review(session) as port:
            return await comments.anchor_in_review(port, session, path, line, last=last, side=side)

    async def place_comments(self, session: str) -> Sequence[PlacedComment]:
        """Every comment of then with its line in the work as it was then."""
        view = self._ground.view(session)
        async with told(session):
            port = await self._ground.port(session)
            if view.review is not None and view.comments:
                heads = {one.head for one in view.comments}
                await self._ground.objects.need(view.review.head, *heads, where=session)
            return await comments.place_comments(port, session)

    async def hunk_origin(self, session: str, path: str, line: int) -> Origin:
        """Which turn and tool call wrote a line, by what the journals told until then."""
        from wuhu_tui.core.origins import hunk_origin

        journals = journals_of(self._ground.still)
        async with self._review(session) as port:
            return await hunk_origin(port, session, path, line, walk=journals.walk)

    async def evidence(self, session: str) -> Evidence:
        """What spoke for or against the work then."""
        from wuhu_tui.core.review_evidence import review_evidence

        journals = journals_of(self._ground.still)
        async with told(session):
            port = await self._ground.port(session)
            return await review_evidence(port, session, scan=journals.scan)

    @asynccontextmanager
    async def _review(self, session: str, *, looked: bool = False) -> AsyncIterator[PastPort]:
        """The core of the moment, if the commits of the session's review are there."""
        view = self._ground.view(session)
        review = reading.review_of(view)
        names = [review.merge_base, review.head]
        if looked and view.looked:
            names += [view.looked.merge_base, view.looked.head]
        async with told(session):
            port = await self._ground.port(session)
            await self._ground.objects.need(*names, where=session)
            yield port
