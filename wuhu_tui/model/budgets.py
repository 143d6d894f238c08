"""Budgets: how much a session or a project may use before it pauses and asks."""

from __future__ import annotations

from wuhu_tui.model.permissions import PolicyRule
from wuhu_tui.model.value import Value

RAISE = "raise"
STOP = "stop"
"""The keys of the options of a budget question."""


class Budget(Value, frozen=True):
    """Upper limits; `cost` in US dollars, `tokens` input and output together; 0: none."""

    cost: float = 0.0
    tokens: int = 0


def limit_of(project: Budget, own: Budget, raised: Budget | None) -> Budget:
    """The limit that holds for a session: what the lead gave last, else its own, else the project's."""
    if raised is not None:
        return raised
    return Budget(cost=own.cost or project.cost, tokens=own.tokens or project.tokens)


class Resources(Value, frozen=True):
    """What a session's process tree uses now; `cpu` 1.0 is one core, `memory` in bytes."""

    memory: int = 0
    cpu: float = 0.0
    processes: int = 0


class Policy(Value, frozen=True):
    """What the core tells every runner of a project, in `.wuhu/policy.json`.

    Of the rules that match, one that denies outweighs one that asks, and that one that allows.
    """

    rules: tuple[PolicyRule, ...] = ()
    session_budget: Budget = Budget()
    permission_minutes: float = 0.0
    """How long a permission waits before it is denied; 0: for ever."""
    most_refusals: int = 10
    """After so many an agent is offered no more within its turn."""
    sign_seconds: float = 120.0
    """In which an agent that was given a prompt shows a sign of work, or the lead is told."""
    trees: bool = True
    """Whether it is kept how worktrees stood."""
    tree_seconds: float = 3.0
    """Between two looks at a worktree while its agent works, at least."""
