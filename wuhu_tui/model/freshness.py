"""Freshness: how far a session's base moved since its branch left it, and whether that matters."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import Value


class FreshnessVerdict(StrEnum):
    """`passed`: base did not move. `moved`: it did, elsewhere. `overlapping`: in the same files."""

    PASSED = "passed"
    MOVED = "moved"
    OVERLAPPING = "overlapping"


class Freshness(Value, frozen=True):
    """A session's branch beside its base branch, as they stood at one moment."""

    verdict: FreshnessVerdict
    base_branch: str
    base_commit: str
    """Where the branch left base."""
    tip: str
    """Where base stands."""
    at: datetime
    behind: int = 0
    """How many commits of base the branch does not have."""
    base_from: datetime | None = None
    """When the commit the branch left base at was made."""
    theirs: tuple[str, ...] = ()
    """Files that base changed since, as far as they count."""
    overlap: tuple[str, ...] = ()
    """Those of them that the session changed too, or that lie in its scope."""
    conflicts: tuple[str, ...] = ()
    """Those of them that would conflict now."""
    advanced: bool = False
    """Whether the branch, which had nothing of its own, was moved on to `tip`."""
    note: str = ""
    """Why it was not moved on although it has nothing of its own; empty: nothing to say."""
