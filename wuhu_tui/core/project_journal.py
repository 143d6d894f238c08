"""The project's journal: any process may append, one at a time, and decides on its newest state."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from datetime import datetime

from wuhu_tui.core.ledger import Ledger
from wuhu_tui.core.ports import Decide
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lock import FileLock
from wuhu_tui.journal.reader import JournalReader, Page, read_header
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.journal.writer import JournalWriter
from wuhu_tui.model.errors import Conflict, JournalError
from wuhu_tui.model.events import Event
from wuhu_tui.model.records import Record

PATIENCE = 20.0
"""Seconds to wait for other processes that append."""


class ProjectJournal:
    """Appends under the project's lock and tells this process's ledger at once.

    What was begun is finished even if whoever asked for it is cancelled meanwhile.
    """

    def __init__(
        self, folder: ProjectFolder, ledger: Ledger, clock: Callable[[], datetime] = now
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._clock = clock
        self._lock = FileLock(folder.journal_lock)
        self._reader = JournalReader(folder.journal, "")
        self._redactor = Redactor(dict(os.environ))
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[list[Record]]] = set()

    async def append(self, *events: Event) -> list[Record]:
        """Write these events; on disk when this returns."""
        return await self.decide(lambda board: events)

    async def decide(self, decide: Decide) -> list[Record]:
        """Write, in order, what `decide` says of the board as the journal's end makes it.

        Raises:
            Conflict: another process kept the journal's lock for too long.
            JournalError: the journal cannot be written.
        """
        task = asyncio.ensure_future(self._decide(decide))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def refresh(self) -> None:
        """Read the journal to its end as it is now."""
        async with self._turn:
            self._ledger.apply(await asyncio.to_thread(self._read))

    async def settled(self) -> None:
        """Wait for what was begun."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _decide(self, decide: Decide) -> list[Record]:
        async with self._turn:
            try:
                self._ledger.apply(await asyncio.to_thread(self._lock_and_read))
                events = decide(self._ledger.board)
                if not events:
                    return []
                records = await asyncio.to_thread(self._write, events)
            finally:
                self._lock.release()
            self._ledger.apply(await asyncio.to_thread(self._read))
            return records

    def _lock_and_read(self) -> list[Record]:
        self._folder.path.mkdir(parents=True, exist_ok=True)
        if not self._lock.acquire(timeout=PATIENCE):
            raise Conflict(
                "another process keeps the project's journal",
                where=str(self._folder.journal_lock),
                remedy="see which wuhu hangs and end it",
            )
        return self._read()

    def _read(self) -> list[Record]:
        records: list[Record] = []
        page = Page(more=True)
        while page.more:
            page = self._reader.read()
            records.extend(page.records)
        return records

    def _name(self) -> str:
        """What the journal's header calls the project: a renamed folder stays the same project.

        A header that is damaged calls it nothing; whether it may be written on, the writer says.
        """
        try:
            return read_header(self._folder.journal).name
        except JournalError:
            return self._folder.root.name

    def _write(self, events: Sequence[Event]) -> list[Record]:
        with JournalWriter.open(
            self._folder.journal,
            kind="project",
            name=self._name(),
            clock=self._clock,
            redact=self._redactor.line,
        ) as writer:
            if writer.last.epoch == 0:
                writer.claim_epoch()
            return [writer.append(event) for event in events]
