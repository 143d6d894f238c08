"""Join: wait until sessions reach a state; an event, never a poll."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import Value


class JoinMode(StrEnum):
    """Whether one of the set is enough."""

    ANY = "any"
    ALL = "all"


class JoinUntil(StrEnum):
    """What a joined session has to reach."""

    IDLE = "idle"
    REPORTED = "reported"
    REVIEWED = "reviewed"
    MERGED = "merged"


class WakeReason(StrEnum):
    """Why a join returned; all but `reached` and `timeout` are early."""

    REACHED = "reached"
    QUESTION = "question"
    REVIEW_READY = "review_ready"
    STEER = "steer"
    SYSTEM = "system"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of one joined session."""

    DONE = "done"
    NO_REPORT = "no_report"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"
    TIMED_OUT = "timed_out"
    WAITING = "waiting"


class Wake(Value, frozen=True):
    """The end of a join: why, because of whom, and how each session stood."""

    reason: WakeReason
    session: str = ""
    outcomes: dict[str, Outcome] = {}
    about: str = ""
    """The question or message that woke it: it does not wake the same waiter again."""


class Join(Value, frozen=True):
    """Somebody waits; persisted, so that a restart does not forget it."""

    id: str
    sessions: tuple[str, ...]
    mode: JoinMode
    until: JoinUntil
    by: str
    opened_at: datetime
    deadline: datetime | None = None
    wake: Wake | None = None
    seen: dict[str, int] = {}
    """Per session the journal `seq` when the join was opened: older failures do not wake it early."""
    taken: bool = False
    """Whether whoever waits has read the wake, as far as it says so; others need not."""
    attended: bool = False
    """Whether a process waits for it and holds its pulse: if that dies, the join is left behind."""
    left: bool = False
    """Whether the process that waited is gone; the join goes on, and is shown as one on nobody."""

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.wake is None

    @property
    def was_missed(self) -> bool:
        """Whether it woke and whoever waited did not live to read it."""
        return self.wake is not None and self.attended and not self.taken
