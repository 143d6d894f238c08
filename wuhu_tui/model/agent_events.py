"""What an agent goes through besides speaking and working, as the runner writes it down."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.budgets import Budget
from wuhu_tui.model.events import Event
from wuhu_tui.model.permissions import Decision, PermissionRequest, PolicyRule
from wuhu_tui.model.reports import Usage


class DelayKind(StrEnum):
    """Why an agent waits for its model."""

    RETRY = "retry"
    RATE_LIMIT = "rate_limit"


class ModelChanged(Event, frozen=True, tag="model.changed"):
    """The agent works with another model from its next call, or its next turn, on."""

    model: str
    by: str = ""


class AgentDelayed(Event, frozen=True, tag="agent.delayed"):
    """The agent waits for its model; any later sign of work, or the turn's end, ends it.

    `until` is when it tries again, `attempt` of `limit` tries; 0: not told. `status` is HTTP's.
    """

    kind: DelayKind
    reason: str = ""
    attempt: int = 0
    limit: int = 0
    status: int = 0
    until: datetime | None = None


class ContextCompacted(Event, frozen=True, tag="context.compacted"):
    """The agent shortened its memory of the conversation; tokens before and after, 0: not told."""

    before: int = 0
    after: int = 0
    trigger: str = ""


class BackgroundStarted(Event, frozen=True, tag="background.started"):
    """Work that goes on beside the turn began; `kind` is command or agent, `call` its tool call."""

    task: str
    title: str
    kind: str = "command"
    call: str = ""


class BackgroundEnded(Event, frozen=True, tag="background.ended"):
    """Work beside the turn ended."""

    task: str
    ok: bool = True
    summary: str = ""


class ScreenChanged(Event, frozen=True, tag="screen.changed"):
    """An agent's terminal screen: the rows that changed, by number from 0, as text with SGR codes only.

    `whole`: all other rows are empty now. A cursor that is hidden has `cursor_shown` false.
    """

    columns: int
    rows: int
    lines: dict[int, str]
    whole: bool = False
    cursor_row: int = 0
    cursor_column: int = 0
    cursor_shown: bool = True


class GuessMade(Event, frozen=True, tag="guess.made"):
    """What was read off a screen: a guess, with the line it was read from; `state` is its word."""

    state: str
    line: str
    row: int = 0


class PermissionDecided(Event, frozen=True, tag="permission.decided"):
    """A rule answered a request for leave; nobody was asked."""

    title: str
    request: PermissionRequest
    decision: Decision
    rule: PolicyRule
    origin: str = "wuhu.toml"
    """Where the rule stands: `wuhu.toml`, or `session` for one the lead gave while it ran."""


class RuleAdded(Event, frozen=True, tag="rule.added"):
    """The lead allowed something for the rest of the session."""

    rule: PolicyRule
    by: str


class BudgetReached(Event, frozen=True, tag="budget.reached"):
    """A budget is used up: the session pauses and asks; `whose` is session or project."""

    whose: str
    used: Usage
    limit: Budget
    question: str


class BudgetRaised(Event, frozen=True, tag="budget.raised"):
    """The lead gave more: the limit from now on; `whose` is session or project."""

    limit: Budget
    by: str
    whose: str = "session"
