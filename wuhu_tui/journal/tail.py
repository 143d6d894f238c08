"""Follow all journals of a project: everything that stands there, then everything that comes."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Collection, Iterable
from concurrent.futures import Executor
from pathlib import Path

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import JournalReader, Page, Problem
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState

SLOW_LOOK = 2.0
"""Seconds between looks that no notification asked for."""

PAGE_LIMIT = 8 << 20
"""Bytes of journals in about one batch, so that a large project does not arrive in one lump."""

_DEBOUNCE_MS = 50
_STEP_MS = 5


class Batch(list[Record]):
    """New records, the project's before the sessions'.

    `restarted`: a journal was replaced or cut, so everything told before is void and this batch
    begins anew with all journals. `problems` are lines, or whole journals, that cannot be read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.restarted = False
        self.problems: list[Problem] = []
        self.more = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self or self.restarted or self.problems)

    def take(self, page: Page) -> None:
        """Add a page of one journal."""
        self.extend(page.records)
        self.problems.extend(page.problems)
        self.more = self.more or page.more


class Tail:
    """Tells every record of a project's journals once, from their beginning on.

    The journal of a session that was archived before anything of it was read is left alone until
    the session is brought back: ten thousand of them cost nothing. `batches` reads in a thread of
    `executor`, if one is given.
    """

    def __init__(
        self,
        folder: ProjectFolder,
        *,
        slow_look: float = SLOW_LOOK,
        page_limit: int = PAGE_LIMIT,
        executor: Executor | None = None,
    ) -> None:
        self.folder = folder
        self._slow_look = slow_look
        self._page_limit = page_limit
        self._executor = executor
        self._project = JournalReader(folder.journal, "")
        self._sessions: dict[str, JournalReader] = {}
        self._archived: set[str] = set()
        self._live: frozenset[str] = frozenset()
        """Sessions that are not archived, as of the last reading: their folders are watched."""
        self._moved = False
        """Whether sessions came, were archived or brought back since that was found out."""
        self._watched: frozenset[str] = frozenset()
        self._others = asyncio.Event()
        """Set when other folders are to be watched than are."""
        self._broken: dict[str, str] = {}
        self._unwatched: dict[Path, str] = {}
        self._wake = asyncio.Event()
        self._noticed: set[str] | None = None
        """Sessions of which changes were told since the last reading; None: look at all."""

    def read_now(self, sessions: Collection[str] | None = None) -> Batch:
        """What was written since the last reading; `more` of it may be left.

        With `sessions`, only theirs and the project's own journal are looked at.

        Raises:
            JournalError: the project's own journal cannot be read. One of a session's is a problem.
        """
        batch = self._read(sessions)
        if batch.restarted:
            self._begin_anew()
            batch = self._read(None)
            batch.restarted = True
        return batch

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """Batches as they come, without end; each wait ends with a change or the slow look.

        Raises:
            JournalError: the project's own journal cannot be read.
        """
        self._notice(None)
        watchers = [
            asyncio.create_task(self._watch(self.folder.path)),
            asyncio.create_task(self._watch(self.folder.sessions, others=self._others)),
        ]
        try:
            while True:
                self._wake.clear()
                noticed, self._noticed = self._noticed, set()
                batch = await self._read_aside(noticed)
                if self._live != self._watched:
                    self._others.set()
                if not batch.is_empty:
                    yield batch
                if batch.more:
                    self._notice(noticed)
                else:
                    await self._wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)

    async def _read_aside(self, sessions: set[str] | None) -> Batch:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self.read_now, sessions)

    def _notice(self, sessions: Iterable[str] | None) -> None:
        """Look at these sessions with the next reading; None: at all of them."""
        if sessions is None or self._noticed is None:
            self._noticed = None
        else:
            self._noticed.update(sessions)

    def _read(self, sessions: Collection[str] | None) -> Batch:
        """One page of every journal that grew; sessions are listed before the project is read.

        So a session's first records come no earlier than its instantiation, which stood before.
        """
        batch = Batch()
        readers = {reader.session: reader for reader in self._readers_of(sessions)}
        page = self._project.read(self._page_limit)
        batch.restarted = page.restarted
        batch.take(page)
        if page.more:
            self._know_archived(page.records)
            return batch
        readers |= {name: self._sessions[name] for name in self._know_archived(page.records)}
        if self._moved:
            self._moved = False
            self._live = frozenset(self._sessions) - self._archived
        room = self._page_limit
        for reader in readers.values():
            if reader.session in self._archived and not reader.offset:
                continue
            if room <= 0:
                batch.more = True
                break
            start = reader.offset
            self._read_session(reader, batch)
            room -= abs(reader.offset - start)
        return batch

    def _know_archived(self, records: Iterable[Record]) -> list[str]:
        """See who was archived; gives whoever was brought back, to be read now."""
        back: dict[str, None] = {}
        for record in records:
            if not isinstance(record.event, SessionMoved):
                continue
            name, self._moved = record.event.session, True
            if record.event.after is SessionState.ARCHIVED:
                self._archived.add(name)
                back.pop(name, None)
            elif name in self._archived:
                self._archived.discard(name)
                back[name] = None
        return [name for name in back if name in self._sessions]

    def _read_session(self, reader: JournalReader, batch: Batch) -> None:
        try:
            page = reader.read(self._page_limit)
        except JournalError as error:
            self._tell_broken(reader.session, error, batch)
            return
        self._broken.pop(reader.session, None)
        batch.restarted = batch.restarted or page.restarted
        batch.take(page)

    def _tell_broken(self, session: str, error: JournalError, batch: Batch) -> None:
        """Once, until it can be read again or has another reason."""
        if self._broken.get(session) != str(error):
            self._broken[session] = str(error)
            batch.problems.append(Problem(offset=0, line=b"", reason=str(error), session=session))

    def _readers_of(self, sessions: Collection[str] | None) -> list[JournalReader]:
        """Readers of these sessions; of every one that has a folder or had one, if any is new."""
        if sessions is not None and all(name in self._sessions for name in sessions):
            return [self._sessions[name] for name in sorted(sessions)]
        for name in _folder_names(self.folder.sessions):
            if name not in self._sessions:
                self._sessions[name] = JournalReader(self.folder.session(name).journal, name)
                self._moved = True
        return list(self._sessions.values())

    def _begin_anew(self) -> None:
        self._project = JournalReader(self.folder.journal, "")
        self._sessions.clear()
        self._archived.clear()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._slow_look):
                await self._wake.wait()
        except TimeoutError:
            self._notice(None)

    async def _watch(self, path: Path, *, others: asyncio.Event | None = None) -> None:
        """Wake the reading for as long as this folder can be watched, and again when it can be.

        With `others`, the folders of all sessions that are not archived are watched too, and anew
        when it is set.
        """
        while True:
            try:
                await self._watch_once(path, others)
                if others is not None and others.is_set():
                    continue
            except FileNotFoundError:
                pass
            except (OSError, RuntimeError) as error:
                self._tell_unwatched(path, error)
            await asyncio.sleep(self._slow_look)

    def _tell_unwatched(self, path: Path, error: Exception) -> None:
        """Once a folder and reason."""
        if self._unwatched.get(path) != str(error):
            self._unwatched[path] = str(error)
            sys.stderr.write(f"{path}: not watched, only looked at now and then: {error}\n")

    async def _watch_once(self, path: Path, others: asyncio.Event | None) -> None:
        """Until the folder vanishes; wakes once itself, for what came before the watch stood.

        One by one, never with all that lies below: to watch ten thousand archived sessions takes
        seconds in which nothing else runs, in whatever thread it is done.
        """
        from watchfiles import Change, awatch

        below: list[Path] = []
        if others is not None:
            others.clear()
            below = await asyncio.to_thread(self._live_folders)
        asyncio.get_running_loop().call_soon(self._wake_for, None)
        changes = awatch(
            *(path, *below),
            watch_filter=self._matters,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            recursive=False,
            stop_event=others,
        )
        async for found in changes:
            self._wake_for({self._session_of(Path(name)) for _, name in found} - {""})
            came_or_went = (Path(name) for what, name in found if what is not Change.modified)
            if others is not None and any(one.parent == path for one in came_or_went):
                others.set()

    def _live_folders(self) -> list[Path]:
        """The folders of the sessions that are not archived, as far as they are there."""
        self._watched = self._live
        folders = (self.folder.session(name).path for name in sorted(self._watched))
        return [folder for folder in folders if folder.is_dir()]

    def _wake_for(self, sessions: Iterable[str] | None) -> None:
        self._notice(sessions)
        self._wake.set()

    def _session_of(self, path: Path) -> str:
        """The session a changed path belongs to; empty for the project's own files."""
        if path.parent == self.folder.sessions:
            return path.name
        return path.parent.name if path.parent.parent == self.folder.sessions else ""

    def _matters(self, _change: object, path: str) -> bool:
        """Whether a change is one of a journal, or a new session's folder."""
        return path.endswith(".jsonl") or Path(path).parent == self.folder.sessions


def _folder_names(path: Path) -> list[str]:
    """Names of the folders in a folder, in order; none if there is no such folder."""
    try:
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise JournalError(
            f"cannot be listed: {error.strerror or error}",
            where=str(path),
            remedy="check the folder's rights",
        ) from error
