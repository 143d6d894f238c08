"""Whether enough time has passed, by clocks that may be set back."""

from __future__ import annotations

from datetime import datetime, timedelta


def has_passed(patience: timedelta, *, since: datetime, now: datetime) -> bool:
    """Whether it has; a moment that lies farther ahead than that was told by another clock.

    So nothing that waits for a few seconds waits for hours because the clock went back.
    """
    return abs(now - since) >= patience
