"""Reads, off the loop, the ends of journals in which the reasons for a session's state stand."""

from __future__ import annotations

import asyncio
from pathlib import Path

from wuhu_tui.core.project import Project
from wuhu_tui.core.provenance import Provenance, provenance
from wuhu_tui.journal.index import seek
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.budgets import limit_of
from wuhu_tui.model.records import Cursor, Record

TAIL = 128 << 10
"""Bytes at a journal's end that are read."""

RUN_UP = 40
"""Records before the one a state rests on that are read, where it lies further back."""

AROUND = 64 << 10
"""Bytes read there."""


async def look_why(project: Project, session: str) -> Provenance:
    """Why the session is in its state, by both journals as they are on disk.

    Raises:
        NotFound: there is no such session.
        JournalError: a journal cannot be read.
    """
    view = project.view(session)
    alive = await project.alive(session)
    records = await asyncio.to_thread(_records, project, view)
    return provenance(
        project.view(session),
        records,
        alive=alive,
        budget=limit_of(project.config.budget.session, view.spec.budget, view.raised_budget),
        looked_at=project.clock(),
    )


def _records(project: Project, view: SessionView) -> list[Record]:
    own = project.folder.session(view.id).journal
    wanted = view.standing.at if view.standing is view.own else Cursor()
    return [*_end_of(own, view.id, wanted), *_end_of(project.folder.journal, "", Cursor())]


def _end_of(path: Path, session: str, wanted: Cursor) -> list[Record]:
    """The journal's last records, and those around the one that is wanted if it is none of them."""
    if not path.is_file():
        return []
    records = list(_tail(path, session))
    if not records or not wanted.seq or records[0].seq <= wanted.seq:
        return records
    offset = seek(path, max(1, wanted.seq - RUN_UP))
    around = read_from(path, session, offset, limit=AROUND).records
    return [*(one for one in around if one.seq < records[0].seq), *records]


def _tail(path: Path, session: str) -> tuple[Record, ...]:
    """The last records; more bytes are read where one line is longer than all of them."""
    size, most = path.stat().st_size, TAIL
    while True:
        start = _line_at(path, max(0, size - most))
        records = read_from(path, session, start).records
        if records or start == 0:
            return records
        most *= 4


def _line_at(path: Path, offset: int) -> int:
    """Where the first line begins that does not begin before `offset`."""
    if not offset:
        return 0
    with path.open("rb") as file:
        file.seek(offset - 1)
        file.readline()
        return file.tell()
