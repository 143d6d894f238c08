"""Reads files that others may have put there: never waits for a pipe, never reads without end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

SMALL = 1 << 20
"""Bytes of the largest file of settings."""


def read_plain(path: Path, most: int = SMALL) -> bytes:
    """What a plain file holds, its first `most` bytes and one more at most.

    Raises:
        OSError: it cannot be read, or is a folder, a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        return file.read(most + 1)
