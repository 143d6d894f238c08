"""Follow all journals of a project: everything that stands there, then everything that comes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import JournalReader, Page, Problem
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import Record

SLOW_LOOK = 2.0
"""Seconds between looks that no notification asked for."""

PAGE_LIMIT = 8 << 20
"""Bytes of one journal in one batch, so that a large project does not arrive in one lump."""

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
    """Tells every record of a project's journals once, from their beginning on."""

    def __init__(
        self, folder: ProjectFolder, *, slow_look: float = SLOW_LOOK, page_limit: int = PAGE_LIMIT
    ) -> None:
        self.folder = folder
        self._slow_look = slow_look
        self._page_limit = page_limit
        self._project = JournalReader(folder.journal, "")
        self._sessions: dict[str, JournalReader] = {}
        self._broken: dict[str, str] = {}
        self._unwatched: dict[Path, str] = {}
        self._wake = asyncio.Event()

    def read_now(self) -> Batch:
        """What was written since the last reading; `more` of it may be left.

        Raises:
            JournalError: the project's own journal cannot be read. One of a session's is a problem.
        """
        batch = self._read()
        if batch.restarted:
            self._begin_anew()
            batch = self._read()
            batch.restarted = True
        return batch

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """Batches as they come, without end; each wait ends with a change or the slow look.

        Raises:
            JournalError: the project's own journal cannot be read.
        """
        watchers = [
            asyncio.create_task(self._watch(self.folder.path, recursive=False)),
            asyncio.create_task(self._watch(self.folder.sessions, recursive=True)),
        ]
        try:
            while True:
                self._wake.clear()
                batch = await asyncio.to_thread(self.read_now)
                if not batch.is_empty:
                    yield batch
                if not batch.more:
                    await self._wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)

    def _read(self) -> Batch:
        """One page of every journal that grew; sessions are listed before the project is read.

        So a session's first records come no earlier than its instantiation, which stood before.
        """
        batch = Batch()
        readers = list(self._session_readers())
        page = self._project.read(self._page_limit)
        batch.restarted = page.restarted
        batch.take(page)
        for reader in readers:
            self._read_session(reader, batch)
        return batch

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

    def _session_readers(self) -> Iterator[JournalReader]:
        """A reader for every session that has a folder or had one."""
        for name in _folder_names(self.folder.sessions):
            if name not in self._sessions:
                self._sessions[name] = JournalReader(self.folder.session(name).journal, name)
        yield from self._sessions.values()

    def _begin_anew(self) -> None:
        self._project = JournalReader(self.folder.journal, "")
        self._sessions.clear()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._slow_look):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _watch(self, path: Path, *, recursive: bool) -> None:
        """Wake the reading for as long as this folder can be watched, and again when it can be."""
        while True:
            try:
                await self._watch_once(path, recursive=recursive)
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

    async def _watch_once(self, path: Path, *, recursive: bool) -> None:
        """Until the folder vanishes; wakes once itself, for what came before the watch stood."""
        from watchfiles import awatch

        asyncio.get_running_loop().call_soon(self._wake.set)
        changes = awatch(
            path,
            watch_filter=self._matters,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            recursive=recursive,
        )
        async for _ in changes:
            self._wake.set()

    def _matters(self, _change: object, path: str) -> bool:
        """Whether a change is one of a journal, or a new session's folder."""
        return path.endswith(".jsonl") or Path(path).parent == self.folder.sessions


def _folder_names(path: Path) -> list[str]:
    """Names of the folders in a folder, in order; none if there is no such folder."""
    try:
        return sorted(entry.name for entry in path.iterdir() if entry.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise JournalError(
            f"cannot be listed: {error.strerror or error}",
            where=str(path),
            remedy="check the folder's rights",
        ) from error
