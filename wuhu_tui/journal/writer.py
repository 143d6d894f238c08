"""Write a journal: one writer, whole lines, decisions on disk before anybody acts on them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from wuhu_tui.journal.appending import AppendFile
from wuhu_tui.journal.clock import now
from wuhu_tui.journal.lines import BadLine, decode_line, encode_header, encode_record
from wuhu_tui.journal.redact import Redactor
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.events import Event, UnknownEvent
from wuhu_tui.model.records import FORMAT_VERSION, Cursor, Header, Record
from wuhu_tui.model.session_events import STREAMED

Redact = Callable[[bytes], tuple[bytes, int]]
"""Takes secrets out of a line and counts them."""

BATCH = timedelta(milliseconds=50)
"""A streamed event after this much quiet is written at once; sooner ones wait for `flush`."""

BUFFER_LIMIT = 1 << 16
"""Bytes of streamed events that wait; more are written without being asked."""


class JournalWriter:
    """The one writer of a journal; whoever opens it holds the journal's lock.

    `cut` bytes of a torn last line were cut off at the opening, `redacted` secrets taken out since.
    `append` returns a record as it will be read again. A writer that finds the journal changed by
    somebody else refuses to write on: an older life can never count beside a newer one.
    """

    def __init__(
        self, file: AppendFile, header: Header, clock: Callable[[], datetime], redact: Redact
    ) -> None:
        self.path = file.path
        self.cut = 0
        self.redacted = 0
        self.last = Cursor()
        self._file = file
        self._header = header
        self._session = header.name if header.kind == "session" else ""
        self._clock = clock
        self._redact = redact
        self._epoch = 1
        self._waiting = bytearray()
        self._written_at: datetime | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        kind: str,
        name: str,
        clock: Callable[[], datetime] = now,
        redact: Redact | None = None,
    ) -> JournalWriter:
        """Open or create the journal `name` of `kind` session or project.

        Without `redact`, the secrets of this process's own environment are taken out.

        Raises:
            JournalError: it cannot be written, is another's, or a newer wuhu wrote it.
        """
        header = Header(format=FORMAT_VERSION, kind=kind, name=name, created_at=clock())
        redact = redact or Redactor(dict(os.environ)).line
        writer = cls(AppendFile(path), header, clock, redact)
        writer.cut = writer.refresh()
        return writer

    @property
    def epoch(self) -> int:
        """The epoch of the next record."""
        return self._epoch

    @property
    def pending(self) -> bool:
        """Whether streamed events wait for `flush`."""
        return bool(self._waiting)

    def claim_epoch(self, after: int = 0) -> int:
        """Begin a new life; it counts once its first decision is appended.

        `after`: an epoch that is known to have been, though the journal has nothing of it.
        """
        self._epoch = max(self.last.epoch, after) + 1
        return self._epoch

    def append(self, event: Event | UnknownEvent) -> Record:
        """Write one event; all but streamed ones are on disk when this returns.

        Raises:
            JournalError: it is not on disk, and nothing of it will be.
        """
        record, line, hidden = self._prepare(event)
        if type(event) not in STREAMED:
            self._write(line, durable=True)
        elif self._may_wait(record.ts, len(line)):
            self._waiting += line
        else:
            self._write(line, durable=False)
        self.last = record.cursor
        self.redacted += hidden
        return record

    def flush(self) -> None:
        """Hand waiting streamed events to the operating system, so that readers see them."""
        if self._waiting:
            self._write(b"", durable=False)

    def close(self) -> None:
        """Flush, make everything durable and let go; closing twice does nothing."""
        if not self._file.is_open:
            return
        try:
            self._write(b"", durable=True)
        finally:
            self._file.close()

    def refresh(self) -> int:
        """Take in what other processes appended in their turn, and cut a torn end.

        Returns the bytes cut. A journal with several writers needs this, under its lock, before
        each append.
        """
        self.flush()
        ending = self._file.open(encode_header(self._header))
        self._refuse_another(ending.header)
        self.last = ending.last
        self._epoch = max(self._epoch, ending.last.epoch)
        return ending.torn

    def _refuse_another(self, header: Header | None) -> None:
        mine = self._header
        if header is None or (header.kind, header.name) == (mine.kind, mine.name):
            return
        self._file.close()
        raise JournalError(
            f"this is the journal of {header.kind} {header.name}, not of {mine.kind} {mine.name}",
            where=str(self.path),
            remedy="a folder was copied or renamed; put it back under its own name",
        )

    def _prepare(self, event: Event | UnknownEvent) -> tuple[Record, bytes, int]:
        """The record as it will be read again, its line, and how many secrets were taken out."""
        record = Record(
            session=self._session,
            epoch=self._epoch,
            seq=self.last.seq + 1,
            ts=self._clock(),
            event=event,
        )
        try:
            line, hidden = self._redact(encode_record(record))
            return decode_line(line, self._session), line, hidden
        except (BadLine, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise JournalError(
                f"an event could not be read back, so it is not written: {error}",
                where=f"{self.path}: {type(event).__name__}",
                remedy="this is a defect of wuhu or of its agent's protocol; please report it",
            ) from error

    def _may_wait(self, moment: datetime, size: int) -> bool:
        """Whether a streamed event joins the batch: something was written a moment ago."""
        if self._written_at is None or len(self._waiting) + size > BUFFER_LIMIT:
            return False
        return timedelta() <= moment - self._written_at < BATCH

    def _write(self, line: bytes, *, durable: bool) -> None:
        self._file.append(bytes(self._waiting) + line, durable=durable)
        self._waiting.clear()
        self._written_at = self._clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
