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


class Resources(Value, frozen=True):
    """What a session's process tree uses now; `cpu` 1.0 is one core, `memory` in bytes."""

    memory: int = 0
    cpu: float = 0.0
    processes: int = 0


class Policy(Value, frozen=True):
    """What the core tells every runner of a project, in `.wuhu/policy.json`; the first rule that matches counts."""

    rules: tuple[PolicyRule, ...] = ()
    session_budget: Budget = Budget()
