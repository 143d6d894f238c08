"""What a replay needs of the reel it plays: records in one order, and stills of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from wuhu_tui.core.replay.still import Still
from wuhu_tui.model.marks import Mark, Moment
from wuhu_tui.model.records import Cursor, Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.transcript import Transcript


class ReelPort(Protocol):
    """All journals of a project as one row of records; `Reel` implements it."""

    @property
    def first(self) -> Moment:
        """Before the first record."""

    @property
    def last(self) -> Moment:
        """The end as far as it was read."""

    @property
    def read(self) -> float:
        """How much of the journals was read, 0 to 1."""

    @property
    def revision(self) -> int:
        """Rises when more was read."""

    async def changed(self, since: int) -> int:
        """Wait until `revision > since`; returns the new revision."""

    async def still(self, index: int) -> Still:
        """The board after the first `index` records."""

    async def records(self, start: int, stop: int) -> Sequence[Record]:
        """The records from `start` up to, but without, `stop`."""

    async def times(self, start: int, stop: int) -> Sequence[datetime]:
        """When each of these records was, as moments tell it: never going back."""

    async def at_time(self, at: datetime) -> Moment:
        """The last moment not after that time."""

    async def of_record(self, session: str, cursor: Cursor) -> Moment:
        """The moment right behind a record; raises NotFound."""

    async def transcript(self, session: str, still: Still, *, items: int) -> Transcript:
        """The session's transcript at that moment, the newest `items` of it."""

    async def screen(self, session: str, still: Still) -> Screen | None:
        """The session's terminal screen at that moment."""

    def marks(self) -> Sequence[Mark]:
        """All marks as far as read, oldest first."""

    def turns(self) -> Sequence[tuple[Moment, str]]:
        """Where turns begin, and whose, oldest first."""

    def density(self, columns: int) -> Sequence[int]:
        """How many records fall into each of so many equal parts of the scrubber."""

    def column_of(self, moment: Moment, columns: int) -> int:
        """Where a moment stands on a scrubber of so many columns."""

    def moment_in(self, column: int, columns: int) -> Moment:
        """The first moment of a column."""

    async def complete(self) -> None:
        """Wait until all is read."""

    async def aclose(self) -> None:
        """Stop reading."""
