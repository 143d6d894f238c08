"""The timeline: each session's states as bars in time, and when the lead was there. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from wuhu_tui.model.lookbacks import Bar, Timeline, TimelineRow
from wuhu_tui.model.presence import Stretch, clipped, merged
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.trails import Step, Trail, Trails


def timeline(
    trails: Trails,
    until: datetime,
    *,
    since: datetime | None = None,
    present: Sequence[Stretch] = (),
) -> Timeline:
    """All sessions that were there between two times; `present`: looks that no record tells yet."""
    begin = beginning(trails, until) if since is None else min(since, until)
    rows = [_row(trail, begin, until) for trail in trails.sessions.values() if trail.steps]
    there = sorted(
        (row for row in rows if row.bars), key=lambda row: (made(trails, row), row.session)
    )
    looks = merged([*trails.looks, *present])
    return Timeline(
        since=begin, until=until, rows=tuple(there), present=clipped(looks, begin, until)
    )


def beginning(trails: Trails, until: datetime) -> datetime:
    """When the first session was made."""
    made = (trail.steps[0].at for trail in trails.sessions.values() if trail.steps)
    return min(min(made, default=until), until)


def made(trails: Trails, row: TimelineRow) -> datetime:
    """When a row's session was made."""
    return trails.sessions[row.session].steps[0].at


def _row(trail: Trail, since: datetime, until: datetime) -> TimelineRow:
    return TimelineRow(
        session=trail.session,
        title=trail.view.spec.shown_name,
        bars=tuple(_bars(trail.steps, since, until)),
        cost=trail.cost,
        archived=trail.steps[-1].state is SessionState.ARCHIVED,
    )


def stretches(steps: Sequence[Step], until: datetime) -> Iterator[tuple[Step, datetime]]:
    """Each step and when it ended; what is archived for good is at its end."""
    for place, step in enumerate(steps):
        last = place == len(steps) - 1
        if last and step.state is SessionState.ARCHIVED:
            return
        yield step, until if last else steps[place + 1].at


def _bars(steps: Sequence[Step], since: datetime, until: datetime) -> Iterator[Bar]:
    for step, ended in stretches(steps, until):
        begin, end = max(step.at, since), min(ended, until)
        if begin < end:
            yield Bar(
                state=step.state,
                since=begin,
                until=end,
                cursor=step.cursor,
                waits=step.waits.for_lead,
                what=step.waits.what,
            )
