"""Reads on in a session's journal for the few lines that concern a worker.

A journal is mostly streamed output. Lines of other kinds are passed over without decoding, so that
even a long one is read through in moments and a waiting process costs next to nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress

from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.journal.lines import BadLine, decode_line
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.records import Record

BLOCK = 1 << 20
"""Bytes read at once."""

_KINDS = rb"question|answer|message|command"
_LINE = re.compile(
    rb'^\{"epoch":[0-9]+,"seq":[0-9]+,"ts":"[^"]*","type":"(?:' + _KINDS + rb")\.[^\n]*$", re.M
)


class Watch:
    """Everything about questions, answers, messages and commands, once each, as it is written."""

    def __init__(self, folder: SessionFolder) -> None:
        self._path = folder.journal
        self._session = folder.name
        self._offset = 0
        self._file: tuple[int, int] = (0, 0)

    def read(self) -> Iterator[Record]:
        """What was written since the last reading; of a journal that was replaced, all of it.

        Raises:
            JournalError: it cannot be read.
        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            yield from self._lines(descriptor)
        except OSError as error:
            raise self._unreadable(error) from error
        finally:
            os.close(descriptor)

    def _lines(self, descriptor: int) -> Iterator[Record]:
        status = os.fstat(descriptor)
        file = (status.st_dev, status.st_ino)
        if file != self._file or status.st_size < self._offset:
            self._file, self._offset = file, 0
        rest = b""
        while part := os.pread(descriptor, BLOCK, self._offset + len(rest)):
            chunk = rest + part
            end = chunk.rfind(b"\n") + 1
            self._offset += end
            rest = chunk[end:]
            for match in _LINE.finditer(chunk, 0, end):
                with suppress(BadLine):  # whoever shows the journal tells it
                    yield decode_line(match[0], self._session)

    def _unreadable(self, error: OSError) -> JournalError:
        return JournalError(
            f"cannot be read: {error.strerror or error}",
            where=str(self._path),
            remedy="check the rights of the session's folder",
        )
