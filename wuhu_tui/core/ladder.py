"""The ladder: what happens next with a letter, decided from what is known of its recipient. Pure.

A letter lies in its recipient's mailbox from the first; the ladder brings it there again if a crash
came in between, follows it through the recipient's own journal, says why it does not land, and
gives up only on a recipient that is known to be gone. Whatever cannot be told counts as busy.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from wuhu_tui.core.letters_known import Known, Place
from wuhu_tui.model.agent_events import DelayKind
from wuhu_tui.model.ages import has_passed
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.letters import (
    ADDRESSED,
    LEAD,
    LOAD_BEARING,
    DeferralReason,
    Letter,
    LetterKind,
    LetterState,
)
from wuhu_tui.model.messages import DRAFT_STANDS, SCREEN_ASKS, Lane
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.states import ENDED_STATES, SessionState
from wuhu_tui.model.value import Value

_S = LetterState
_Why = DeferralReason

BUSY = frozenset({SessionState.STARTING, SessionState.WORKING, SessionState.ASKING})

RESTING = frozenset({SessionState.IDLE, SessionState.REPORTED, SessionState.HIBERNATED})

OWN_TURN = "it lands as a turn of its own when this turn ends"
NOT_TAKEN = "its runner has not taken it yet"
NOT_STARTED = "its session is not started yet"
CANNOT_TELL = "nobody can tell whether its session runs"
WAITS_FOR_RESUME = "it waits for its session to be resumed"
NOBODY_SAID = (
    "its agent was handed it and nobody knows whether it read it: its turn failed or its life ended"
)
HANDED_OVER = "its agent was handed it and has not said yet that it has it"

_ENDS = {
    Place.TAKEN_BACK: _S.CANCELLED,
    Place.REFUSED: _S.DISCARDED,
    Place.ACTED_ON: _S.ACKED,
}


class Pace(Value, frozen=True):
    """How patient the ladder is."""

    deferrals: int = 10
    patience: timedelta = timedelta(minutes=2)
    first_retry: timedelta = timedelta(seconds=15)
    longest_retry: timedelta = timedelta(minutes=5)
    failures: int = 5
    settle: timedelta = timedelta(seconds=5)
    """How long a letter is left to the process in which it was posted."""


class Step(Value, frozen=True):
    """What to write of a letter, if that is news, and what to do for it."""

    after: LetterState
    reason: DeferralReason | None = None
    detail: str = ""
    next_try: datetime | None = None
    deferrals: int = 0
    failures: int = 0
    bring: bool = False
    """Lay it into the mailbox; that it lies there already changes nothing."""
    wake: bool = False
    """Begin a new life of its session."""


class Recipient(Value, frozen=True):
    """What is known of the session that a letter goes to."""

    view: SessionView | None
    alive: bool | None
    """Whether a runner holds its lock; None: cannot tell."""
    known: Known = Known()
    """What its own journal says of the letter."""


def next_step(letter: Letter, recipient: Recipient, now: datetime, pace: Pace) -> Step | None:
    """The next thing to do or to write; None: nothing, until something changes."""
    if letter.is_ended:
        return None
    if letter.recipient == LEAD:
        return Step(after=_S.OFFERED) if letter.state is _S.QUEUED else None
    step = _as_told(letter, recipient) or _as_it_stands(letter, recipient, now, pace)
    return step if step is not None and _is_news(letter, step) else None


def _as_told(letter: Letter, recipient: Recipient) -> Step | None:
    """What follows from its recipient's own word that it is past its lane."""
    place, view = recipient.known.place, recipient.view
    if place in _ENDS:
        return Step(after=_ENDS[place], detail=recipient.known.words)
    if place is Place.ACCEPTED:
        works = view is not None and view.state in BUSY and recipient.alive is not False
        return Step(after=_S.ACCEPTED if works else _S.ACKED)
    if place is Place.UNSURE:
        loud = Step(after=letter.state)
        return loud if letter.is_loud else _loud(letter, NOBODY_SAID)
    return None


def _as_it_stands(letter: Letter, recipient: Recipient, now: datetime, pace: Pace) -> Step | None:
    """What follows from how its recipient stands, as long as no agent has it."""
    view, place = recipient.view, recipient.known.place
    settled = has_passed(pace.settle, since=letter.posted_at, now=now)
    is_fresh = place is Place.UNKNOWN and not settled
    if is_fresh and letter.kind in ADDRESSED:
        return None
    closed = _closed(letter, view, recipient.alive)
    if closed or view is None:
        return None if letter.is_loud else _loud(letter, closed)
    if place is Place.UNKNOWN and waits_for_a_turn(letter, view):
        return None
    if _is_gone(view, recipient.alive):
        return _while_gone(letter, recipient, view, now, pace)
    if place is not Place.UNKNOWN:
        return _in_lane(letter, view, recipient.known, now, pace)
    return None if letter.is_loud or is_fresh else _not_taken(letter, view, recipient.alive)


def waits_for_a_turn(letter: Letter, view: SessionView) -> bool:
    """Whether it is a note to a session at rest: progress alone is worth no turn of its own."""
    rests = view.own is not None and not view.is_lost and view.own.state in RESTING
    return letter.kind is LetterKind.NOTE and rests


def _is_news(letter: Letter, step: Step) -> bool:
    """Whether the step changes the letter, or does something for it."""
    if step.bring or step.wake or step.after is not letter.state:
        return True
    before = (letter.reason, letter.detail, letter.failures)
    return step.after is _S.DEFERRED and before != (step.reason, step.detail, step.failures)


def _loud(letter: Letter, detail: str) -> Step:
    """Load-bearing letters never die in silence; the others are dead, which is loud too."""
    after = _S.ESCALATED if letter.kind in LOAD_BEARING else _S.DEAD
    return Step(after=after, detail=detail)


def _closed(letter: Letter, view: SessionView | None, alive: bool | None) -> str:
    """Why its recipient is gone for good; empty: it is not."""
    if view is None or not view.spec.project:
        return f"there is no session {letter.recipient}"
    if view.state is SessionState.ARCHIVED:
        return f"{view.id} is archived"
    merged = view.state is SessionState.MERGED and alive is False
    return f"{view.id} is merged" if merged and letter.kind not in ADDRESSED else ""


def _is_gone(view: SessionView, alive: bool | None) -> bool:
    """Whether it is known that nobody is there: the lock is free, and its end is on record."""
    if alive is not False or view.own is None:
        return False
    over = view.own.state in ENDED_STATES or view.own.state is SessionState.HIBERNATED
    return over or view.is_lost


def _while_gone(
    letter: Letter, recipient: Recipient, view: SessionView, now: datetime, pace: Pace
) -> Step | None:
    own = SessionState.LOST if view.is_lost or view.own is None else view.own.state
    if own is SessionState.HIBERNATED:
        return Step(after=_S.QUEUED, bring=True, wake=True)
    if letter.is_loud:
        return None
    is_there = recipient.known.place is not Place.UNKNOWN or letter.reason is _Why.TARGET_GONE
    bring = not is_there
    if letter.sender == LEAD and own is SessionState.STOPPED:
        return Step(
            after=_S.DEFERRED, reason=_Why.TARGET_GONE, detail=WAITS_FOR_RESUME, bring=bring
        )
    step = _count_failure(letter, f"{view.id} is {own.value}", now, pace)
    return replace(step, bring=bring) if step is not None else None


def _count_failure(letter: Letter, words: str, now: datetime, pace: Pace) -> Step | None:
    """One more failure when its time has come; after too many the lead has to look."""
    was_gone = letter.state is _S.DEFERRED and letter.reason is _Why.TARGET_GONE
    if was_gone and letter.next_try is not None and _is_ahead(letter.next_try, now, pace):
        return None
    failures = letter.failures + 1
    if failures > pace.failures:
        return _loud(letter, f"{words} and nobody resumed it")
    pause = min(pace.first_retry * 2 ** min(failures - 1, 30), pace.longest_retry)
    return Step(
        after=_S.DEFERRED,
        reason=_Why.TARGET_GONE,
        detail=f"{words}; {WAITS_FOR_RESUME}",
        next_try=now + pause,
        deferrals=letter.deferrals,
        failures=failures,
    )


def _is_ahead(moment: datetime, now: datetime, pace: Pace) -> bool:
    """Whether that is still to come; farther off than any pause, a clock was set back meanwhile."""
    return timedelta() < moment - now <= pace.longest_retry


def _not_taken(letter: Letter, view: SessionView, alive: bool | None) -> Step:
    """It is brought whenever that is news; then it lies there, however often others are looked at."""
    detail = NOT_TAKEN if alive else CANNOT_TELL
    if view.own is None and not alive:
        detail = NOT_STARTED
    lies_there = (letter.state, letter.detail) == (_S.DEFERRED, detail)
    return Step(after=_S.DEFERRED, reason=_Why.TARGET_BUSY, detail=detail, bring=not lies_there)


def _in_lane(letter: Letter, view: SessionView, known: Known, now: datetime, pace: Pace) -> Step:
    """Its runner has it: it lands at the next boundary, unless a typed reason stands in its way.

    One that did not arrive before is on its way again first; only then it may be kept back.
    """
    if known.place is Place.DELIVERED:
        return Step(after=_S.OFFERED, detail=HANDED_OVER, failures=letter.failures)
    if letter.is_loud:
        return Step(after=_S.OFFERED, failures=letter.failures)
    reason, detail = why_it_waits(view, known)
    if reason is None and _needs_own_turn(letter, view, known, now, pace):
        reason, detail = _Why.TARGET_BUSY, OWN_TURN
    if reason is None:
        return Step(after=_S.OFFERED, failures=letter.failures)
    until = view.delay.until if reason is _Why.TARGET_PARKED and view.delay else None
    return Step(
        after=_S.DEFERRED,
        reason=reason,
        detail=detail,
        next_try=until,
        deferrals=max(letter.deferrals, known.refusals),
        failures=letter.failures,
    )


def why_it_waits(view: SessionView, known: Known) -> tuple[DeferralReason | None, str]:
    """The typed reason for which nothing lands at this session now, and its words."""
    if any(question.kind is QuestionKind.BUDGET for question in view.questions):
        return _Why.COHORT_HELD, "its budget is used up; it goes on once that is raised"
    if known.words == DRAFT_STANDS:
        return _Why.HUMAN_DRAFT, DRAFT_STANDS
    if known.words == SCREEN_ASKS or view.seems_to_ask:
        return _Why.TARGET_DIALOG, SCREEN_ASKS
    if view.state is SessionState.ASKING:
        return _Why.TARGET_DIALOG, "a question of its agent is open"
    if view.delay is not None and view.delay.kind is DelayKind.RATE_LIMIT:
        return _Why.TARGET_PARKED, view.delay.reason or "its agent waits for a usage limit"
    return None, ""


def _needs_own_turn(
    letter: Letter, view: SessionView, known: Known, now: datetime, pace: Pace
) -> bool:
    """Whether it could not land within the turn that runs: the turn's end is the next rung."""
    if view.state is not SessionState.WORKING or letter.lane is Lane.FOLLOW_UP:
        return False
    waited = has_passed(pace.patience, since=letter.posted_at, now=now)
    return waited or known.never_in_turn or known.refusals >= pace.deferrals
