"""A time as the lead writes it: of the day, with a date, or so much before or after the moment."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from wuhu_tui.model.errors import UsageError

FORMS = "14:05 · 14:05:30 · -10m · +30s · 2026-11-20 · 2026-11-20 14:05"
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def read_time(text: str, now: datetime, first: datetime, last: datetime) -> datetime:
    """The time that is meant; `now` is the moment's, a time of day alone is of its day.

    If the recording does not reach that day's time, the day on which it does is taken.

    Raises:
        UsageError: it is no time, or no time that there can be.
    """
    written = text.strip().lower()
    try:
        if written[:1] in ("+", "-"):
            return now + _length(written)
        if written in ("now", "end"):
            return last
        return _of_calendar(written, now, first, last)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text.strip()!r} is no time", remedy=f"write it so: {FORMS}") from error


def _length(written: str) -> timedelta:
    parts = _PART.findall(written[1:])
    if not parts or "".join(written[1:].split()) != "".join(f"{n}{unit}" for n, unit in parts):
        raise ValueError(written)
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return timedelta(seconds=-seconds if written[0] == "-" else seconds)


def _of_calendar(written: str, now: datetime, first: datetime, last: datetime) -> datetime:
    day, _, clock = written.replace("t", " ").partition(" ")
    if ":" in day and not clock:
        return _of_day(_clock(day), now, first, last)
    when = datetime.combine(date.fromisoformat(day), _clock(clock) if clock else time())
    return when.astimezone()


def _clock(written: str) -> time:
    hour, minute, *rest = (int(part) for part in written.strip().split(":"))
    if len(rest) > 1:
        raise ValueError(written)
    return time(hour, minute, rest[0] if rest else 0)


def _of_day(clock: time, now: datetime, first: datetime, last: datetime) -> datetime:
    """That time on the moment's day, else on the nearest day on which something was recorded."""
    today = now.astimezone().date()
    for days in (0, -1, +1):
        found = datetime.combine(today + timedelta(days=days), clock).astimezone()
        if first - timedelta(minutes=1) <= found <= last:
            return found
    return datetime.combine(today, clock).astimezone()
