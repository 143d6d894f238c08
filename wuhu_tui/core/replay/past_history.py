"""Looking back from within a replay: the same answers as live, up to the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from wuhu_tui.core.replay.ground import Ground, journals_of
from wuhu_tui.core.replay.still import Still
from wuhu_tui.core.trail_reading import TrailReader
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.model.board import Board
from wuhu_tui.model.detectors.detections import Detection, Thresholds
from wuhu_tui.model.lookbacks import Accounting, Away, Timeline
from wuhu_tui.model.marks import MarkKind, Moment
from wuhu_tui.model.searches import SearchHit, SearchQuery, SearchResult

LEADS_OWN = frozenset({MarkKind.ANSWER, MarkKind.STEER, MarkKind.VERDICT})
"""Marks behind which the lead stands, as a rule."""


@dataclass
class Then:
    """The project at a moment, as far as looking back needs it."""

    folder: ProjectFolder
    still: Still
    trails: TrailReader | None

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the moment's time."""
        return lambda: self.still.moment.at

    async def catch_up(self) -> Board:
        """The board of the moment."""
        return self.still.board


class PastHistory:
    """A part of `ReplayCore`; see `HistoryDoor` and `PlayDoor` for what each verb promises."""

    _ground: Ground
    _trails: TrailReader | None = None

    def _then(self) -> Then:
        self._trails = self._trails or TrailReader(self._ground.folder)
        return Then(self._ground.folder, self._ground.still, self._trails)

    def _shows(self, session: str) -> bool:
        """Whether the replay is of this session, or of all; empty: of the project itself."""
        wanted = self._ground.moving.sessions
        return not wanted or not session or session in wanted

    async def search(self, query: SearchQuery) -> SearchResult:
        """What stood in the journals by then; with `later`, what the whole recording has."""
        from wuhu_tui.core.search.searching import search_folder

        query = replace(query, sessions=query.sessions or tuple(self._ground.moving.sessions))
        if query.later:
            return await search_folder(self._ground.folder, query)
        still = self._ground.still
        until = min(query.until or still.moment.at, still.moment.at)
        found = await search_folder(self._ground.folder, replace(query, until=until))
        return replace(found, hits=tuple(hit for hit in found.hits if _is_told(hit, still)))

    async def away(self, *, since: datetime | None = None) -> Away:
        """What happened since then, up to the moment."""
        from wuhu_tui.core.looking_back import away

        then = self._then()
        begin = since or await self._looked(then.still) or then.clock()
        found = await away(then, since=begin)
        return replace(found, lines=tuple(one for one in found.lines if self._shows(one.session)))

    async def timeline(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Timeline:
        """Who was in which state when, up to the moment."""
        from wuhu_tui.core.looking_back import timeline

        then = self._then()
        found = await timeline(then, since=since, until=_earlier(until, then))
        return replace(found, rows=tuple(row for row in found.rows if self._shows(row.session)))

    async def accounting(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Accounting:
        """Who waited for whom how long, up to the moment."""
        from wuhu_tui.core.looking_back import accounting

        then = self._then()
        return await accounting(then, since=since, until=_earlier(until, then))

    async def detections(
        self, *, session: str = "", thresholds: Thresholds | None = None
    ) -> Sequence[Detection]:
        """What the detectors find in the journals up to the moment."""
        from wuhu_tui.core.detecting import detections

        found = await detections(self._then(), session=session, thresholds=thresholds)
        at = self._ground.still.moment.at
        return [one for one in found if one.at <= at and self._shows(one.session)]

    async def note_look(self, *, since: datetime, until: datetime, by: str = "lead") -> None:
        """Nothing: nobody looks at what is over."""

    async def when_looked(self) -> Moment | None:
        """Where the lead last looked, else last did something."""
        reel = self._ground.moving.reel
        looked = await self._looked(await reel.still(reel.last.index))
        if looked is not None:
            return await reel.at_time(looked)
        acts = [mark.moment for mark in reel.marks() if mark.kind in LEADS_OWN]
        return acts[-1] if acts else None

    async def _looked(self, still: Still) -> datetime | None:
        """When the lead left the dashboard last before a moment, by the project's journal."""
        journal = self._ground.folder.journal
        told = await asyncio.to_thread(journals_of(still).newest, journal, "", ("lead.looked",))
        untils = (record.event.until for record in told)
        return max((one for one in untils if one <= still.moment.at), default=None)


def _earlier(until: datetime | None, then: Then) -> datetime:
    at = then.still.moment.at
    return min(until, at) if until else at


def _is_told(hit: SearchHit, still: Still) -> bool:
    """Whether the journals had come as far as the hit."""
    return hit.cursor.seq <= still.seen.get(hit.session, 0)
