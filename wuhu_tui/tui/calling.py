"""When the terminal's bell rings: for what cannot wait, once a burst, and never while the lead types."""

from __future__ import annotations

from collections.abc import Iterable

from wuhu_tui.tui.presentation.attention import AnyNeed
from wuhu_tui.tui.presentation.kinds import Kind

BURST = 15.0
"""Seconds within which the bell rings once, whatever comes."""

TYPING = 3.0
"""Seconds after a key for which the lead counts as typing."""

_CANNOT_WAIT = frozenset(
    {Kind.ASKING, Kind.LETTER, Kind.FAILED, Kind.LOST, Kind.CONFLICT, Kind.UNMERGED, Kind.REVIEW}
)
"""Questions, what did not arrive, failures, conflicts, and work reported as done or blocked."""


def that_cannot_wait(needs: Iterable[AnyNeed]) -> list[AnyNeed]:
    """What is worth calling the lead for."""
    return [need for need in needs if need.look.kind in _CANNOT_WAIT]


class Arrivals:
    """Remembers what has called already; told once each, the first look tells nothing."""

    def __init__(self) -> None:
        self._known: frozenset[str] | None = None

    def new(self, needs: Iterable[AnyNeed]) -> list[AnyNeed]:
        """What was not there at the last look."""
        calling = that_cannot_wait(needs)
        known, self._known = self._known, frozenset(need.key for need in calling)
        return [] if known is None else [need for need in calling if need.key not in known]


class Calling:
    """Remembers what it has called for; what was there at the beginning is not new."""

    def __init__(self) -> None:
        self._known: frozenset[str] | None = None
        self._to_call: frozenset[str] = frozenset()
        self._rang_at = float("-inf")

    def is_due(self, needs: Iterable[AnyNeed], *, moment: float, typed_at: float) -> bool:
        """Whether to ring now; what the lead has dealt with meanwhile rings no more."""
        now = frozenset(need.key for need in that_cannot_wait(needs))
        if self._known is None:
            self._known = now
        self._to_call = (self._to_call | (now - self._known)) & now
        self._known = now
        calm = moment - typed_at >= TYPING and moment - self._rang_at >= BURST
        if not self._to_call or not calm:
            return False
        self._to_call = frozenset()
        self._rang_at = moment
        return True
