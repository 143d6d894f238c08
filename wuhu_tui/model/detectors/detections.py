"""What detectors find, and the numbers that tell them when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.records import Cursor
from wuhu_tui.model.value import Value


class DetectorKind(StrEnum):
    """Which detector; each name is what it looks for."""

    PAGINATION_SPIRAL = "pagination-spiral"
    TURN_KEY_REPETITION = "turn-key-repetition"
    ERROR_ECHO = "error-echo"
    EDIT_REVERT = "edit-revert"
    SAME_RESULT = "same-result"
    OVER_TURNS = "over-max-turns"
    OVER_BUDGET = "over-budget"
    QUIET = "quiet"
    STALE = "stale"
    LOST = "lost"
    NO_REPORT = "no-report"


class Concern(StrEnum):
    """How a detection is to be taken."""

    STAGNANT = "stagnant"
    SPIRAL = "spiral"
    FAILED = "failed"
    WARNING = "warning"
    HOLD = "hold"


class ErrorClass(StrEnum):
    """What kind of trouble an error is, by what it says."""

    EDIT_FORMAT_FRICTION = "edit-format-friction"
    SCOPE_DENIED = "scope-denied"
    COMMAND_BLOCKED = "command-blocked"
    OTHER = "other"


class Thresholds(Value, frozen=True):
    """When each detector fires. Counts are how often, times in seconds; 0: that one never fires."""

    pagination_reads: int = 3
    repeated_keys: int = 3
    repeated_errors: int = 3
    edits_of_one_file: int = 3
    same_result_warning: int = 3
    same_result_hold: int = 5
    turns: int = 0
    """0: the session's own turn limit."""
    cost: float = 0.0
    """In US dollars; with 0 tokens too: the session's own budget."""
    tokens: int = 0
    quiet: float = 600.0
    stale: float = 3600.0


class Detection(Value, frozen=True):
    """A detector fired on a record; `evidence` are the records it rests on, oldest first."""

    kind: DetectorKind
    concern: Concern
    session: str
    cursor: Cursor
    at: datetime
    text: str
    evidence: tuple[Cursor, ...] = ()
    turn: int = 0
    """The session's turn in which it fired."""
    error: ErrorClass | None = None
    """Of an error that is repeated: what kind."""
