"""How far a session's clock is provably off the project's. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

NONE = timedelta()


def shift_of(
    born: datetime | None, first: datetime | None, known: Iterable[tuple[datetime, datetime]]
) -> timedelta:
    """What to add to a session's times: no more than is proven.

    `born` is when the project wrote that the session was made, `first` the time of its first
    record, which came later. `known` are times of its records, each with the time at which the
    project's journal already spoke of it.
    """
    shift = NONE
    if born is not None and first is not None:
        shift = max(shift, born - first)
    ahead = min((project - session for session, project in known), default=NONE)
    return ahead if ahead < NONE else shift
