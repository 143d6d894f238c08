"""What was: while the lead was away, who was in which state, who waited for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import takewhile
from typing import Protocol, TypeVar

from wuhu_tui.core.journal_scan import scan, scan_on
from wuhu_tui.core.presence import looking_now
from wuhu_tui.core.trail_reading import TrailReader, journaled, names_of
from wuhu_tui.journal.index import seek
from wuhu_tui.journal.layout import ProjectFolder, SessionFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model import accounting as accounts
from wuhu_tui.model import away as meanwhile
from wuhu_tui.model import timeline as timelines
from wuhu_tui.model.board import Board
from wuhu_tui.model.events import QuestionAsked
from wuhu_tui.model.history_events import LeadLooked
from wuhu_tui.model.lookbacks import Accounting, Away, Timeline
from wuhu_tui.model.questions import Question
from wuhu_tui.model.recorded_times import Happened, in_order
from wuhu_tui.model.records import Record
from wuhu_tui.model.trails import Trails

T = TypeVar("T")


class Journaled(Protocol):
    """A project, live or in a replay, as far as looking back needs it."""

    trails: TrailReader | None

    @property
    def folder(self) -> ProjectFolder:
        """The project's files."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time: nothing later is told."""

    async def catch_up(self) -> Board:
        """The board at that time."""


_NEWS = names_of(meanwhile.AWAY_EVENTS)
_LOOKS = names_of((LeadLooked,))
_ASKED = names_of((QuestionAsked,))


async def away(project: Journaled, *, since: datetime | None = None) -> Away:
    """What happened since then; None: since the lead last looked.

    Where nothing tells when that was, there is nothing to tell, and both times are the same.
    """
    until = project.clock()
    begin = since or await asyncio.to_thread(last_look, project.folder) or until
    begin = min(begin, until)
    happened = await asyncio.to_thread(_happened, project.folder, begin, until)
    asked = await asyncio.to_thread(_asked_before, project.folder, happened)
    board = await project.catch_up()
    return await asyncio.to_thread(
        meanwhile.away, happened, board, since=begin, until=until, questions=asked
    )


async def timeline(
    project: Journaled, *, since: datetime | None = None, until: datetime | None = None
) -> Timeline:
    """Who was in which state when."""
    end = _reached(project, until)

    def of(trails: Trails) -> Timeline:
        here = [(one.since, one.until) for one in looking_now(project.folder)]
        return timelines.timeline(trails, end, since=since, present=here)

    return await _from_trails(project, of, until)


async def accounting(
    project: Journaled, *, since: datetime | None = None, until: datetime | None = None
) -> Accounting:
    """Who waited for whom how long, and what merged work cost."""
    end = _reached(project, until)

    def of(trails: Trails) -> Accounting:
        return accounts.accounting(trails, end, since=since)

    return await _from_trails(project, of, until)


def _reached(project: Journaled, until: datetime | None) -> datetime:
    """Up to when it is told: nobody waited for what is left of today."""
    at = project.clock()
    return min(until, at) if until else at


async def _from_trails(
    project: Journaled, look: Callable[[Trails], T], until: datetime | None
) -> T:
    if project.trails is None:
        project.trails = TrailReader(project.folder)
    return await asyncio.to_thread(project.trails.look, look, until)


def last_look(folder: ProjectFolder) -> datetime | None:
    """When the lead was last at a dashboard, this process's own left out; None: nothing tells."""
    told = [record.event.until for record in scan(folder.journal, "", _LOOKS).records]
    told += [presence.until for presence in looking_now(folder, others=True)]
    return max(told, default=None)


def _happened(folder: ProjectFolder, since: datetime, until: datetime) -> list[Happened]:
    """All that may be news: a little older than was asked for, and nothing later."""
    project = read_from(folder.journal, "", seek(folder.journal, since)).records
    journals: dict[str, tuple[Record, ...]] = {"": project}
    for session in journaled(folder):
        if _written_after(session, since):
            start = seek(session.journal, since)
            journals[session.name], _ = scan_on(session.journal, session.name, _NEWS, start)
    return list(takewhile(lambda one: one.at <= until, in_order(journals)))


def _written_after(session: SessionFolder, since: datetime) -> bool:
    """Whether anything was written into a journal since; the file's own time is enough to say no."""
    try:
        return session.journal.stat().st_mtime >= since.timestamp() - _SLACK
    except FileNotFoundError:
        return False


_SLACK = 120.0
"""Seconds by which clocks of files and of records may differ."""


def _asked_before(
    folder: ProjectFolder, happened: Iterable[Happened]
) -> dict[tuple[str, str], Question]:
    """The questions of answers that were given later: an answer alone says little."""
    found: dict[tuple[str, str], Question] = {}
    for name in meanwhile.unknown_questions(happened):
        for record in scan(folder.session(name).journal, name, _ASKED).records:
            question = record.event.question
            found[name, question.id] = question
    return found
