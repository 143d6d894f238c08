"""When things happened, by clocks that may be set back or belong to other machines. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from wuhu_tui.model.project_events import SessionInstantiated
from wuhu_tui.model.records import Record
from wuhu_tui.model.value import EPOCH_START, Value


class Happened(Value, frozen=True):
    """A record with its time as looking back counts it: never before its journal's older ones."""

    at: datetime
    record: Record


def forward(records: Iterable[Record], since: datetime = EPOCH_START) -> Iterator[Happened]:
    """One journal's records; none is before `since`, or before the one above it."""
    for record in records:
        since = max(since, record.ts)
        yield Happened(at=since, record=record)


def in_order(
    journals: Mapping[str, Iterable[Record]], made: Mapping[str, datetime] | None = None
) -> Iterator[Happened]:
    """All journals in the order of their times; the project's own, under an empty name, goes first.

    Nothing a session wrote is before its making, which the project's journal, or `made`, tells.
    """
    project = tuple(forward(journals.get("", ())))
    begun = {**(made or {}), **making_times(project)}
    sessions = [
        forward(records, begun.get(name, EPOCH_START))
        for name, records in sorted(journals.items())
        if name
    ]
    return heapq.merge(project, *sessions, key=lambda happened: happened.at)


def making_times(project: Iterable[Happened]) -> dict[str, datetime]:
    """When each session was made."""
    return {
        happened.record.event.spec.id: happened.at
        for happened in project
        if isinstance(happened.record.event, SessionInstantiated)
    }
