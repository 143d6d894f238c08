"""A session's explicit word on its work, and what it used for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import EPOCH_START, Value


class ReportKind(StrEnum):
    """`note` is progress, never completion."""

    DONE = "done"
    BLOCKED = "blocked"
    FAILED = "failed"
    NOTE = "note"


class Criterion(Value, frozen=True):
    """One acceptance criterion, answered; `evidence` names places as `path:line`."""

    text: str
    met: bool
    evidence: tuple[str, ...] = ()


class Report(Value, frozen=True):
    """What the session says of its work; `head` is the commit of its branch at that moment."""

    kind: ReportKind
    summary: str
    evidence: str = ""
    head: str = ""
    at: datetime = EPOCH_START
    criteria: tuple[Criterion, ...] = ()
    """Its acceptance criteria as it answers them."""


class PlanStep(Value, frozen=True):
    """One line of the agent's own plan; `status` is pending, in_progress or completed."""

    text: str
    status: str = "pending"


class Usage(Value, frozen=True):
    """Totals of a session as far as its agent tells them; `cost` in US dollars."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    context_used: int = 0
    context_size: int = 0


class ExitReason(StrEnum):
    """Why a runner ended."""

    STOPPED = "stopped"
    HIBERNATED = "hibernated"
    FAILED = "failed"


class Exit(Value, frozen=True):
    """How a session's process ended; `last_words` is the tail of what its agent wrote to stderr."""

    reason: ExitReason
    detail: str = ""
    code: int | None = None
    last_words: str = ""
    at: datetime = EPOCH_START
