"""How a journal ends: its last record, and what of it is torn."""

from __future__ import annotations

import os
from collections.abc import Iterator

from wuhu_tui.journal.lines import BadLine, decode_envelope, decode_header
from wuhu_tui.journal.reader import HEADER_LIMIT
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import Cursor, Header
from wuhu_tui.model.value import Value

_BLOCK = 1 << 16
_HEADER_BEGINS = b'{"format":'


class Ending(Value, frozen=True):
    """`size` is where the last whole line ends; `torn` bytes lie behind it."""

    size: int = 0
    torn: int = 0
    last: Cursor = Cursor()
    header: Header | None = None


def find_ending(descriptor: int, where: str) -> Ending:
    """Look at a journal's first line and its last ones; reads no more of it than needed.

    Raises:
        JournalError: this is no journal, or a newer wuhu wrote it.
    """
    total = os.fstat(descriptor).st_size
    size = _last_newline(descriptor, total)
    if size == 0:
        _refuse_foreign(os.pread(descriptor, HEADER_LIMIT, 0), total, where)
        return Ending(torn=total)
    return Ending(
        size=size,
        torn=total - size,
        last=_last_cursor(descriptor, size),
        header=_header(descriptor, where),
    )


def _last_newline(descriptor: int, end: int) -> int:
    """The offset just behind the last newline; 0 if there is none."""
    while end > 0:
        start = max(0, end - _BLOCK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _refuse_foreign(beginning: bytes, total: int, where: str) -> None:
    """Only a torn header may be cut away whole; anything else is somebody's file."""
    head = beginning[: len(_HEADER_BEGINS)]
    if total <= HEADER_LIMIT and (_HEADER_BEGINS.startswith(head) or head == _HEADER_BEGINS):
        return
    if not beginning.strip(b"\0"):
        return
    raise JournalError(
        "this file is not a journal",
        where=where,
        remedy="move it away; wuhu then begins a new journal there",
    )


def _last_cursor(descriptor: int, size: int) -> Cursor:
    """The last readable record's place, moved on by the unreadable lines behind it."""
    unreadable = 0
    for line in _lines_backwards(descriptor, size):
        try:
            envelope = decode_envelope(line)
        except BadLine:
            unreadable += 1
        else:
            return Cursor(epoch=envelope.epoch, seq=envelope.seq + unreadable)
    return Cursor(seq=unreadable - 1)


def _lines_backwards(descriptor: int, size: int) -> Iterator[bytes]:
    """Every whole line, the last one first, without its newline."""
    rest: list[bytes] = []
    end = size - 1
    while end > 0:
        start = max(0, end - _BLOCK)
        first, *others = os.pread(descriptor, end - start, start).split(b"\n")
        if others:
            yield others[-1] + b"".join(reversed(rest))
            yield from reversed(others[:-1])
            rest = []
        rest.append(first)
        end = start
    yield b"".join(reversed(rest))


def _header(descriptor: int, where: str) -> Header | None:
    """The header, or None if the first line is damaged."""
    line, newline, _ = os.pread(descriptor, HEADER_LIMIT, 0).partition(b"\n")
    try:
        return decode_header(line, where) if newline else None
    except BadLine:
        return None
