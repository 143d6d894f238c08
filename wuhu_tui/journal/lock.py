"""Locks of the operating system: a held lock is liveness, and dies with its holder."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from wuhu_tui.model.errors import Conflict, JournalError

PATIENCE = 1.0
"""Seconds an acquirer tries again by default: somebody may only be probing."""

_PAUSE = 0.01


class FileLock:
    """An exclusive lock on a file, held until released or until this process ends.

    The file stays after the release: removing it would let two holders hold two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    @property
    def is_lost(self) -> bool:
        """Whether this object holds a file that has its name no more: somebody else may hold that."""
        return self._descriptor is not None and not _is_at(self._descriptor, self.path)

    def acquire(self, timeout: float = PATIENCE) -> bool:
        """Take the lock, trying for `timeout` seconds; False if somebody else keeps it."""
        if self.held:
            return True
        deadline = time.monotonic() + timeout
        while not self._try():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def release(self) -> None:
        """Let go, also of copies that a fork made; releasing what is not held does nothing."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> bool:
        descriptor = _open(self.path, os.O_RDWR | os.O_CREAT)
        try:
            if _flock(descriptor, fcntl.LOCK_EX, self.path) and _is_at(descriptor, self.path):
                self._descriptor = descriptor
        finally:
            if not self.held:
                os.close(descriptor)
        return self.held

    def __enter__(self) -> Self:
        if not self.acquire():
            raise Conflict(
                "another process holds this lock",
                where=str(self.path),
                remedy="wait for it to finish, then try again",
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Whether any process, this one included, holds the lock; asks without waiting."""
    try:
        descriptor = _open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _flock(descriptor, fcntl.LOCK_SH, path)
    finally:
        os.close(descriptor)


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o644)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        raise _refused(path, "its folder does not exist") from None
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from error


def _flock(descriptor: int, kind: int, path: Path) -> bool:
    """Take the lock if nobody is in the way."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES):
            return False
        raise _refused(path, error.strerror or str(error)) from error
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the locked file is still the one of that name."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _refused(path: Path, reason: str) -> JournalError:
    return JournalError(
        f"cannot lock: {reason}",
        where=str(path),
        remedy="wuhu needs a local file system with flock and the right to write there",
    )
