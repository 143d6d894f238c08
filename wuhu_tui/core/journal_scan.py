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

_BLOCK = 4 << 20
_TYPE = re.compile(rb'\{"epoch":\d+,"seq":\d+,"ts":"[^"]*","type":"([\w.]+)"')


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
    end: int | None = None,
) -> bool:
    """Show `take` the records of these types one by one; whether nothing older was left unread.

    Reads up to the byte `end`, or all there is.

    Raises:
        JournalError: the journal cannot be read.
    """
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            start = _first_line(file, most, end)
            for block in _blocks(file, end):
                for record in _records(block, session, frozenset(kinds)):
                    take(record)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise _unreadable(path, error) from error
    return start == 0


def scan_on(
    path: Path, session: str, kinds: Collection[str], offset: int
) -> tuple[tuple[Record, ...], int]:
    """The records of these types from a place on that a reading ended at; where this one ended.

    Raises:
        JournalError: the journal cannot be read.
    """
    records: list[Record] = []
    wanted = frozenset(kinds)
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            file.seek(offset)
            for block in _blocks(file, None):
                records.extend(_records(block, session, wanted))
                offset += len(block)
    except FileNotFoundError:
        return (), 0
    except OSError as error:
        raise _unreadable(path, error) from error
    return tuple(records), offset


def _unreadable(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"cannot be read: {error.strerror or error}",
        where=str(path),
        remedy="check that you may read it",
    )


def _first_line(file: BinaryIO, most: int, end: int | None) -> int:
    """Go to the first whole line within the last bytes; where that is."""
    size = os.fstat(file.fileno()).st_size
    start = max(0, (size if end is None else min(size, end)) - most)
    file.seek(max(0, start - 1))
    if start:
        file.readline()
    return start


def _blocks(file: BinaryIO, end: int | None) -> Iterator[bytes]:
    """Many whole lines at a time; a torn last one is left out."""
    rest = b""
    while part := file.read(_BLOCK if end is None else max(0, min(_BLOCK, end - file.tell()))):
        block = rest + part
        last = block.rfind(b"\n") + 1
        rest = block[last:]
        yield block[:last]


def _records(block: bytes, session: str, kinds: frozenset[str]) -> Iterator[Record]:
    """Lines are looked at only where one of the types is named: most name none."""
    names = b"|".join(re.escape(kind.encode("ascii")) for kind in sorted(kinds))
    end = 0
    for hit in re.finditer(rb'"type": ?"(?:' + names + rb')"', block):
        if hit.start() < end:
            continue
        start, end = block.rfind(b"\n", 0, hit.start()) + 1, block.find(b"\n", hit.start()) + 1
        line = block[start:end]
        try:
            if _kind(line) in kinds:
                yield decode_line(line, session)
        except BadLine:
            continue


def _kind(line: bytes) -> str:
    found = _TYPE.match(line)
    return found[1].decode("ascii") if found else decode_envelope(line).type
