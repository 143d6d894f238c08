"""A pulse: a FIFO that a process holds open, so that whoever reads it is told at once of its end."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def hold_pulse(path: Path) -> int:
    """Make the FIFO if it is not there, and hold it; the descriptor that does.

    Raises:
        OSError: the system refused.
    """
    with suppress(FileExistsError):
        os.mkfifo(path, 0o600)
    # For reading and writing: so a FIFO opens at once, and keeps what is written before it is read.
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


def listen_to_pulse(path: Path) -> int | None:
    """A descriptor that ends when nobody holds the pulse any more; None: nobody does.

    Raises:
        OSError: the system refused for another reason.
    """
    try:
        pulse = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    if is_beating(pulse):
        return pulse
    os.close(pulse)
    return None


def is_beating(pulse: int) -> bool:
    """Whether anybody holds the other end; nothing is ever written into it."""
    try:
        return os.read(pulse, 64) != b""
    except BlockingIOError:
        return True
