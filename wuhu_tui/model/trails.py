"""What each session went through: states, waits and costs in time, made of records by a fold. Pure.

The same fold that makes the board makes these; nothing here decides a state of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import events
from wuhu_tui.model.agent_events import GuessMade
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.fold import fold
from wuhu_tui.model.history_events import LeadLooked
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.lookbacks import Wait
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.presence import Stretch
from wuhu_tui.model.project_events import (
    JoinLeft,
    JoinOpened,
    JoinWoken,
    MergeEnded,
    SessionInstantiated,
)
from wuhu_tui.model.recorded_times import Happened
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.spending import spent, tokens_of
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value
from wuhu_tui.model.waits_for_lead import NOBODY, WaitsFor, question_word, waits_for

OVER = frozenset({SessionState.MERGED, SessionState.ARCHIVED})
"""States in which nobody waits for an answer any more."""

DEFAULT = "default"
"""Who answers a question that nobody answered in time."""


class Step(Value, frozen=True):
    """From here on it was in this state, and waited for that; `cursor` is of `journal`."""

    at: datetime
    state: SessionState
    waits: WaitsFor = NOBODY
    cursor: Cursor = Cursor()
    journal: str = ""


@dataclass
class Trail:
    """One session's way, growing; `costs` are what it had used in sum at these times.

    `view` is the newest, also where a way is told up to an earlier time: only its name counts.
    """

    session: str
    view: SessionView
    steps: list[Step] = field(default_factory=list)
    costs: list[tuple[datetime, float]] = field(default_factory=list)
    worked: datetime | None = None
    """Since when it is known that its agent works."""

    @property
    def cost(self) -> float | None:
        """What it used in all its lives; None: its agent works and does not tell."""
        if self.costs:
            return self.costs[-1][1]
        return None if self.worked else 0.0

    def up_to(self, until: datetime) -> Trail:
        """Its way as it was then."""
        return Trail(
            session=self.session,
            view=self.view,
            steps=self.steps[: bisect_right(self.steps, until, key=lambda step: step.at)],
            costs=self.costs[: bisect_right(self.costs, until, key=lambda one: one[0])],
            worked=self.worked if self.worked and self.worked <= until else None,
        )

    def go_on(self, step: Step) -> None:
        """Note where it stands now; its time never goes back."""
        if self.steps:
            last = self.steps[-1]
            if (last.state, last.waits) == (step.state, step.waits):
                return
            step = replace(step, at=max(step.at, last.at))
        self.steps.append(step)


@dataclass
class Trails:
    """Everything that looking back over time needs; taken record by record."""

    board: Board = field(default_factory=Board)
    sessions: dict[str, Trail] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)
    """Questions and joins that ended."""
    open: dict[str, Wait] = field(default_factory=dict)
    """Those that go on, by what they are."""
    merges: list[tuple[datetime, str, bool]] = field(default_factory=list)
    """When which session's merge came to stand, or ceased to."""
    told_looks: list[tuple[datetime, Stretch]] = field(default_factory=list)
    """When the lead was at a dashboard, and when that was told."""

    @property
    def landed(self) -> dict[str, datetime]:
        """Sessions whose merge stands, and since when."""
        last = {session: (at, stands) for at, session, stands in self.merges}
        return {session: at for session, (at, stands) in last.items() if stands}

    @property
    def looks(self) -> list[Stretch]:
        """When the lead was at a dashboard."""
        return [look for _, look in self.told_looks]

    def take(self, happened: Iterable[Happened]) -> None:
        """Go on with these records."""
        for one in happened:
            before, record = self.board, one.record
            self.board = fold(before, record)
            teller = _TELLERS.get(type(record.event))
            if teller is not None:
                teller(self, one)
            for name in _touched(before, self.board, record):
                self._note(name, one)

    def up_to(self, until: datetime) -> Trails:
        """What was known then, to look at; its board is the newest all the same."""
        ways = {name: trail.up_to(until) for name, trail in self.sessions.items()}
        found = Trails(
            board=self.board,
            sessions={name: trail for name, trail in ways.items() if trail.steps},
            merges=[one for one in self.merges if one[0] <= until],
            told_looks=[one for one in self.told_looks if one[0] <= until],
        )
        for number, wait in enumerate((*self.waits, *self.open.values())):
            if wait.since > until:
                continue
            if wait.until is not None and wait.until <= until:
                found.waits.append(wait)
            else:
                found.open[str(number)] = replace(wait, until=None, by="")
        return found

    def ended(self, name: str, at: datetime, by: str = "") -> None:
        """A wait is over."""
        wait = self.open.pop(name, None)
        if wait is not None:
            self.waits.append(replace(wait, until=max(wait.since, at), by=by))

    def _note(self, name: str, happened: Happened) -> None:
        view = self.board.sessions.get(name)
        if view is None:
            return
        trail = self.sessions.setdefault(name, Trail(session=name, view=view))
        trail.view, record = view, happened.record
        waits = waits_for(view, self.board)
        trail.go_on(
            Step(
                at=happened.at,
                state=view.state,
                waits=waits,
                cursor=record.cursor,
                journal=record.session,
            )
        )
        _note_use(trail, happened.at)
        if view.state in OVER:
            for key in [key for key, wait in self.open.items() if wait.who == name]:
                self.ended(key, happened.at)


def _note_use(trail: Trail, at: datetime) -> None:
    used = spent(trail.view)
    if trail.worked is None and (trail.view.turn > 0 or tokens_of(used) > 0):
        trail.worked = at
    last, known = trail.costs[-1] if trail.costs else (at, 0.0)
    if used.cost > known:
        trail.costs.append((max(at, last), used.cost))


def _touched(before: Board, after: Board, record: Record) -> Iterator[str]:
    """The sessions whose state or wait may be another after a record."""
    name = _session_of(record)
    view = after.sessions.get(name)
    if view is None:
        return
    yield name
    if view.spec.judges is not None:
        yield view.spec.judges.session
    if before.queue is not after.queue:
        queued = {entry.session for entry in (*before.queue.entries, *after.queue.entries)}
        yield from sorted(queued - {name})


def _session_of(record: Record) -> str:
    event: Any = record.event
    if isinstance(event, SessionInstantiated):
        return event.spec.id
    return record.session or getattr(event, "session", "")


def _asked(trails: Trails, happened: Happened) -> None:
    record = happened.record
    event: events.QuestionAsked = record.event
    key = _question_key(record.session, event.question.id)
    if key not in trails.open:
        trails.open[key] = Wait(
            who=record.session,
            whom=LEAD,
            what=question_word(event.question),
            since=happened.at,
            until=None,
            cursor=record.cursor,
            session=record.session,
        )


def _answered(trails: Trails, happened: Happened) -> None:
    event: events.QuestionAnswered = happened.record.event
    key = _question_key(happened.record.session, event.answer.question)
    trails.ended(key, happened.at, DEFAULT if event.expired else event.answer.by)


def _withdrawn(trails: Trails, happened: Happened) -> None:
    session = happened.record.session
    key = _question_key(session, happened.record.event.id)
    trails.ended(key, happened.at, session)


def _question_key(session: str, question: str) -> str:
    return f"{session}:{question}"


def _join_opened(trails: Trails, happened: Happened) -> None:
    join = happened.record.event.join
    trails.open.setdefault(
        f"join:{join.id}",
        Wait(
            who=join.by,
            whom=", ".join(join.sessions),
            what=f"join: {join.mode.value} {join.until.value}",
            since=happened.at,
            until=None,
            cursor=happened.record.cursor,
        ),
    )


def _join_ended(trails: Trails, happened: Happened) -> None:
    trails.ended(f"join:{happened.record.event.join}", happened.at)


def _merge_ended(trails: Trails, happened: Happened) -> None:
    event: MergeEnded = happened.record.event
    if event.outcome is MergeOutcome.MERGED:
        trails.merges.append((happened.at, event.session, True))
    elif event.outcome in (MergeOutcome.UNDONE, MergeOutcome.ROLLED_BACK):
        trails.merges.append((happened.at, event.session, False))


def _looked(trails: Trails, happened: Happened) -> None:
    event: LeadLooked = happened.record.event
    trails.told_looks.append((happened.at, (event.since, event.until)))


_TELLERS: dict[type[Any], Any] = {
    events.QuestionAsked: _asked,
    events.QuestionAnswered: _answered,
    events.QuestionWithdrawn: _withdrawn,
    JoinOpened: _join_opened,
    JoinWoken: _join_ended,
    JoinLeft: _join_ended,
    MergeEnded: _merge_ended,
    LeadLooked: _looked,
}

TRAIL_EVENTS: tuple[type[events.Event], ...] = (
    events.StateChanged,
    events.TurnStarted,
    events.TurnEnded,
    events.AgentStarted,
    events.AgentExited,
    events.UsageChanged,
    events.QuestionAsked,
    events.QuestionAnswered,
    events.QuestionWithdrawn,
    events.QuestionDetached,
    events.ReportMade,
    events.JudgementMade,
    events.MessageLanded,
    events.CommitSeen,
    events.RunnerStarted,
    events.RunnerEnded,
    GuessMade,
)
"""What of a session's journal decides its states, its waits and what it used."""
