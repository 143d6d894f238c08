"""A file that only grows by whole lines: what cannot be written whole is taken back."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.journal.ending import Ending, find_ending
from wuhu_tui.journal.plain_files import refuse_odd
from wuhu_tui.journal.views import sync_folder
from wuhu_tui.model.errors import JournalError

_synchronise = getattr(os, "fdatasync", os.fsync)


class AppendFile:
    """The writer's end of one journal file, with one writer at a time.

    It knows how long the file must be. A file of another length has another writer, and is refused
    until it is opened again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1
        self._size = 0
        self._unclean = False

    @property
    def is_open(self) -> bool:
        """Whether lines can be appended."""
        return self._descriptor >= 0

    def open(self, header: bytes) -> Ending:
        """Open, or open anew: create with this header, or cut a torn end off.

        Raises:
            JournalError: it cannot be opened or written, or is no journal we can read.
        """
        self.close()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            self._descriptor = os.open(self.path, flags | os.O_NONBLOCK, 0o644)
            refuse_odd(self._descriptor, self.path)
            return self._settle(header)
        except OSError as error:
            self.close()
            raise self._refused(error) from error
        except JournalError:
            self.close()
            raise

    def _settle(self, header: bytes) -> Ending:
        ending = find_ending(self._descriptor, str(self.path))
        self._size, self._unclean = ending.size, ending.torn > 0
        self._take_back()
        if self._size == 0:
            self.append(header, durable=True)
            sync_folder(self.path.parent)
            ending = replace(ending, size=self._size)
        return ending

    def append(self, data: bytes, *, durable: bool) -> None:
        """Put whole lines at the end; `durable`: on disk, with all before them, on return.

        Raises:
            JournalError: nothing of `data` is in the file, or will be taken for a part of it.
        """
        try:
            self._take_back()
            self._refuse_changed()
            self._write(data)
            if durable:
                _synchronise(self._descriptor)
        except OSError as error:
            self._unclean = True
            self._try_to_take_back()
            raise self._refused(error) from error
        self._size += len(data)

    def close(self) -> None:
        """Let go of the file."""
        if self.is_open:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _take_back(self) -> None:
        """Cut what a failed write, ours or a dead writer's, left behind the last whole line."""
        if self._unclean:
            os.ftruncate(self._descriptor, self._size)
            os.fsync(self._descriptor)
            self._unclean = False

    def _try_to_take_back(self) -> None:
        """At once if the disk allows; otherwise the next append begins with it."""
        try:
            self._take_back()
        except OSError:
            self._unclean = True

    def _refuse_changed(self) -> None:
        if not self.is_open:
            raise JournalError("this journal is closed", where=str(self.path))
        status = os.fstat(self._descriptor)
        if status.st_nlink and status.st_size == self._size:
            return
        raise JournalError(
            "somebody else wrote to or removed this journal; this writer stops",
            where=str(self.path),
            remedy="only one life of a session may write; look for a second runner",
        )

    def _refused(self, error: OSError) -> JournalError:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return JournalError(
            f"cannot be written: {error.strerror or error}",
            where=str(self.path),
            remedy="free some disk space" if full else "check the folder, its rights and its disk",
        )
