"""Reads files that others may have put there: never waits for a pipe, never reads without end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

SMALL = 1 << 20
"""Bytes of the largest file of settings."""


def open_plain(path: Path) -> int:
    """A descriptor of a plain file, for reading; whoever asks closes it.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        refuse_odd(descriptor, path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def refuse_odd(descriptor: int, path: Path) -> None:
    """Pass only a plain file.

    Raises:
        OSError: it is a folder, a pipe or a device.
    """
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no plain file", str(path))


def read_plain(path: Path, most: int = SMALL) -> bytes:
    """What a plain file holds, its first `most` bytes and one more at most.

    Raises:
        OSError: it cannot be read, or is a folder, a pipe or a device.
    """
    with os.fdopen(open_plain(path), "rb") as file:
        return file.read(most + 1)
