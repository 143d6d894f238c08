"""A sparse index beside a journal: seek in a large one without reading all of it."""

from __future__ import annotations

import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

from wuhu_tui.journal.lines import BadLine, decode_envelope
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.journal.views import write_atomic
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.value import EPOCH_START, Value

EVERY = 1000
"""Events between two entries."""

EVERY_BYTES = 4 << 20
"""Bytes between two entries, where events are long."""

_MAGIC = b"wuhu-index-1\n"
_HEAD = struct.Struct("<QQqIII")
_ENTRY = struct.Struct("<QQq")
_MARK = 256
_MICROSECOND = timedelta(microseconds=1)


class Entry(Value, frozen=True):
    """A line's beginning, and the greatest seq and time of all records before it."""

    offset: int
    seq: int
    moment: int
    """Microseconds since 1970; -1: no record stands before."""


class Index(Value, frozen=True):
    """The entries of a journal's first `covered` bytes, which hold nothing above `seq`, `moment`.

    `mark` is a checksum of what stands at the beginning and the end of those bytes.
    """

    entries: tuple[Entry, ...] = (Entry(offset=0, seq=0, moment=-1),)
    covered: int = 0
    seq: int = 0
    moment: int = -1
    since_entry: int = 0
    mark: int = 0


def seek(path: Path, target: int | datetime) -> int:
    """Offset of the first record whose seq, or time, is not before `target`.

    Where there is none, the offset behind the last whole line. Unreadable lines are passed over.

    Raises:
        JournalError: the journal cannot be read.
    """
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            return _seek(file, path, target)
    except OSError as error:
        raise JournalError(
            f"cannot be read: {error.strerror or error}",
            where=str(path),
            remedy="check that the journal exists and that you may read it",
        ) from error


def index_path(path: Path) -> Path:
    """Where the index of a journal lies; it is a cache and can be deleted."""
    return path.with_suffix(".index")


def load_index(path: Path) -> Index:
    """The journal's index, brought up to date; kept beside it where that can be written."""
    with os.fdopen(open_plain(path), "rb") as file:
        return _up_to_date(file, path)


def _seek(file: BinaryIO, path: Path, target: int | datetime) -> int:
    index = _up_to_date(file, path)
    start = _before(index, target)
    if not _begins_line(file, start):
        index = _rebuilt(file, path)
        start = _before(index, target)
    by_time = isinstance(target, datetime)
    return _scan(file, start, _number(target), by_time=by_time)


def _number(target: int | datetime) -> int:
    return _moment(target) if isinstance(target, datetime) else target


def _before(index: Index, target: int | datetime) -> int:
    """Offset of the last entry that no record reaching `target` precedes."""
    field = "moment" if isinstance(target, datetime) else "seq"
    place = bisect_left(index.entries, _number(target), key=attrgetter(field))
    return index.entries[max(0, place - 1)].offset


def _begins_line(file: BinaryIO, offset: int) -> bool:
    return offset == 0 or os.pread(file.fileno(), 1, offset - 1) == b"\n"


def _scan(file: BinaryIO, start: int, wanted: int, *, by_time: bool) -> int:
    """The first record from `start` on that reaches `wanted`."""
    offset = start
    for line in _whole_lines(file, start):
        place = _place(line)
        if place is not None and place[by_time] >= wanted:
            return offset
        offset += len(line)
    return offset


def _whole_lines(file: BinaryIO, start: int) -> Iterator[bytes]:
    file.seek(start)
    for line in file:
        if not line.endswith(b"\n"):
            return
        yield line


def _place(line: bytes) -> tuple[int, int] | None:
    """A record's seq and moment; None for the header and for lines that cannot be read."""
    try:
        envelope = decode_envelope(line)
    except BadLine:
        return None
    return envelope.seq, _moment(envelope.ts)


def _moment(time: datetime) -> int:
    return (time.astimezone(UTC) - EPOCH_START) // _MICROSECOND


def _up_to_date(file: BinaryIO, path: Path) -> Index:
    size = os.fstat(file.fileno()).st_size
    index = _stored(file, path, size) or Index()
    grown = _extended(file, index)
    if len(grown.entries) > len(index.entries):
        _store(path, grown)
    return grown


def _rebuilt(file: BinaryIO, path: Path) -> Index:
    index = _extended(file, Index())
    _store(path, index)
    return index


def _extended(file: BinaryIO, index: Index) -> Index:
    """The index, taken on to the end of the journal."""
    entries = list(index.entries)
    offset, seq, moment, since = index.covered, index.seq, index.moment, index.since_entry
    for line in _whole_lines(file, offset):
        if since >= EVERY or offset - entries[-1].offset >= EVERY_BYTES:
            entries.append(Entry(offset=offset, seq=seq, moment=moment))
            since = 0
        place = _place(line)
        if place is not None:
            seq, moment, since = max(seq, place[0]), max(moment, place[1]), since + 1
        offset += len(line)
    return Index(
        entries=tuple(entries),
        covered=offset,
        seq=seq,
        moment=moment,
        since_entry=since,
        mark=_mark(file, offset),
    )


def _mark(file: BinaryIO, covered: int) -> int:
    """A checksum by which a replaced or rewritten journal is told from the one indexed."""
    descriptor = file.fileno()
    beginning = os.pread(descriptor, min(_MARK, covered), 0)
    size = min(_MARK, covered)
    return zlib.crc32(os.pread(descriptor, size, covered - size), zlib.crc32(beginning))


def _store(path: Path, index: Index) -> None:
    """Keep the index beside the journal; one that cannot be kept is only slower."""
    body = b"".join(_ENTRY.pack(entry.offset, entry.seq, entry.moment) for entry in index.entries)
    head = _HEAD.pack(
        index.covered, index.seq, index.moment, index.since_entry, index.mark, len(index.entries)
    )
    content = _MAGIC + head + body
    try:
        write_atomic(index_path(path), content + struct.pack("<I", zlib.crc32(content)))
    except JournalError:
        return


def _stored(file: BinaryIO, path: Path, size: int) -> Index | None:
    """The index kept beside the journal, if it is whole and of this very journal."""
    try:
        with os.fdopen(open_plain(index_path(path)), "rb") as stored:
            content = stored.read()
    except OSError:
        return None
    index = _unpacked(content)
    if index is None or index.covered > size or index.mark != _mark(file, index.covered):
        return None
    return index


def _unpacked(content: bytes) -> Index | None:
    frame = len(_MAGIC) + _HEAD.size
    if len(content) < frame + 4 or not content.startswith(_MAGIC):
        return None
    if zlib.crc32(content[:-4]) != struct.unpack("<I", content[-4:])[0]:
        return None
    covered, seq, moment, since, mark, count = _HEAD.unpack_from(content, len(_MAGIC))
    if len(content) != frame + count * _ENTRY.size + 4:
        return None
    entries = tuple(
        Entry(offset=offset, seq=before, moment=time)
        for offset, before, time in _ENTRY.iter_unpack(content[frame:-4])
    )
    return Index(
        entries=entries, covered=covered, seq=seq, moment=moment, since_entry=since, mark=mark
    )
