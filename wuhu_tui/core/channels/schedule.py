"""When a channel sends, and what: decided from its memory, its plan and the time alone. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from wuhu_tui.core.channels.plan import ChannelPlan
from wuhu_tui.core.channels.state import TOLD_KEPT, ChannelState
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import ContextEntry, needs
from wuhu_tui.model.entry_ends import is_over
from wuhu_tui.model.value import Value

BURST = timedelta(seconds=3)
"""How long a first entry waits for others that come with it."""

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)
"""Between two tries of a channel that fails; doubled with every failure."""

REMINDER = ":reminder"

QUESTIONS = frozenset({"question", "permission", "plan", "budget"})


class Step(Value, frozen=True):
    """What to do now: send these entries, or wait until then; None: until something comes."""

    send: tuple[ContextEntry, ...] = ()
    until: datetime | None = None


def taken(
    state: ChannelState, plan: ChannelPlan, entries: Iterable[ContextEntry], now: datetime
) -> ChannelState:
    """With new entries: each once ever, and only those this channel is to tell."""
    known = {*state.told, *(entry.id for entry in state.pending)}
    fresh: dict[str, ContextEntry] = {}
    for entry in entries:
        if entry.id not in known and plan.wants(entry):
            fresh[entry.id] = entry
    if not fresh:
        return state
    return replace(
        state,
        pending=(*state.pending, *fresh.values()),
        pending_since=state.pending_since or now,
    )


def without_what_is_over(state: ChannelState, board: Board) -> ChannelState:
    """Without entries and questions that need nobody any more."""
    if not state.pending and not state.unanswered:
        return state
    over = {
        entry.id
        for entry in state.pending
        if entry.human_attention_needed and is_over(board, entry)
    }
    pending = tuple(entry for entry in state.pending if entry.id not in over)
    needed = {entry.id for entry in needs(board)} if state.unanswered else set()
    unanswered = {name: at for name, at in state.unanswered.items() if name in needed}
    if not over and len(unanswered) == len(state.unanswered):
        return state
    return replace(
        state,
        pending=pending,
        pending_since=state.pending_since if pending else None,
        unanswered=unanswered,
        told=_newest((*state.told, *over)),
    )


def with_reminders(
    state: ChannelState, plan: ChannelPlan, board: Board, now: datetime
) -> ChannelState:
    """With the questions that nobody answered for too long, once more."""
    due = {name for name, at in state.unanswered.items() if now - at >= plan.remind}
    if not plan.remind or not due:
        return state
    again = tuple(
        replace(entry, id=reminder_id(entry.id), text=f"still open: {entry.text}")
        for entry in needs(board)
        if entry.id in due
    )
    left = {name: at for name, at in state.unanswered.items() if name not in due}
    return taken(replace(state, unanswered=left), plan, again, now)


def reminder_id(entry: str) -> str:
    """The id under which an entry is told once more."""
    return f"{entry}{REMINDER}"


def next_step(state: ChannelState, plan: ChannelPlan, now: datetime) -> Step:
    """Send what waits, all of it at once, or wait for the moment to."""
    moments = [at + plan.remind for at in state.unanswered.values() if plan.remind]
    if not state.pending:
        return Step(until=min(moments, default=None))
    at = _send_at(state, plan)
    quiet = plan.quiet_until(max(at, now))
    if quiet is not None:
        return Step(until=quiet)
    return Step(send=state.pending) if at <= now else Step(until=min([at, *moments]))


def _send_at(state: ChannelState, plan: ChannelPlan) -> datetime:
    """The first moment at which what waits may be sent, whatever hours are quiet."""
    since = state.pending_since or state.pending[0].ts
    at = since if state.sending else since + BURST
    if state.sent_at is not None:
        at = max(at, state.sent_at + plan.digest)
    return max(at, state.next_try) if state.next_try else at


def sending(state: ChannelState, entries: Iterable[ContextEntry]) -> ChannelState:
    """Written before a message leaves."""
    return replace(state, sending=tuple(entry.id for entry in entries))


def sent(state: ChannelState, plan: ChannelPlan, now: datetime) -> ChannelState:
    """After the message was accepted."""
    gone = set(state.sending)
    pending = tuple(entry for entry in state.pending if entry.id not in gone)
    asked = {
        entry.id: now
        for entry in state.pending
        if entry.id in gone and entry.kind in QUESTIONS and not entry.id.endswith(REMINDER)
    }
    return replace(
        state,
        pending=pending,
        pending_since=now if pending else None,
        sending=(),
        told=_newest((*state.told, *state.sending)),
        unanswered={**state.unanswered, **asked} if plan.remind else {},
        sent_at=now,
        sent=state.sent + 1,
        failures=0,
        next_try=None,
    )


def failed(state: ChannelState, why: str, now: datetime) -> ChannelState:
    """After a failure: everything waits, and the next try comes later each time."""
    pause = min(FIRST_PAUSE * 2 ** min(state.failures, 10), LONGEST_PAUSE)
    return replace(
        state,
        sending=(),
        failures=state.failures + 1,
        failed_at=now,
        failure=why,
        next_try=now + pause,
    )


def _newest(names: Collection[str]) -> tuple[str, ...]:
    return tuple(names)[-TOLD_KEPT:]
