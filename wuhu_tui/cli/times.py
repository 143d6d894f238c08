"""Times as people write them on the command line: how long ago, or a date with a clock time."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from wuhu_tui.journal.clock import now
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.quantities import fine_span
from wuhu_tui.model.search_line import moment_of
from wuhu_tui.worker.durations import duration_of


def time_of(text: str, *, ends: bool = False) -> datetime | None:
    """The time that is meant, as a search reads it; None for nothing.

    Of a day its beginning, or its last moment if it `ends` something.

    Raises:
        UsageError: it is no time.
    """
    if not text:
        return None
    with suppress(UsageError, OverflowError):
        span = duration_of(text)
        if span is not None:
            return now() - span
    return moment_of(text, now(), ends=ends)


def span_words(length: timedelta) -> str:
    """A length of time: 40s, 12m, 3h05, 2d03h; a negative one counts as nothing."""
    return fine_span(length, hours_of_days=True)


def clock_words(at: datetime, today: datetime) -> str:
    """A time in the lead's own zone; with its day where that is another than today's."""
    here = at.astimezone()
    same = here.date() == today.astimezone().date()
    return here.strftime("%H:%M" if same else "%a %d %b %H:%M")
