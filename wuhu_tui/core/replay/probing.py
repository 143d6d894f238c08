"""Looks up single records of a journal, however long it is, without reading it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from wuhu_tui.journal.lines import BadLine, Envelope, decode_envelope
from wuhu_tui.journal.plain_files import open_plain

_PROBE = 1 << 14
_MOST_PROBE = 1 << 22


def times_of(path: Path, limit: int, seqs: tuple[int, ...]) -> list[datetime | None]:
    """When these records were written; None for what is not found."""
    try:
        descriptor = open_plain(path)
    except OSError:
        return [None for _ in seqs]
    try:
        return [_time_of(descriptor, limit, seq) for seq in seqs]
    except OSError:
        return [None for _ in seqs]
    finally:
        os.close(descriptor)


def has_line(path: Path, start: int, stop: int) -> bool:
    """Whether a whole line stands between two offsets."""
    if stop <= start:
        return False
    try:
        descriptor = open_plain(path)
    except OSError:
        return False
    try:
        while start < stop:
            part = os.pread(descriptor, min(_PROBE, stop - start), start)
            if not part or b"\n" in part:
                return bool(part)
            start += len(part)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _time_of(descriptor: int, limit: int, seq: int) -> datetime | None:
    """Halves the journal, whose seqs only rise, until the record is within one probe."""
    low, high = 0, limit
    while high - low > _PROBE:
        middle = (low + high) // 2
        found = _first_behind(descriptor, middle, high)
        if found is None or found[1].seq > seq:
            high = middle
        elif found[1].seq == seq:
            return found[1].ts
        else:
            low = found[0]
    return _within(descriptor, low, limit, seq)


def _first_behind(descriptor: int, offset: int, end: int) -> tuple[int, Envelope] | None:
    """The first readable record that begins behind an offset, and where."""
    size = _PROBE
    while size <= _MOST_PROBE:
        chunk = os.pread(descriptor, min(size, end - offset), offset)
        begin = chunk.find(b"\n") + 1
        while begin and (stop := chunk.find(b"\n", begin)) >= 0:
            envelope = _envelope(chunk[begin:stop])
            if envelope is not None:
                return offset + begin, envelope
            begin = stop + 1
        if len(chunk) < size:
            return None
        size *= 4
    return None


def _within(descriptor: int, low: int, limit: int, seq: int) -> datetime | None:
    size = _PROBE * 2
    while size <= _MOST_PROBE:
        chunk = os.pread(descriptor, min(size, limit - low), low)
        for line in chunk.split(b"\n")[:-1]:
            envelope = _envelope(line)
            if envelope is not None and envelope.seq >= seq:
                return envelope.ts if envelope.seq == seq else None
        if low + len(chunk) >= limit or not chunk:
            return None
        size *= 4
    return None


def _envelope(line: bytes) -> Envelope | None:
    try:
        return decode_envelope(line)
    except BadLine:
        return None
