"""Why a session is in its state: who says so, since when, and what led to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from wuhu_tui.model.board import SessionView, Standing
from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.event_words import event_words, short
from wuhu_tui.model.project_events import SessionInstantiated
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.spending import spent_words, tokens_of
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import EPOCH_START, Value

MOST_EVIDENCE = 8
"""How many events are shown."""

BEFORE = 4
"""How many of them, at most, are kept for what led up to the state when much followed since."""


class Source(StrEnum):
    """Whose word a state is."""

    RUNNER = "its runner"
    CORE = "the core"
    FOUND_DEAD = "the core found its runner dead"


class Evidence(Value, frozen=True):
    """One event in plain words; `at_state`: the very record that the state rests on."""

    at: datetime
    words: str
    record: Cursor
    at_state: bool = False


class Provenance(Value, frozen=True):
    """A state with its source, its age, the record it rests on, and the last events around it.

    `facts` are what qualifies it now, a line each: an open question, a wait for the model, work
    beside the turn, a guess read off a screen, a budget, a dead runner.
    """

    session: str
    state: SessionState
    source: Source
    cause: str
    since: datetime
    record: Cursor
    evidence: tuple[Evidence, ...]
    facts: tuple[str, ...]
    last_event_at: datetime
    runner_alive: bool
    looked_at: datetime

    @property
    def age(self) -> timedelta:
        """How long it has been in its state."""
        return self.looked_at - self.since

    @property
    def silence(self) -> timedelta | None:
        """How long ago its last event was; None: there never was one."""
        if self.last_event_at == EPOCH_START:
            return None
        return self.looked_at - self.last_event_at


def provenance(
    view: SessionView,
    records: Iterable[Record],
    *,
    alive: bool,
    budget: Budget,
    looked_at: datetime,
) -> Provenance:
    """What is known of the session's state; `records` are of both journals, as many as were read."""
    standing = view.standing
    return Provenance(
        session=view.id,
        state=standing.state,
        source=source_of(view, standing),
        cause=standing.cause,
        since=standing.since,
        record=standing.at,
        evidence=_evidence(view, standing, records),
        facts=tuple(_facts(view, alive=alive, budget=budget, at=looked_at)),
        last_event_at=view.last_event_at,
        runner_alive=alive,
        looked_at=looked_at,
    )


def source_of(view: SessionView, standing: Standing) -> Source:
    """Whose word a session's state is."""
    if standing is view.lost:
        return Source.FOUND_DEAD
    return Source.RUNNER if standing is view.own else Source.CORE


def _evidence(
    view: SessionView, standing: Standing, records: Iterable[Record]
) -> tuple[Evidence, ...]:
    told = sorted(_told(view, standing, records), key=lambda one: (one.at, one.record))
    here = next((place for place, one in enumerate(told) if one.at_state), None)
    if here is None:
        return tuple(told[-MOST_EVIDENCE:])
    after = told[here + 1 :]
    kept = max(BEFORE, MOST_EVIDENCE - len(after))
    before = told[: here + 1][-kept:]
    room = MOST_EVIDENCE - len(before)
    return (*before, *(after[-room:] if room else ()))


def _told(view: SessionView, standing: Standing, records: Iterable[Record]) -> list[Evidence]:
    found = []
    for record in records:
        own = record.session == view.id
        if not own and _subject(record.event) != view.id:
            continue
        words = event_words(record.event)
        if words:
            rests = _rests_on(view, standing, record, own=own)
            found.append(Evidence(at=record.ts, words=words, record=record.cursor, at_state=rests))
    return found


def _subject(event: object) -> str:
    """The session that an event of the project's journal is about."""
    if isinstance(event, SessionInstantiated):
        return event.spec.id
    return str(getattr(event, "session", ""))


def _rests_on(view: SessionView, standing: Standing, record: Record, *, own: bool) -> bool:
    if standing is view.own:
        return own and record.cursor == standing.at
    if isinstance(record.event, SessionInstantiated):
        return standing.state is SessionState.INSTANTIATED
    after = getattr(record.event, "after", None)
    return not own and after == standing.state and record.ts == standing.since


def _facts(view: SessionView, *, alive: bool, budget: Budget, at: datetime) -> Iterable[str]:
    yield from _life_facts(view, alive=alive)
    for question in view.questions:
        yield _question_fact(question, at)
    if view.delay is not None:
        until = f", tries again at {view.delay.until:%H:%M:%S} UTC" if view.delay.until else ""
        reason = f": {view.delay.reason}" if view.delay.reason else ""
        yield short(f"waits for its model ({_spaced(view.delay.kind.value)}){reason}{until}")
    for task in view.background:
        yield short(f"a {task.kind} goes on beside the turn: {task.title}")
    if view.guess is not None:
        yield short(f"read off the screen, a guess: {view.guess.state}, by: {view.guess.line}")
    yield from budget_facts(view.usage, budget)


def _life_facts(view: SessionView, *, alive: bool) -> Iterable[str]:
    if alive:
        yield f"its runner lives: it holds its lock (process {view.runner_pid or 'unknown'})"
    elif view.runner_expected:
        yield "its runner should live, and nobody holds its lock"
    else:
        yield "no runner: nobody holds its lock"
    if view.agent_pid:
        yield f"its agent is process {view.agent_pid}"


def _question_fact(question: Question, at: datetime) -> str:
    what = {QuestionKind.PERMISSION: "wants leave", QuestionKind.BUDGET: "paused by its budget"}
    asked = what.get(question.kind, "asks")
    due = ""
    if question.deadline is not None and question.deadline > at:
        due = f" (until {question.deadline:%H:%M:%S} UTC)"
    gone = " (its agent is gone: the answer will be a message)" if question.detached else ""
    return short(f"{asked}: {question.text}{due}{gone}")


def budget_facts(usage: Usage, budget: Budget) -> Iterable[str]:
    """What it used of what it may use, and what its agent does not tell."""
    tokens = tokens_of(usage)
    if budget.cost and not usage.cost:
        yield f"its agent told no cost so far: the limit of ${budget.cost:.2f} cannot be watched"
    if budget.tokens and not tokens:
        yield f"its agent told no tokens so far: the limit of {budget.tokens:,} cannot be watched"
    if (budget.cost and usage.cost) or (budget.tokens and tokens):
        yield f"used {spent_words(usage, budget)}"


def _spaced(word: str) -> str:
    return word.replace("_", " ")
