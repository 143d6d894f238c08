"""The fake core's past: what tests say it was, without any journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tests.tui.boards import NOW
from tests.tui.fake_reviews import FakeReviews
from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.detectors.detections import Detection, Thresholds
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.lookbacks import Accounting, Away, Timeline
from wuhu_tui.model.searches import SearchQuery, SearchResult


class FakeHistory(FakeReviews):
    """Implements `HistoryDoor`."""

    found = SearchResult()
    meanwhile = Away(since=NOW, until=NOW)
    states_then = Timeline(since=NOW, until=NOW)
    accounts = Accounting(since=NOW, until=NOW)
    detected: Sequence[Detection] = ()
    replayed: ReplayDoor | None = None

    async def replay(self) -> ReplayDoor:
        await self._note("replay", "")
        if self.replayed is None:
            raise NotPossible("this fake has no recording")
        return self.replayed

    async def search(self, query: SearchQuery) -> SearchResult:
        await self._note("search", query.words, query=query)
        return self.found

    async def away(self, *, since: datetime | None = None) -> Away:
        await self._note("away", "", since=since)
        return self.meanwhile

    async def timeline(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Timeline:
        await self._note("timeline", "")
        return self.states_then

    async def accounting(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Accounting:
        await self._note("accounting", "")
        return self.accounts

    async def detections(
        self, *, session: str = "", thresholds: Thresholds | None = None
    ) -> Sequence[Detection]:
        await self._note("detections", session, thresholds=thresholds)
        return self.detected

    async def note_look(self, *, since: datetime, until: datetime, by: str = "lead") -> None:
        await self._note("note_look", by, since=since, until=until)
