"""Which places of a growing list changed since a reader last looked."""

from __future__ import annotations

from bisect import bisect_right


class Changes:
    """Answers "the first place changed since revision N", whatever N, in bounded memory.

    A change matters only until a later one at the same place or before it: what is left has rising
    places, so there are never more entries than places.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._revisions: list[int] = []
        self._places: list[int] = []

    def note(self, place: int) -> None:
        """One more change, at this place."""
        while self._places and self._places[-1] >= place:
            self._places.pop()
            self._revisions.pop()
        self.revision += 1
        self._places.append(place)
        self._revisions.append(self.revision)

    def first_since(self, revision: int) -> int | None:
        """The first place changed after that revision; None when none was."""
        found = bisect_right(self._revisions, revision)
        return self._places[found] if found < len(self._places) else None
