"""The session's life: states, their owners, and the one table of allowed transitions."""

from __future__ import annotations

from enum import StrEnum

from wuhu_tui.model.errors import IllegalTransition


class SessionState(StrEnum):
    """Where a session stands; the words shown to the lead."""

    INSTANTIATED = "instantiated"
    STARTING = "starting"
    WORKING = "working"
    ASKING = "asking"
    IDLE = "idle"
    REPORTED = "reported"
    HIBERNATED = "hibernated"
    STOPPED = "stopped"
    FAILED = "failed"
    LOST = "lost"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    MERGING = "merging"
    CONFLICT = "conflict"
    MERGED = "merged"
    ARCHIVED = "archived"


class Owner(StrEnum):
    """Who may write a state: the session's runner, or the core."""

    RUNNER = "runner"
    CORE = "core"


_S = SessionState

RUNNER_STATES = frozenset(
    {_S.STARTING, _S.WORKING, _S.ASKING, _S.IDLE, _S.REPORTED, _S.HIBERNATED, _S.STOPPED, _S.FAILED}
)
"""States written by the runner into the session's journal."""

LIVE_STATES = frozenset({_S.STARTING, _S.WORKING, _S.ASKING, _S.IDLE, _S.REPORTED})
"""Runner states in which a runner process must exist; otherwise the session is lost."""

ENDED_STATES = frozenset({_S.STOPPED, _S.FAILED, _S.LOST})
"""States in which nothing goes on until somebody resumes the session."""

REVIEW_STATES = frozenset({_S.IN_REVIEW, _S.CHANGES_REQUESTED, _S.APPROVED, _S.CONFLICT})
"""Core states in which the work lies before the lead and may go on."""

_ENDED = {_S.HIBERNATED, _S.STOPPED, _S.FAILED, _S.LOST}
_DURING = {_S.STOPPED, _S.FAILED, _S.LOST}
_REVIEWABLE = {_S.IN_REVIEW, _S.ARCHIVED}

TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    _S.INSTANTIATED: frozenset({_S.STARTING, _S.FAILED, _S.ARCHIVED}),
    _S.STARTING: frozenset({_S.WORKING, _S.IDLE} | _ENDED),
    _S.WORKING: frozenset({_S.ASKING, _S.IDLE, _S.REPORTED} | _ENDED),
    _S.ASKING: frozenset({_S.WORKING, _S.IDLE, _S.REPORTED} | _ENDED),
    _S.IDLE: frozenset({_S.WORKING, _S.ASKING, _S.REPORTED} | _ENDED | _REVIEWABLE),
    _S.REPORTED: frozenset({_S.WORKING, _S.ASKING, _S.IDLE} | _ENDED | _REVIEWABLE),
    _S.HIBERNATED: frozenset({_S.STARTING, _S.STOPPED, _S.FAILED} | _REVIEWABLE),
    _S.STOPPED: frozenset({_S.STARTING} | _REVIEWABLE),
    _S.FAILED: frozenset({_S.STARTING} | _REVIEWABLE),
    _S.LOST: frozenset({_S.STARTING, _S.STOPPED} | _REVIEWABLE),
    _S.IN_REVIEW: frozenset(
        {_S.CHANGES_REQUESTED, _S.APPROVED, _S.WORKING, _S.IN_REVIEW, _S.ARCHIVED} | _DURING
    ),
    _S.CHANGES_REQUESTED: frozenset(
        {_S.WORKING, _S.IN_REVIEW, _S.APPROVED, _S.REPORTED, _S.ARCHIVED} | _DURING
    ),
    _S.APPROVED: frozenset(
        {_S.MERGING, _S.IN_REVIEW, _S.CHANGES_REQUESTED, _S.WORKING, _S.ARCHIVED}
    ),
    _S.MERGING: frozenset({_S.MERGED, _S.CONFLICT, _S.APPROVED, _S.IN_REVIEW}),
    _S.CONFLICT: frozenset(
        {_S.WORKING, _S.IN_REVIEW, _S.CHANGES_REQUESTED, _S.APPROVED, _S.ARCHIVED}
    ),
    _S.MERGED: frozenset({_S.ARCHIVED, _S.WORKING, _S.IN_REVIEW, _S.APPROVED}),
    _S.ARCHIVED: frozenset({_S.STOPPED, _S.INSTANTIATED}),
}
"""Every allowed change of state. `MERGED → APPROVED` is an undone merge.

`ARCHIVED → STOPPED` is a session brought back, which nothing runs of; `→ INSTANTIATED` one that
never ran.
"""


def owner(state: SessionState) -> Owner:
    """Who writes this state."""
    return Owner.RUNNER if state in RUNNER_STATES else Owner.CORE


def transition(before: SessionState, after: SessionState, cause: str) -> SessionState:
    """Return `after` if the table allows it.

    Raises:
        IllegalTransition: with both states and the cause.
    """
    if after not in TRANSITIONS[before]:
        raise IllegalTransition(before.value, after.value, cause)
    return after


class PhaseKind(StrEnum):
    """What a working session is doing right now."""

    NONE = "none"
    THINKING = "thinking"
    STREAMING = "streaming"
    TOOL = "tool"
    COMPACTING = "compacting"
    BACKGROUND = "background"
    """The turn is over and work that it began still runs."""
