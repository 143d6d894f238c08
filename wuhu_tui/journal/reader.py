"""Read a journal from any place: whole lines only, and no content, however broken, stops it."""

from __future__ import annotations

import os
from pathlib import Path

from wuhu_tui.journal.lines import BadLine, decode_header, decode_line
from wuhu_tui.journal.plain_files import open_plain
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import Header, Record
from wuhu_tui.model.value import Value

HEADER_LIMIT = 4096
"""No header is longer; a longer first line is something else."""

_MARK = 256
_BLOCK = 1 << 20


class Problem(Value, frozen=True):
    """A line that could not be read, as it is, and where it stands."""

    offset: int
    line: bytes
    reason: str
    session: str = ""


class Page(Value, frozen=True):
    """What stood between two offsets; `offset` is where to read on.

    `restarted`: the journal is not the one the old offset was of, so this is its beginning.
    `more`: the limit ended the page, not the file.
    """

    records: tuple[Record, ...] = ()
    offset: int = 0
    problems: tuple[Problem, ...] = ()
    restarted: bool = False
    more: bool = False


def read_from(path: Path, session: str, offset: int = 0, *, limit: int = 0) -> Page:
    """Every whole line from `offset` on, up to about `limit` bytes (0: all).

    An incomplete last line is left for the next reading. A journal that does not exist is empty.

    Raises:
        JournalError: a newer wuhu wrote it, or the file cannot be opened.
    """
    return JournalReader(path, session, offset).read(limit)


def read_header(path: Path) -> Header:
    """The journal's header.

    Raises:
        JournalError: there is none, or a newer wuhu wrote it.
    """
    try:
        with os.fdopen(open_plain(path), "rb") as file:
            line = file.readline(HEADER_LIMIT)
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        return decode_header(line, str(path))
    except BadLine as error:
        raise JournalError(
            f"no journal header: {error}",
            where=str(path),
            remedy="the first line is damaged or this is not a journal; its records can be read",
        ) from error


class JournalReader:
    """Reads one journal on and on; notices when it was replaced or cut behind its back."""

    def __init__(self, path: Path, session: str, offset: int = 0) -> None:
        self.path = path
        self.session = session
        self.offset = offset
        self._file: tuple[int, int] | None = None
        self._mark = b""
        self._seen: tuple[int, ...] = ()

    def read(self, limit: int = 0) -> Page:
        """What was written since the last reading."""
        if self._unchanged():
            return Page(offset=self.offset)
        try:
            descriptor = open_plain(self.path)
        except FileNotFoundError:
            return self._vanished()
        except OSError as error:
            raise _unreadable(self.path, error) from error
        try:
            return self._read(descriptor, limit)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        finally:
            os.close(descriptor)

    def _unchanged(self) -> bool:
        try:
            there = self.path.stat()
        except OSError:
            return False
        return self._seen == _signature(there)

    def _vanished(self) -> Page:
        restarted = self.offset > 0
        self.offset, self._file, self._mark, self._seen = 0, None, b"", ()
        return Page(restarted=restarted)

    def _read(self, descriptor: int, limit: int) -> Page:
        status = os.fstat(descriptor)
        restarted = not self._is_continued(descriptor, status)
        start = 0 if restarted else self.offset
        chunk = _whole_lines(descriptor, start, status.st_size, limit)
        records, problems = _decode(chunk, start, self.path, self.session)
        self.offset = start + len(chunk)
        self._file = (status.st_dev, status.st_ino)
        self._mark = _before(descriptor, self.offset)
        more = bool(limit) and _has_line(descriptor, self.offset, status.st_size)
        self._seen = () if more else _signature(status)
        return Page(
            records=tuple(records),
            offset=self.offset,
            problems=tuple(problems),
            restarted=restarted,
            more=more,
        )

    def _is_continued(self, descriptor: int, status: os.stat_result) -> bool:
        """Whether what lies before our offset is what we read there."""
        if self.offset == 0:
            return True
        if status.st_size < self.offset:
            return False
        before = _before(descriptor, self.offset)
        if self._file is None:
            return before.endswith(b"\n")
        return before == self._mark and self._file == (status.st_dev, status.st_ino)


def _signature(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _before(descriptor: int, offset: int) -> bytes:
    """The last bytes before an offset: with them a reader knows its journal again."""
    size = min(_MARK, offset)
    return os.pread(descriptor, size, offset - size)


def _whole_lines(descriptor: int, start: int, end: int, limit: int) -> bytes:
    """Bytes from `start` that end with a newline: about `limit` of them, or all up to `end`."""
    wanted = min(limit, end - start) if limit else end - start
    parts: list[bytes] = []
    while wanted > 0:
        part = os.pread(descriptor, min(wanted, _BLOCK), start)
        if not part:
            break
        parts.append(part)
        start += len(part)
        wanted -= len(part)
        if limit and wanted <= 0 and not any(b"\n" in old for old in parts):
            wanted = min(_BLOCK, end - start)
    chunk = b"".join(parts)
    return chunk[: chunk.rfind(b"\n") + 1]


def _has_line(descriptor: int, start: int, end: int) -> bool:
    """Whether at least one more whole line stands there."""
    while start < end:
        part = os.pread(descriptor, min(_BLOCK, end - start), start)
        if not part or b"\n" in part:
            return bool(part)
        start += len(part)
    return False


def _decode(
    chunk: bytes, start: int, path: Path, session: str
) -> tuple[list[Record], list[Problem]]:
    records: list[Record] = []
    problems: list[Problem] = []
    offset = start
    for line in chunk.split(b"\n")[:-1]:
        try:
            if offset or not _is_header(line, path):
                records.append(decode_line(line, session))
        except BadLine as error:
            problem = Problem(offset=offset, line=line, reason=str(error), session=session)
            problems.append(problem)
        offset += len(line) + 1
    return records, problems


def _is_header(line: bytes, path: Path) -> bool:
    """Whether a first line is the header; one that lost its header may begin with a record."""
    try:
        decode_header(line, str(path))
    except BadLine:
        return False
    return True


def quarantine(path: Path, problems: tuple[Problem, ...] | list[Problem]) -> int:
    """Copy lines that could not be read, as they are, beside the journal `path`; each once.

    Returns how many were new there.
    """
    kept = path.with_suffix(".quarantine")
    try:
        known = _lines_of(kept)
        new = [line for line in dict.fromkeys(p.line for p in problems) if line not in known]
        if new:
            with kept.open("ab") as file:
                file.write(b"".join(line + b"\n" for line in new))
    except OSError as error:
        raise _unreadable(kept, error) from error
    return len(new)


def _lines_of(kept: Path) -> set[bytes]:
    if not kept.exists():
        return {b""}
    with os.fdopen(open_plain(kept), "rb") as file:
        return set(file.read().split(b"\n"))


def _unreadable(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"cannot be used: {error.strerror or error}",
        where=str(path),
        remedy="check that the file exists and that you may read and write it",
    )
