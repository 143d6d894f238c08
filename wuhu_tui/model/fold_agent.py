"""What an agent goes through besides its turns: delays, background work, cost, and what it can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wuhu_tui.model import agent_events, events
from wuhu_tui.model.board import BackgroundTask, Delay, Guess, Phase, SessionView
from wuhu_tui.model.records import Record
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.spending import MOST_USED
from wuhu_tui.model.states import PhaseKind


def fold_agent(view: SessionView, record: Record) -> SessionView:
    """The session with what its agent goes through, after one more record."""
    kind = type(record.event)
    if view.delay is not None and kind in _ENDS_DELAY:
        view = replace(view, delay=None)
    step = _STEPS.get(kind)
    return step(view, record.event, record) if step else view


def _started(view: SessionView, event: events.AgentStarted, record: Record) -> SessionView:
    before = view.usage_before_agent if event.usage_continues else _counted(view.usage)
    return replace(
        view,
        agent_pid=event.pid,
        agent_reference=event.reference or view.agent_reference,
        agent_version=event.version,
        model=event.model,
        capabilities=event.capabilities,
        steers_in_turn=event.steers_in_turn,
        queues_steers=event.queues_steers,
        usage_before_agent=before,
    )


def _model_changed(
    view: SessionView, event: agent_events.ModelChanged, record: Record
) -> SessionView:
    return replace(view, model=event.model)


def _gone(view: SessionView, event: Any, record: Record) -> SessionView:
    """Whatever it did beside its turns has ended with it."""
    return replace(view, agent_pid=0, phase=Phase(since=record.ts), background=(), guess=None)


def _delayed(view: SessionView, event: agent_events.AgentDelayed, record: Record) -> SessionView:
    goes_on = view.delay is not None and view.delay.kind is event.kind
    delay = Delay(
        kind=event.kind,
        since=view.delay.since if view.delay and goes_on else record.ts,
        reason=event.reason,
        attempt=event.attempt,
        limit=event.limit,
        status=event.status,
        until=event.until,
    )
    return replace(view, delay=delay)


def _compacted(
    view: SessionView, event: agent_events.ContextCompacted, record: Record
) -> SessionView:
    if view.phase.kind is not PhaseKind.COMPACTING:
        return view
    return replace(view, phase=Phase(kind=PhaseKind.THINKING, since=record.ts))


def _background_started(
    view: SessionView, event: agent_events.BackgroundStarted, record: Record
) -> SessionView:
    task = BackgroundTask(task=event.task, title=event.title, kind=event.kind, since=record.ts)
    others = tuple(known for known in view.background if known.task != event.task)
    view = replace(view, background=(*others, task))
    return between_turns(view, record) if view.phase.kind is PhaseKind.NONE else view


def _background_ended(
    view: SessionView, event: agent_events.BackgroundEnded, record: Record
) -> SessionView:
    view = replace(view, background=tuple(t for t in view.background if t.task != event.task))
    return between_turns(view, record) if view.phase.kind is PhaseKind.BACKGROUND else view


def between_turns(view: SessionView, record: Record) -> SessionView:
    """No turn runs; work that it began may."""
    if not view.background:
        return replace(view, phase=Phase(since=record.ts))
    newest = view.background[-1]
    phase = Phase(kind=PhaseKind.BACKGROUND, detail=newest.title, since=newest.since)
    return replace(view, phase=phase)


def _guessed(view: SessionView, event: agent_events.GuessMade, record: Record) -> SessionView:
    return replace(view, guess=Guess(state=event.state, line=event.line, at=record.ts))


def _rule_added(view: SessionView, event: agent_events.RuleAdded, record: Record) -> SessionView:
    others = tuple(rule for rule in view.session_rules if rule != event.rule)
    return replace(view, session_rules=(*others, event.rule))


def _raised(view: SessionView, event: agent_events.BudgetRaised, record: Record) -> SessionView:
    if event.whose == "project":
        return replace(view, raised_project_budget=event.limit)
    return replace(view, raised_budget=event.limit)


def _turn_started(view: SessionView, event: events.TurnStarted, record: Record) -> SessionView:
    now = Usage(context_used=view.usage.context_used, context_size=view.usage.context_size)
    return replace(view, usage_before_turn=_counted(view.usage), turn_usage=now)


def _used(view: SessionView, event: events.UsageChanged, record: Record) -> SessionView:
    before, told = view.usage_before_agent, _credible(event.usage)
    total = replace(
        told,
        input_tokens=before.input_tokens + told.input_tokens,
        output_tokens=before.output_tokens + told.output_tokens,
        cost=before.cost + told.cost,
    )
    return replace(view, usage=total, turn_usage=_since(view.usage_before_turn, total))


def _credible(told: Usage) -> Usage:
    """What an agent tells, as far as anybody could have used so much."""
    return replace(
        told,
        input_tokens=min(told.input_tokens, MOST_USED),
        output_tokens=min(told.output_tokens, MOST_USED),
        cost=min(told.cost, float(MOST_USED)),
        context_used=min(told.context_used, MOST_USED),
        context_size=min(told.context_size, MOST_USED),
    )


def _since(before: Usage, now: Usage) -> Usage:
    """What was used since; an agent that corrects itself downwards used nothing."""
    return replace(
        now,
        input_tokens=max(0, now.input_tokens - before.input_tokens),
        output_tokens=max(0, now.output_tokens - before.output_tokens),
        cost=max(0.0, now.cost - before.cost),
    )


def _counted(usage: Usage) -> Usage:
    return replace(usage, context_used=0, context_size=0)


_ENDS_DELAY = frozenset(
    {
        events.AgentSaid,
        events.AgentThought,
        events.ToolStarted,
        events.PlanChanged,
        events.QuestionAsked,
        agent_events.ContextCompacted,
        events.TurnStarted,
        events.TurnEnded,
        events.AgentStarted,
        events.AgentExited,
        events.RunnerStarted,
        events.RunnerEnded,
    }
)

_STEPS: dict[type[Any], Callable[[SessionView, Any, Record], SessionView]] = {
    events.AgentStarted: _started,
    events.AgentExited: _gone,
    events.RunnerStarted: _gone,
    events.RunnerEnded: _gone,
    events.TurnStarted: _turn_started,
    events.UsageChanged: _used,
    agent_events.AgentDelayed: _delayed,
    agent_events.ContextCompacted: _compacted,
    agent_events.BackgroundStarted: _background_started,
    agent_events.BackgroundEnded: _background_ended,
    agent_events.GuessMade: _guessed,
    agent_events.ModelChanged: _model_changed,
    agent_events.RuleAdded: _rule_added,
    agent_events.BudgetRaised: _raised,
}
