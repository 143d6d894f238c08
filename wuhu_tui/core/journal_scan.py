"""Reads what a session's journal tells of a few kinds, off the loop, never more than so much."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from wuhu_tui.journal.lines import BadLine, decode_envelope, decode_line
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import Value

MOST = 256 << 20
"""Bytes at a journal's end that are read."""

_TYPE = re.compile(rb'^\{"epoch":\d+,"seq":\d+,"ts":"[^"]*","type":"([^"]+)"')


class Scanned(Value, frozen=True):
    """The records of the wanted kinds, oldest first; `whole`: nothing older was left unread."""

    records: tuple[Record, ...] = ()
    whole: bool = True


def scan(path: Path, session: str, kinds: Collection[str], *, most: int = MOST) -> Scanned:
    """The records of these types; a journal that is not there has none.

    Raises:
        JournalError: it cannot be read.
    """
    records: list[Record] = []
    whole = walk(path, session, kinds, records.append, most=most)
    return Scanned(records=tuple(records), whole=whole)


def walk(
    path: Path,
    session: str,
    kinds: Collection[str],
    take: Callable[[Record], None],
    *,
    most: int = MOST,
) -> bool:
    """Show `take` the records of these types one by one; whether nothing older was left unread.

    Raises:
        JournalError: the journal cannot be read.
    """
    wanted = frozenset(kind.encode("ascii") for kind in kinds)
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            start = _first_line(file, most)
            for record in _records(file, session, wanted):
                take(record)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise JournalError(
            f"cannot be read: {error.strerror or error}",
            where=str(path),
            remedy="check that you may read it",
        ) from error
    return start == 0


def _first_line(file: BinaryIO, most: int) -> int:
    """Go to the first whole line within the last bytes; where that is."""
    start = max(0, os.fstat(file.fileno()).st_size - most)
    file.seek(max(0, start - 1))
    if start:
        file.readline()
    return start


def _records(file: BinaryIO, session: str, wanted: frozenset[bytes]) -> Iterator[Record]:
    for line in file:
        if not line.endswith(b"\n"):
            return
        if _kind(line) not in wanted:
            continue
        try:
            yield decode_line(line, session)
        except BadLine:
            continue


def _kind(line: bytes) -> bytes:
    found = _TYPE.match(line)
    if found:
        return found[1]
    try:
        return decode_envelope(line).type.encode("utf-8", "replace")
    except BadLine:
        return b""
