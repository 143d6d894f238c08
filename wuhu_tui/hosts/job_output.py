"""What a job prints, as its keeper writes it: without secrets, and never more than two files of it."""

from __future__ import annotations

from typing import IO

from wuhu_tui.journal.layout import JobFolder
from wuhu_tui.journal.redact import Redactor

FILE_LIMIT = 2 << 20
"""Bytes after which a new file is begun; the one before it is kept, older ones are not."""

LINE_LIMIT = 1 << 16
"""Bytes of an unfinished line that are held back: a secret in it is only seen whole."""


class JobOutput:
    """Takes pieces of output and writes whole lines; a disk that refuses never stops the job."""

    def __init__(
        self, folder: JobFolder, redactor: Redactor, *, file_limit: int = FILE_LIMIT
    ) -> None:
        self._folder = folder
        self._redactor = redactor
        self._file_limit = file_limit
        self._file: IO[bytes] | None = None
        self._size = 0
        self._held = bytearray()
        self.trouble = ""
        """Why some of the output is missing; empty: none is."""

    @property
    def holds(self) -> bool:
        """Whether an unfinished line is held back."""
        return bool(self._held)

    def take(self, data: bytes) -> None:
        """Write the whole lines there are now."""
        self._held += data
        end = self._held.rfind(b"\n") + 1
        if not end and len(self._held) < LINE_LIMIT:
            return
        self._put(bytes(self._held[: end or len(self._held)]))
        del self._held[: end or len(self._held)]

    def flush(self) -> None:
        """Write also the unfinished line."""
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()

    def close(self) -> None:
        """Write what is held and let the file go."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _put(self, data: bytes) -> None:
        try:
            self._write(self._redactor.output(data))
        except OSError as error:
            self.trouble = f"some of its output could not be written: {error.strerror or error}"

    def _write(self, data: bytes) -> None:
        if self._file is None or self._size >= self._file_limit:
            self._begin_file()
        assert self._file is not None
        self._size += len(data)
        self._file.write(data)

    def _begin_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self._folder.output.replace(self._folder.older_output)
        self._file = self._folder.output.open("ab", buffering=0)
        self._size = 0
