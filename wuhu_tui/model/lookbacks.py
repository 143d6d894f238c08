"""Looking back: what happened while the lead was away, who was in which state when, who waited for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from wuhu_tui.model.marks import MarkKind
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value


class AwayGroup(StrEnum):
    """What something that happened means to the lead, the most pressing first."""

    NEEDS_YOU = "needs you"
    WENT_WRONG = "went wrong"
    DECIDED = "decided without you"
    DONE = "done"
    LANDED = "landed"
    WORKED = "worked on"
    OWN = "by you"
    """What the lead did elsewhere: another dashboard, the command line."""


class AwayLine(Value, frozen=True):
    """One thing that happened, with the record it stands in; `count` of them alike are one line."""

    group: AwayGroup
    session: str
    cursor: Cursor
    at: datetime
    text: str
    journal: str = ""
    """Whose journal the record stands in; empty: the project's own."""
    kind: MarkKind | None = None
    count: int = 1
    open: bool = False
    """Whether it still waits for the lead."""


class Away(Value, frozen=True):
    """Everything since `since`; lines by group, within one the oldest first."""

    since: datetime
    until: datetime
    lines: tuple[AwayLine, ...] = ()


class Bar(Value, frozen=True):
    """A stretch of time in one state; `waits`: for the lead, and `what` says for which word."""

    state: SessionState
    since: datetime
    until: datetime
    cursor: Cursor = Cursor()
    waits: bool = False
    what: str = ""


class TimelineRow(Value, frozen=True):
    """One session's states, oldest first, without gaps from its making to its end."""

    session: str
    title: str
    bars: tuple[Bar, ...] = ()
    cost: float | None = None
    """What it used, in all its lives; None: its agent does not tell."""
    archived: bool = False


class Timeline(Value, frozen=True):
    """All sessions between two times; the lead's own presence beside them."""

    since: datetime
    until: datetime
    rows: tuple[TimelineRow, ...] = ()
    present: tuple[tuple[datetime, datetime], ...] = ()
    """When the lead was at the dashboard."""


class Wait(Value, frozen=True):
    """Somebody waited for somebody; `until` is None while it goes on."""

    who: str
    whom: str
    what: str
    since: datetime
    until: datetime | None
    cursor: Cursor = Cursor()
    session: str = ""
    by: str = ""
    """Who ended it, where that is told."""


class WaitSum(Value, frozen=True):
    """All waits for one reason, or of one session, in sum."""

    name: str
    count: int
    length: timedelta


class Accounting(Value, frozen=True):
    """Where the lead's attention and the money went."""

    since: datetime
    until: datetime
    waits: tuple[Wait, ...] = ()
    """All that ended within, and all that go on, oldest first."""
    for_lead: timedelta = timedelta()
    """All time sessions spent waiting for the lead, in sum."""
    for_sessions: timedelta = timedelta()
    """All time sessions spent waiting for each other."""
    oldest: Wait | None = None
    """The oldest that still waits for the lead."""
    merged: int = 0
    cost: float = 0.0
    cost_known: bool = True
    """Whether every agent told its cost; else `cost` is only what was told."""
    cost_merged: float = 0.0
    """What sessions cost whose work is on base."""
    answers: int = 0
    """How many questions the lead answered."""
    answer_half: timedelta | None = None
    """Within which the lead gave half of these answers."""
    answer_most: timedelta | None = None
    """Within which nine of ten."""
    by_reason: tuple[WaitSum, ...] = ()
    """Waits for the lead by their reason, the longest first."""
    by_session: tuple[WaitSum, ...] = ()
    """The same by session."""
    waited_in: tuple[timedelta, ...] = ()
    """How long sessions waited for the lead, in each of so many equal parts of the time."""
    cost_in: tuple[float, ...] = ()
    """What was spent in each of these parts."""
    unknown_costs: tuple[str, ...] = ()
    """Sessions whose agents work and do not tell what they cost."""
