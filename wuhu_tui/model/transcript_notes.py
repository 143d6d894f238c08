"""What a pane notes of events that are neither speech, tools nor messages: a title and a line each."""

from __future__ import annotations

from wuhu_tui.model import agent_events as told
from wuhu_tui.model import events
from wuhu_tui.model.permissions import Decision, PolicyRule

DELAYED = "delayed"
"""The title of a note about waiting for the model; the next such note takes its place."""

Note = tuple[str, str]
"""A title, which chooses the note's look, and its words."""


class Notes:
    """Makes notes of events; remembers what work beside the turn is called."""

    def __init__(self) -> None:
        self._tasks: dict[str, str] = {}

    def begin(self, tasks: dict[str, str]) -> None:
        """Know work that goes on beside the turn by its title."""
        self._tasks |= tasks

    def of(self, event: object) -> Note | None:
        """The note of an event; None if it needs none."""
        match event:
            case events.Noted(text=text, level=level):
                return level, text
            case told.AgentDelayed():
                return DELAYED, delay_words(event)
            case told.ContextCompacted():
                return "compacted", _compacted(event)
            case told.GuessMade(state=state, line=line):
                return "guess", f"it looks {state}, by the line: {line}"
            case events.UnknownEvent(type=name):
                return "unknown", name
        return self._background(event) or _permission(event)

    def _background(self, event: object) -> Note | None:
        match event:
            case told.BackgroundStarted(task=task, title=title):
                self._tasks[task] = title
                return "background", f"goes on beside the turn: {title}"
            case told.BackgroundEnded(task=task, ok=ok, summary=summary):
                title = self._tasks.pop(task, task)
                how = "ended" if ok else "failed"
                return "background", " · ".join(filter(None, (f"{how}: {title}", summary)))
        return None


def delay_words(event: told.AgentDelayed) -> str:
    """Why the agent waits, and which try comes next."""
    status = f" ({event.status})" if event.status else ""
    limit = f" of {event.limit}" if event.limit else ""
    attempt = f" · try {event.attempt}{limit}" if event.attempt else ""
    what = "rate limit" if event.kind is told.DelayKind.RATE_LIMIT else "the model did not answer"
    reason = f": {event.reason}" if event.reason else ""
    return f"{what}{status}{reason}{attempt}"


def rule_words(rule: PolicyRule) -> str:
    """A rule as the lead wrote it."""
    named = {"tool": rule.tool, "kind": rule.kind, "path": rule.path, "command": rule.command}
    fields = " ".join(f'{name}="{value}"' for name, value in named.items() if value)
    return f"{rule.decision.value} {fields or 'everything'}"


def _compacted(event: told.ContextCompacted) -> str:
    trigger = f" ({event.trigger})" if event.trigger else ""
    if not event.before and not event.after:
        return f"the agent shortened its memory of the conversation{trigger}"
    after = f" → {event.after:,}" if event.after else ""
    return f"memory shortened from {event.before:,}{after} tokens{trigger}"


def _permission(event: object) -> Note | None:
    match event:
        case told.PermissionDecided(title=title, decision=decision, rule=rule, origin=origin):
            word = "allowed" if decision is Decision.ALLOW else "denied"
            return word, f"{title} · by a rule of {origin}: {rule_words(rule)}"
        case told.RuleAdded(rule=rule, by=by):
            return "rule", f"{by}: from now on in this session {rule_words(rule)}"
        case told.ModelChanged(model=model, by=by):
            return "model", f"{by} changed it to {model}"
        case told.BudgetReached(whose=whose):
            return "budget", f"the {whose}'s budget is used up: it pauses"
        case told.BudgetRaised(limit=limit, by=by):
            return "budget", f"{by} raised it to {budget_words(limit.cost, limit.tokens)}"
    return None


def budget_words(cost: float, tokens: int) -> str:
    """A limit in words."""
    parts = [f"${cost:.2f}"] if cost else []
    parts += [f"{tokens:,} tokens"] if tokens else []
    return " or ".join(parts) or "no limit"
