"""All records of a scope in their one order: as JSON lines, or as a report."""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator

import msgspec

from wuhu_tui.core.recordings.concerning import Concerning
from wuhu_tui.core.recordings.contents import without_contents
from wuhu_tui.core.recordings.report import Report
from wuhu_tui.core.recordings.wishes import ExportWish, check_wish
from wuhu_tui.core.replay.reel import Reel
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.lines import BadLine, decode_envelope, decode_line, encode_record
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.project_events import ProjectOpened, SessionInstantiated
from wuhu_tui.model.records import Record

_PAGE = 2000

_BEYOND = re.compile(r"[^\x00-\x7e]+")
"""What JSON has nowhere but in strings, and a terminal may obey."""

_WHO = (ProjectOpened, SessionInstantiated)
"""Told whenever it was: without them nobody knows what all else is about."""


async def told_lines(folder: ProjectFolder, wish: ExportWish) -> AsyncIterator[tuple[str, bytes]]:
    """Each record's session and its line, secrets taken out again, in the one order.

    Raises:
        NotFound: no such session.
        UsageError: the time ends before it begins.
        JournalError: a journal cannot be read.
    """
    check_wish(wish)
    for name in wish.sessions:
        if not folder.session(name).path.is_dir():
            raise NotFound(f"there is no session {name}", remedy="see them all: wuhu sessions")
    reel = await Reel.open(folder, sessions=wish.sessions)
    try:
        await reel.complete()
        telling = _Telling(folder, wish)
        for start in range(0, reel.last.index, _PAGE):
            for record in await reel.records(start, min(start + _PAGE, reel.last.index)):
                line = telling.line(record)
                if line:
                    yield record.session, line
    finally:
        await reel.aclose()


async def json_lines(folder: ProjectFolder, wish: ExportWish) -> AsyncIterator[bytes]:
    """Each record as a line of JSON that begins with its session; ASCII, as it may be printed."""
    async for session, line in told_lines(folder, wish):
        yield _ascii(b'{"session":' + msgspec.json.encode(session) + b"," + line[1:])


async def markdown_report(folder: ProjectFolder, wish: ExportWish) -> str:
    """The report of a session, or of the run."""
    report = Report(wish.sessions)
    async for session, line in told_lines(folder, wish):
        report.take(decode_line(line, session))
    return report.markdown()


def _ascii(line: bytes) -> bytes:
    if line.isascii() and b"\x7f" not in line:
        return line
    return _BEYOND.sub(_escaped, line.decode()).encode("ascii")


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1].replace("\x7f", "\\u007f")


class _Telling:
    """What of each record may be told."""

    def __init__(self, folder: ProjectFolder, wish: ExportWish) -> None:
        names = {path.name for path in folder.sessions.glob("*")}
        self._concerning = Concerning(wish.sessions, names) if wish.sessions else None
        self._wish = wish
        self._redactor = Redactor(dict(os.environ))

    def line(self, record: Record) -> bytes:
        """The record's line; empty: it does not belong there."""
        wish = self._wish
        early = wish.since is not None and record.ts < wish.since
        late = wish.until is not None and record.ts > wish.until
        if late or (early and not isinstance(record.event, _WHO)):
            return b""
        try:
            return self._told(record)
        except RecursionError:  # nested deeper than anything that wuhu writes
            return b""

    def _told(self, record: Record) -> bytes:
        line = encode_record(record)
        kind = decode_envelope(line).type
        if self._concerning and not record.session and not self._concerning.passes(kind, line):
            return b""
        if self._wish.without_files:
            line = without_contents(kind, line)
        clean, hidden = self._redactor.line(line)
        return clean if not hidden or _is_record(clean, record.session) else b""


def _is_record(line: bytes, session: str) -> bool:
    """Whether a line from which something was taken still is a record."""
    try:
        decode_line(line, session)
    except BadLine:
        return False
    return True
