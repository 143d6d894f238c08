"""Spans of time as people and agents write them."""

from __future__ import annotations

import re
from datetime import timedelta

from wuhu_tui.model.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 3650 * 86400


def duration_of(text: str) -> timedelta | None:
    """`90s`, `10m`, `1h`, `2d`, plain seconds; `none` for no limit.

    Raises:
        UsageError: it is none of these.
    """
    if text == "none":
        return None
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smhd]?)", text)
    if match is None:
        raise UsageError(f'"{text}" is not a duration', remedy="write 90s, 10m, 1h, 2d or none")
    seconds = float(match[1]) * _UNITS[match[2] or "s"]
    if seconds > _LONGEST:
        raise UsageError(f'"{text}" is too long', remedy="say none for no limit")
    return timedelta(seconds=seconds)
