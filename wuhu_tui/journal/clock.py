"""Time and ids as journals use them; both are injected everywhere, these are the real ones."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime

_lock = threading.Lock()
_newest = 0


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A unique id whose alphabetic order is the order of making, within one process exactly."""
    return f"{_next_moment():016x}{secrets.token_hex(6)}"


def _next_moment() -> int:
    """Milliseconds and a 16-bit count in one number that only rises, even if the clock falls."""
    global _newest  # noqa: PLW0603
    with _lock:
        _newest = max(_newest + 1, time.time_ns() // 1_000_000 << 16)
        return _newest
