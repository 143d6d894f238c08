"""Attention accounting: who waited for whom how long, and what merged work cost. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.lookbacks import Accounting, Wait, WaitSum
from wuhu_tui.model.presence import Stretch
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.timeline import beginning, stretches
from wuhu_tui.model.trails import Step, Trail, Trails
from wuhu_tui.model.waits_for_lead import QUESTION

PARTS = 120
"""Equal parts of the time for which waits and costs are told."""

MOST_WAITS = 1000
"""Waits that ended and are told one by one, the newest; the sums count them all."""

NOTHING = timedelta()

_QUESTIONS = frozenset({QUESTION, *(kind.value for kind in QuestionKind)})


def accounting(trails: Trails, until: datetime, *, since: datetime | None = None) -> Accounting:
    """The account of the time between the two."""
    begin = beginning(trails, until) if since is None else min(since, until)
    waits = [wait for wait in all_waits(trails, until) if _within(wait, begin, until)]
    waits.sort(key=lambda wait: (wait.since, wait.who, wait.what))
    own = [_clip(wait, begin, until) for wait in _stretches_for(trails, until)]
    for_lead = [wait for wait in own if wait.whom == LEAD and _length(wait) > NOTHING]
    told = _answers(waits)
    landed = [name for name, at in trails.landed.items() if begin <= at <= until]
    costs = [trails.sessions[name].cost for name in landed if name in trails.sessions]
    unknown = _unknown(trails, begin, until)
    return Accounting(
        since=begin,
        until=until,
        waits=_most(waits),
        for_lead=_sum(for_lead),
        for_sessions=_for_sessions(waits, begin, until),
        oldest=next((w for w in waits if w.until is None and w.whom == LEAD), None),
        merged=len(landed),
        cost=math.fsum(_spent_between(trail, begin, until) for trail in trails.sessions.values()),
        cost_known=not unknown,
        cost_merged=math.fsum(cost or 0.0 for cost in costs),
        answers=len(told),
        answer_half=_rank(told, 0.5),
        answer_most=_rank(told, 0.9),
        by_reason=_sums(for_lead, by_session=False),
        by_session=_sums(for_lead, by_session=True),
        waited_in=_waited_in(for_lead, begin, until),
        cost_in=_cost_in(trails, begin, until),
        unknown_costs=unknown,
    )


def _most(waits: Sequence[Wait]) -> tuple[Wait, ...]:
    """All that go on, and the newest that ended."""
    ended = [wait for wait in waits if wait.until is not None]
    if len(ended) <= MOST_WAITS:
        return tuple(waits)
    newest = ended[-MOST_WAITS].since
    return tuple(wait for wait in waits if wait.until is None or wait.since >= newest)


def all_waits(trails: Trails, until: datetime) -> Iterator[Wait]:
    """Each question, each join, and each stretch in which a state waited for somebody."""
    yield from trails.waits
    yield from trails.open.values()
    for wait in _stretches_for(trails, until):
        if wait.what not in _QUESTIONS:
            yield wait


def _stretches_for(trails: Trails, until: datetime) -> Iterator[Wait]:
    """Stretches in which sessions waited, one reason at a time; the last may go on."""
    for trail in trails.sessions.values():
        known: Wait | None = None
        last = trail.steps[-1] if trail.steps else None
        for step, end in stretches(trail.steps, until):
            ended = None if step is last else end
            if known is not None and (known.whom, known.what) == (step.waits.whom, step.waits.what):
                known = replace(known, until=ended)
                continue
            if known is not None:
                yield known
            known = _wait(trail.session, step, ended) if step.waits.whom else None
        if known is not None:
            yield known


def _wait(session: str, step: Step, until: datetime | None) -> Wait:
    return Wait(
        who=session,
        whom=step.waits.whom,
        what=step.waits.what,
        since=step.at,
        until=until,
        cursor=step.cursor,
        session=step.journal,
    )


def _within(wait: Wait, since: datetime, until: datetime) -> bool:
    return wait.since <= until and (wait.until is None or wait.until >= since)


def _clip(wait: Wait, since: datetime, until: datetime) -> Wait:
    end = until if wait.until is None else min(wait.until, until)
    begin = max(wait.since, since)
    return Wait(who=wait.who, whom=wait.whom, what=wait.what, since=begin, until=max(begin, end))


def _length(wait: Wait) -> timedelta:
    return NOTHING if wait.until is None else wait.until - wait.since


def _sum(waits: Iterable[Wait]) -> timedelta:
    return sum((_length(wait) for wait in waits), NOTHING)


def _for_sessions(waits: Iterable[Wait], since: datetime, until: datetime) -> timedelta:
    """Waits of sessions for sessions: joins of theirs, and reviews that another one judges."""
    return _sum(_clip(w, since, until) for w in waits if LEAD not in (w.whom, w.who))


def _answers(waits: Iterable[Wait]) -> list[timedelta]:
    """How long each answer of the lead took, the quickest first."""
    answered = (wait for wait in waits if wait.by == LEAD and wait.what in _QUESTIONS)
    return sorted(_length(wait) for wait in answered)


def _rank(lengths: Sequence[timedelta], share: float) -> timedelta | None:
    """Within which so great a share of them lies."""
    return lengths[max(0, math.ceil(share * len(lengths)) - 1)] if lengths else None


def _sums(waits: Iterable[Wait], *, by_session: bool) -> tuple[WaitSum, ...]:
    found: dict[str, WaitSum] = {}
    for wait in waits:
        name = wait.who if by_session else wait.what
        known = found.get(name) or WaitSum(name=name, count=0, length=NOTHING)
        length = known.length + _length(wait)
        found[name] = WaitSum(name=name, count=known.count + 1, length=length)
    return tuple(sorted(found.values(), key=lambda one: (-one.length, one.name)))


def parts_of(since: datetime, until: datetime, parts: int = PARTS) -> Iterator[Stretch]:
    """The time between the two in equal parts; they leave nothing out."""
    edges = [since + (until - since) * number / parts for number in range(parts)]
    return zip(edges, [*edges[1:], until], strict=True)


def _waited_in(waits: Sequence[Wait], since: datetime, until: datetime) -> tuple[timedelta, ...]:
    """Each wait falls into the parts it touches and into no other, so that the sum stays."""
    found = [NOTHING] * PARTS
    edges = [*(begin for begin, _ in parts_of(since, until)), until]
    for wait in waits:
        for part in range(_part(wait.since, since, until), PARTS):
            begin = max(wait.since, edges[part])
            end = min(wait.until or until, edges[part + 1])
            if begin >= end and edges[part] > wait.since:
                break
            found[part] += max(NOTHING, end - begin)
    return tuple(found)


def _part(at: datetime, since: datetime, until: datetime) -> int:
    """The part a time falls into, or the one before where it lies on an edge."""
    if until <= since:
        return 0
    return max(0, min(PARTS - 1, int((at - since) / (until - since) * PARTS) - 1))


def _costs(trail: Trail) -> Iterator[tuple[datetime, float]]:
    """What it spent when."""
    before = 0.0
    for at, cost in trail.costs:
        yield at, cost - before
        before = cost


def _spent_between(trail: Trail, since: datetime, until: datetime) -> float:
    return math.fsum(cost for at, cost in _costs(trail) if since <= at <= until)


def _cost_in(trails: Trails, since: datetime, until: datetime) -> tuple[float, ...]:
    found = [0.0] * PARTS
    for trail in trails.sessions.values():
        for at, cost in _costs(trail):
            if since <= at <= until:
                share = (at - since) / (until - since) if until > since else 0.0
                found[min(PARTS - 1, int(share * PARTS))] += cost
    return tuple(found)


def _unknown(trails: Trails, since: datetime, until: datetime) -> tuple[str, ...]:
    """Sessions of that time whose agents do not tell what they cost."""
    return tuple(
        name
        for name, trail in trails.sessions.items()
        if trail.cost is None and trail.steps and _was_there(trail, since, until)
    )


def _was_there(trail: Trail, since: datetime, until: datetime) -> bool:
    return any(step.at <= until and end >= since for step, end in stretches(trail.steps, until))
