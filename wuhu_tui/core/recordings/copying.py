"""One journal on its way into a recording: line by line, with the current rules for secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from wuhu_tui.core.recordings.screening import oddity
from wuhu_tui.journal.lines import BadLine, Envelope, decode_envelope, decode_header, encode_header
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.records import FORMAT_VERSION, Header
from wuhu_tui.model.value import EPOCH_START

LONGEST = 64 << 20
"""Bytes of the longest line that is taken for a record."""

_AT_ONCE = 1 << 17

_IDS = re.compile(rb'"([0-9a-f]{40}|[0-9a-f]{64})"')

Take = Callable[[bytes], None]
Choose = Callable[[int, Envelope, bytes], bytes]
"""Gives a record's line, which stands at a byte, as it goes in; empty: it does not."""


class Tally:
    """What was seen while journals were copied."""

    def __init__(self) -> None:
        self.records = 0
        self.redactions = 0
        self.cuts = 0
        """Records of which something was cut out."""
        self.unreadable = 0
        self.odd = 0
        """Records that nobody would open again: they name something outside."""
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.ids: set[str] = set()
        """Ids of git objects that records name."""

    def count(self, times: list[datetime], lines: bytes) -> None:
        """More records go in, written at these times."""
        self.records += len(times)
        self._span(min(times), max(times))
        self.ids.update(found.decode() for found in _IDS.findall(lines))

    def join(self, other: Tally) -> None:
        """Add what was seen in another journal."""
        self.records += other.records
        self.redactions += other.redactions
        self.cuts += other.cuts
        self.unreadable += other.unreadable
        self.odd += other.odd
        self.ids |= other.ids
        if other.first is not None and other.last is not None:
            self._span(other.first, other.last)

    def _span(self, first: datetime, last: datetime) -> None:
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)


class JournalCopy:
    """Copies the first `size` bytes of a journal; lines that are no records stay behind."""

    def __init__(self, redactor: Redactor, tally: Tally) -> None:
        self._redactor = redactor
        self._tally = tally
        self._lines: list[bytes] = []
        self._times: list[datetime] = []
        self._size = 0

    def copy(
        self, path: Path, size: int, header: Header, take: Take, choose: Choose | None = None
    ) -> None:
        """Hand the journal to `take`, with a header of our own where it lost its own."""
        with os.fdopen(open_plain(path), "rb") as file:
            lines = lines_of(file, 0, size)
            place, line = next(lines, (0, b""))
            take(encode_header(_header(line, str(path), header)))
            if line and not _is_header(line, str(path)):
                self._add(place, line, choose)
            for place, line in lines:
                self._add(place, line, choose)
                if self._size > _AT_ONCE:
                    self._hand_over(take)
            self._hand_over(take)

    def _add(self, place: int, line: bytes, choose: Choose | None) -> None:
        try:
            envelope = decode_envelope(line)
            kept = choose(place, envelope, line) if choose else line
        except (BadLine, RecursionError):
            self._tally.unreadable += 1
            return
        if kept and oddity(envelope.type, kept):
            self._tally.odd += 1
        elif kept:
            self._lines.append(kept)
            self._times.append(envelope.ts)
            self._size += len(kept)

    def _hand_over(self, take: Take) -> None:
        """Many lines at once: most hold no secret, and that is seen at a glance."""
        if not self._lines:
            return
        lines = b"".join(self._lines)
        if self._redactor.may_hold(lines):
            clean = [self._redactor.line(line) for line in self._lines]
            lines = b"".join(line for line, _ in clean)
            self._tally.redactions += sum(hidden for _, hidden in clean)
        self._tally.count(self._times, lines)
        take(lines)
        self._lines, self._times, self._size = [], [], 0


def whole_size(path: Path) -> int:
    """Bytes of a journal up to the end of its last whole line; 0: there is none."""
    try:
        descriptor = open_plain(path)
    except FileNotFoundError:
        return 0
    with os.fdopen(descriptor, "rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65536)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            end = start
    return 0


def lines_of(file: BinaryIO, start: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Every whole line between two bytes, with where it begins; none that is far too long."""
    file.seek(start)
    place = start
    while place < size:
        line = file.readline(min(size - place, LONGEST))
        began, place = place, place + len(line)
        if line.endswith(b"\n"):
            yield began, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(min(size - place, LONGEST)) if place < size else b""
            place += len(line)


def _is_header(line: bytes, where: str) -> bool:
    try:
        decode_header(line, where)
    except BadLine:
        return False
    return True


def _header(line: bytes, where: str, fallback: Header) -> Header:
    """The journal's own header, under the name that it goes by."""
    try:
        found = decode_header(line, where)
    except BadLine:
        return fallback
    return Header(
        format=FORMAT_VERSION, kind=fallback.kind, name=fallback.name, created_at=found.created_at
    )


def header_of(kind: str, name: str) -> Header:
    """A header for a journal that lost its own."""
    return Header(format=FORMAT_VERSION, kind=kind, name=name, created_at=EPOCH_START)
