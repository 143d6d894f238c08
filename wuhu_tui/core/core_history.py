"""The core's verbs of looking back; see `HistoryDoor` for what each promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from wuhu_tui.core.project import Project
from wuhu_tui.model.detectors.detections import Detection, Thresholds
from wuhu_tui.model.history_events import LeadLooked
from wuhu_tui.model.lookbacks import Accounting, Away, Timeline
from wuhu_tui.model.searches import SearchQuery, SearchResult

if TYPE_CHECKING:
    from wuhu_tui.core.door_replay import ReplayDoor


class HistoryVerbs:
    """Implements `HistoryDoor`."""

    _project: Project

    async def replay(self) -> ReplayDoor:
        """The project's own journals as a recording."""
        from wuhu_tui.core.replay.replay_core import ReplayCore

        return await ReplayCore.open(self._project.folder.root)

    async def search(self, query: SearchQuery) -> SearchResult:
        """Find words in everything sessions wrote."""
        from wuhu_tui.core.search.searching import search

        return await search(self._project, query)

    async def away(self, *, since: datetime | None = None) -> Away:
        """What happened since then."""
        from wuhu_tui.core.looking_back import away

        return await away(self._project, since=since)

    async def timeline(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Timeline:
        """Who was in which state when."""
        from wuhu_tui.core.looking_back import timeline

        return await timeline(self._project, since=since, until=until)

    async def accounting(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Accounting:
        """Who waited for whom how long, and what merged work cost."""
        from wuhu_tui.core.looking_back import accounting

        return await accounting(self._project, since=since, until=until)

    async def detections(
        self, *, session: str = "", thresholds: Thresholds | None = None
    ) -> Sequence[Detection]:
        """What the detectors find in the journals."""
        from wuhu_tui.core.detecting import detections

        return await detections(self._project, session=session, thresholds=thresholds)

    async def note_look(self, *, since: datetime, until: datetime, by: str = "lead") -> None:
        """Write down that the lead was at the dashboard."""
        await self._project.append(LeadLooked(since=since, until=until, by=by))
