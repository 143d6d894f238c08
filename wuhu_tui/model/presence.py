"""When the lead was at the dashboard: stretches of keys with no long rest between them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from wuhu_tui.model.value import Value

REST = timedelta(minutes=5)
"""A keyboard that rests for so long has nobody at it."""

AWAY = timedelta(minutes=15)
"""Who comes back after so long is told what happened meanwhile."""

Stretch = tuple[datetime, datetime]


class Presence(Value, frozen=True):
    """The lead has been at this dashboard since `since`, and gave the last sign at `until`."""

    since: datetime
    until: datetime

    def seen(self, at: datetime) -> Presence:
        """The same after a sign; a clock that went back moves nothing."""
        return Presence(since=self.since, until=max(self.until, at))

    def rests(self, at: datetime) -> bool:
        """Whether nobody has been at it for long; a clock that went far back says nothing else."""
        return abs(at - self.until) >= REST


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same times without overlaps, oldest first; what ends before it begins is left out."""
    found: list[Stretch] = []
    for since, until in sorted(stretches):
        if until < since:
            continue
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return tuple(found)


def clipped(stretches: Iterable[Stretch], since: datetime, until: datetime) -> tuple[Stretch, ...]:
    """What of them lies between two times."""
    inside = ((max(begin, since), min(end, until)) for begin, end in stretches)
    return tuple((begin, end) for begin, end in inside if begin < end)
