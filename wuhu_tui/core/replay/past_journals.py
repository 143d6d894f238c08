"""Reads journals only as far as they had come at a moment, and writes nothing beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import BinaryIO

from wuhu_tui.core.journal_scan import MOST, Scanned, walk
from wuhu_tui.journal.lines import BadLine, decode_envelope
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import Record

PIECE = 256 << 10
"""Bytes that are read at one go, going back."""


class PastJournals:
    """The journals of a project up to a moment; `seen` are their newest records by seq."""

    def __init__(self, seen: Mapping[str, int]) -> None:
        self._seen = seen

    def walk(
        self, path: Path, session: str, kinds: Collection[str], take: Callable[[Record], None]
    ) -> bool:
        """As `journal_scan.walk`, up to the moment."""
        return walk(path, session, kinds, take, end=self.end(path, session))

    def scan(self, path: Path, session: str, kinds: Collection[str]) -> Scanned:
        """As `journal_scan.scan`, up to the moment."""
        records: list[Record] = []
        whole = self.walk(path, session, kinds, records.append)
        return Scanned(records=tuple(records), whole=whole)

    def newest(
        self, path: Path, session: str, kinds: Collection[str], *, most: int = MOST
    ) -> list[Record]:
        """Records of these kinds, oldest first, from far enough back to hold one of them."""
        end, piece = self.end(path, session), PIECE
        while end:
            found: list[Record] = []
            whole = walk(path, session, kinds, found.append, most=piece, end=end)
            if found or whole or piece >= most:
                return found
            piece *= 8
        return []

    def since(
        self, path: Path, session: str, first: Record, kinds: Collection[str]
    ) -> list[Record]:
        """Records of these kinds from `first` on up to the moment."""
        start, end = offset_after(path, first.seq - 1), self.end(path, session)
        found: list[Record] = []
        walk(path, session, kinds, found.append, most=max(0, end - start), end=end)
        return found

    def last(self, path: Path, session: str) -> list[Record]:
        """The last records before the moment, about a piece's worth of them, oldest first."""
        end, most = self.end(path, session), PIECE
        while end:
            start = _line_at(path, max(0, end - most))
            records = read_from(path, session, start, limit=end - start).records
            found = [one for one in records if one.seq <= self._seen.get(session, 0)]
            if found or not start:
                return found
            most *= 8
        return []

    def around(self, path: Path, session: str, seq: int) -> list[Record]:
        """Some records up to this one, oldest first."""
        return PastJournals({session: min(seq, self._seen.get(session, 0))}).last(path, session)

    def end(self, path: Path, session: str) -> int:
        """Where in the file the first record behind the moment begins."""
        return offset_after(path, self._seen.get(session, 0))


def offset_after(path: Path, seq: int) -> int:
    """Where the first record above `seq` begins, or the file's end; 0: there is no such file.

    Halves the file: seqs only rise in it. Lines that cannot be read are passed over.

    Raises:
        JournalError: it cannot be read.
    """
    if not seq:
        return 0
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            return _search(file, seq)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise JournalError(
            f"cannot be read: {error.strerror or error}",
            where=str(path),
            remedy="check that you may read it",
        ) from error


def _search(file: BinaryIO, seq: int) -> int:
    low, high = 0, os.fstat(file.fileno()).st_size
    found = high
    while low < high:
        middle = (low + high) // 2
        place = _next_record(file, middle, high)
        if place is None:
            high = middle
        elif place[1] > seq:
            high, found = middle, place[0]
        else:
            low = place[2]
    return found


def _next_record(file: BinaryIO, start: int, stop: int) -> tuple[int, int, int] | None:
    """Beginning, seq and end of the first record that begins in `start..stop`."""
    file.seek(max(0, start - 1))
    if start:
        file.readline()
    while (begin := file.tell()) < stop:
        line = file.readline()
        if not line:
            return None
        try:
            return begin, decode_envelope(line).seq, file.tell()
        except BadLine:
            continue
    return None


def _line_at(path: Path, offset: int) -> int:
    """Where the first line begins that does not begin before `offset`."""
    if not offset:
        return 0
    with os.fdopen(open_plain(path), "rb") as file:
        file.seek(offset - 1)
        file.readline()
        return file.tell()
