"""`wuhu events`: what happens, one entry a line, for people, pipes and programs."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from wuhu_tui.cli.exits import BROKEN_PIPE, OK
from wuhu_tui.cli.options import Json
from wuhu_tui.cli.output import Painted, say, say_json
from wuhu_tui.cli.place import project_here
from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import UsageError
from wuhu_tui.worker.durations import duration_of

if TYPE_CHECKING:
    from wuhu_tui.core.channels.feed import Feed
    from wuhu_tui.core.core import Core
    from wuhu_tui.model.entries import ContextEntry

LATELY = timedelta(hours=1)
"""How far back it looks when nothing else is said."""


def events(
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what comes; ends with ctrl+c.")
    ] = False,
    since: Annotated[
        str,
        typer.Option("--since", metavar="CURSOR|TIME", help="A cursor it printed, 2h, or a time."),
    ] = "",
    needs_you: Annotated[
        bool, typer.Option("--needs-you", help="Only what needs the lead.")
    ] = False,
    json: Json = False,
) -> int:
    """Print what happened, an entry a line: questions, reports, reviews, dead letters.

    With --json every line is one entry with its cursor; --since takes it up exactly after it.
    Without --since, --follow begins now, and else it tells the last hour.
    """
    root = project_here().root

    def tell(entry: ContextEntry, cursor: str) -> None:
        if needs_you and not entry.human_attention_needed:
            return
        _say(entry, cursor, as_json=json)

    return asyncio.run(_events(root, tell, since=since, follow=follow))


Tell = Callable[["ContextEntry", str], None]


async def _events(root: Path, tell: Tell, *, since: str, follow: bool) -> int:
    from wuhu_tui.core.channels.feed import Feed
    from wuhu_tui.core.core import Core

    begins = _time(since)
    core = await Core.open(root, conduct=False)
    feed = Feed(core.project.folder, core.project.ledger)
    try:
        await _begin(core, feed, since, begins, follow=follow)
        _tell_all(core, feed, tell)
        return await _follow(core, feed, tell) if follow else OK
    finally:
        feed.close()
        await core.aclose()


async def _begin(
    core: Core, feed: Feed, since: str, begins: datetime | None, *, follow: bool
) -> None:
    from wuhu_tui.core.channels.places import is_cursor, places_of

    if is_cursor(since):
        await feed.begin_at(places_of(core.board, since))
    elif begins is not None:
        await feed.begin_since(begins)
    elif follow:
        feed.begin_now()
    else:
        await feed.begin_since(now() - LATELY)


def _time(since: str) -> datetime | None:
    """The time that is meant; None for a cursor, or for nothing.

    Raises:
        UsageError: it is no time and no cursor.
    """
    from wuhu_tui.core.channels.places import is_cursor

    if not since or is_cursor(since):
        return None
    with suppress(ValueError):
        return datetime.fromisoformat(since).astimezone()
    with suppress(UsageError, OverflowError):
        span = duration_of(since)
        return None if span is None else now() - span
    raise UsageError(
        f'"{since}" is no time and no cursor',
        remedy="write 2h, 2026-01-31T08:00, or a cursor as it was printed",
    )


def _tell_all(core: Core, feed: Feed, tell: Tell) -> None:
    from wuhu_tui.core.channels.places import cursor_of

    for told in feed.take():
        tell(told.entry, cursor_of(core.board, feed.places))


async def _follow(core: Core, feed: Feed, tell: Tell) -> int:
    """On and on, until nobody reads any more."""
    gone = _reader_gone()
    ended = asyncio.create_task(gone.wait())
    try:
        while True:
            news = asyncio.create_task(feed.wait())
            await asyncio.wait({news, ended}, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if ended.done():
                return BROKEN_PIPE
            _tell_all(core, feed, tell)
    finally:
        ended.cancel()


def _reader_gone() -> asyncio.Event:
    """Set when the other end of a pipe is closed: nothing has to be written to find out."""
    gone = asyncio.Event()
    descriptor = sys.stdout.fileno()
    if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        loop = asyncio.get_running_loop()

        def tell() -> None:
            loop.remove_reader(descriptor)
            gone.set()

        loop.add_reader(descriptor, tell)
    return gone


def _say(entry: ContextEntry, cursor: str, *, as_json: bool) -> None:
    if as_json:
        say_json({**msgspec.to_builtins(entry), "cursor": cursor}, indent=None)
        return
    needed = entry.human_attention_needed
    say(
        Painted(entry.ts.astimezone().strftime("%Y-%m-%d %H:%M:%S  "), "dim"),
        Painted("! " if needed else "  ", "yellow"),
        f"{entry.session_name or entry.project_id}  ",
        Painted(entry.kind.replace("_", " "), "yellow" if needed else "cyan"),
        f"  {' '.join(entry.text.split())}",
    )
