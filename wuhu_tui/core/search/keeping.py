"""Keeps the search index at the end of the journals while somebody has the project open.

What is new since the last look is read beside the loop; a great backlog, as where there was no
index yet, is read by a process of its own that gives way to all others.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from time import monotonic

from wuhu_tui.core.search.filling import Filler, Lag, sources
from wuhu_tui.core.search.searching import fill_now
from wuhu_tui.core.search.store import IndexUnfit, index_file, is_held, open_index
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.errors import WuhuError

PAUSE = 3.0
"""Seconds between two looks."""

GREAT = 4 << 20
"""Bytes of backlog from which a process of its own reads it."""

SHARE = 0.005
"""Of the time, what looking whether anything is new may take: thousands of journals take long."""

TROUBLED = 60.0
"""Seconds until the next look where the index could not be kept; a search says why."""

_NICE = 15


@asynccontextmanager
async def keeping_index(folder: ProjectFolder, *, pause: float = PAUSE) -> AsyncIterator[None]:
    """Keep the index for as long as this lasts."""
    keeper = asyncio.create_task(_keep(folder, pause), name="keep the search index")
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


async def _keep(folder: ProjectFolder, pause: float) -> None:
    seen: tuple[str, ...] = ()
    while True:
        try:
            begun = monotonic()
            now = await asyncio.to_thread(_signs, folder)
            taken = monotonic() - begun
            if now != seen:
                await keep_up(folder)
                seen = now
            await asyncio.sleep(max(pause, min(taken / SHARE, TROUBLED)))
        except (OSError, sqlite3.Error, WuhuError) as error:  # each search says what is wrong
            held = isinstance(error, sqlite3.Error) and is_held(error)
            await asyncio.sleep(pause if held else TROUBLED)


def _signs(folder: ProjectFolder) -> tuple[str, ...]:
    """What tells that journals, or the index itself, are not what they were."""
    try:
        status = index_file(folder.path).stat()
        # A new file may take the number of the one that was deleted.
        index = f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"
    except OSError:
        index = ""
    return (index, *(source.seen for source in sources(folder)))


async def keep_up(folder: ProjectFolder, *, great: int = GREAT) -> None:
    """Bring the index up to the journals, once."""
    lag = await asyncio.to_thread(_lag, folder)
    if lag.size >= great:
        await _fill_aside(folder)
        return
    ended = threading.Event()
    try:
        await asyncio.to_thread(fill_now, folder, ended.is_set)
    finally:
        ended.set()


def _lag(folder: ProjectFolder) -> Lag:
    journals = sources(folder)
    everything = Lag(journals=len(journals), size=sum(source.size for source in journals))
    try:
        with closing(open_index(index_file(folder.path))) as connection:
            return Filler(connection, Redactor({})).lag(journals)
    except IndexUnfit:
        return everything


async def _fill_aside(folder: ProjectFolder) -> None:
    """Let another process do it, which ends with this one.

    Raises:
        OSError: it failed; to begin another at once would help nobody.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "wuhu_tui.core.search.keeping", str(folder.root)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        if await process.wait():
            raise OSError(f"filling the search index ended with {process.returncode}")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def main(root: str) -> None:
    """Fill the index of the project at `root`; stop when whoever asked is gone."""
    os.nice(_NICE)
    gone = threading.Event()

    def wait_for_end() -> None:
        while os.read(sys.stdin.fileno(), 1):  # a reader with a buffer would abort this process
            pass
        gone.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    fill_now(ProjectFolder(Path(root)), gone.is_set)


if __name__ == "__main__":
    main(sys.argv[1])
