"""Sightings: what the core found out by looking, because nobody told it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import EPOCH_START, Value


class SightingKind(StrEnum):
    """What was found.

    `no_report`: a turn ended in silence, and a reminder changed nothing. `unreported_work`: commits
    of a session that ended without a word on them. `pull_request`: one that no report speaks of.
    `orphaned_question`: an open question whose session ended. `queue_stands`: nothing lands although
    something is ready. `base_moved`: base went somewhere that nothing of wuhu brought it to.
    """

    NO_REPORT = "no_report"
    UNREPORTED_WORK = "unreported_work"
    PULL_REQUEST = "pull_request"
    ORPHANED_QUESTION = "orphaned_question"
    QUEUE_STANDS = "queue_stands"
    BASE_MOVED = "base_moved"


class Sighting(Value, frozen=True):
    """One thing found about one session; `mark` tells it from the next of its kind."""

    session: str
    kind: SightingKind
    mark: str
    text: str
    refs: tuple[str, ...] = ()
    """Commits, questions, addresses it is about."""
    at: datetime = EPOCH_START

    @property
    def id(self) -> str:
        """Its name: the same thing found twice is one sighting."""
        return f"{self.session}:{self.kind.value}:{self.mark}"

    def is_like(self, other: Sighting) -> bool:
        """Whether both are of one kind and session."""
        return (self.session, self.kind) == (other.session, other.kind)
