"""Numbers, sizes and spans of time as a person reads them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"))


def span(length: timedelta) -> str:
    """A length of time in one unit: 40s, 12m, 3h, 2d; a negative one counts as nothing."""
    seconds = max(0, int(length.total_seconds()))
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def fine_span(length: timedelta, *, hours_of_days: bool = False) -> str:
    """A length of time: 40s, 12m, 3h05, 2d (2d03h with hours); a negative one counts as nothing."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds}s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h{minutes:02}"
    return f"{hours // 24}d{hours % 24:02}h" if hours_of_days else f"{hours // 24}d"


def size(octets: int) -> str:
    """Bytes in the unit that keeps the number small."""
    number = float(octets)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 10 else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def counted(number: int, word: str) -> str:
    """A number with its word: "1 letter", "2 letters"; "2 branches", "2 entries"."""
    if number == 1:
        return f"1 {word}"
    if word.endswith("ry"):
        return f"{number} {word[:-1]}ies"
    return f"{number} {word}{'es' if word.endswith(('ch', 's', 'x')) else 's'}"


def few(names: Sequence[str], most: int = 3) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
