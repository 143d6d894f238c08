"""What a stretch of a recording has to say to the scrubber: marks, turns, and points in time."""

from __future__ import annotations

from array import array
from datetime import datetime

import msgspec

from wuhu_tui.core.replay.axis import IDLE, microseconds
from wuhu_tui.core.replay.lines import Line
from wuhu_tui.model.events import TurnStarted
from wuhu_tui.model.marking import mark_of
from wuhu_tui.model.marks import MarkKind

FINE = 20_000
"""Records at a recording's beginning of which every one is a point of the axis."""

COARSE = 32
"""Of how many later records one is a point."""

KINDS = tuple(MarkKind)
"""Mark kinds by their numbers."""


class ToldMark(msgspec.Struct, array_like=True, gc=False):
    """A mark with numbers for what repeats; `at` in microseconds."""

    index: int
    at: int
    kind: int
    session: str
    epoch: int
    seq: int
    text: str


class ToldTurn(msgspec.Struct, array_like=True, gc=False):
    """A turn's beginning."""

    index: int
    at: int
    session: str


class Tail(msgspec.Struct, array_like=True, gc=False):
    """A journal that was told up to an offset: a checksum of what stands before it, its shift.

    `limit` is how long it was then, `inode` and `written` are its file's.
    """

    session: str
    offset: int
    limit: int
    inode: int
    written: int
    mark: int
    shift: int


class Told(msgspec.Struct, array_like=True):
    """Of the records from one index up to another; the points are arrays of numbers."""

    marks: list[ToldMark]
    turns: list[ToldTurn]
    indexes: bytes
    times: bytes
    played: bytes
    tails: list[Tail]


class Teller:
    """Takes records one by one and says what there was to say of them."""

    def __init__(self, index: int = 0, at: int = 0, played: float = 0.0) -> None:
        self.index = index
        self.at = at
        """The newest time up to there, in microseconds."""
        self.played = played
        """Seconds played up to there."""
        self._begin()

    def _begin(self) -> None:
        self._marks: list[ToldMark] = []
        self._turns: list[ToldTurn] = []
        self._indexes = array("q")
        self._times = array("q")
        self._played = array("d")

    def take(self, line: Line, time: datetime) -> None:
        """One more record, with its time by the one clock."""
        now = microseconds(time)
        if not self.index:
            self.at = now
        elif now > self.at:
            self.played += min((now - self.at) / 1e6, IDLE)
            self.at = now
        self.index += 1
        if self.index <= FINE or not self.index % COARSE:
            self._point()
        if line.record is not None:
            self._mark(line)

    def _point(self) -> None:
        self._indexes.append(self.index)
        self._times.append(self.at)
        self._played.append(self.played)

    def _mark(self, line: Line) -> None:
        assert line.record is not None
        if line.kind is TurnStarted:
            self._turns.append(ToldTurn(self.index, self.at, line.session))
            return
        marked = mark_of(line.record)
        if marked is not None:
            kind = KINDS.index(marked.kind)
            place = (marked.session, line.epoch, line.seq)
            self._marks.append(ToldMark(self.index, self.at, kind, *place, marked.text))

    def told(self, tails: list[Tail]) -> Told:
        """Everything since this was asked last; its end is a point too."""
        if self.index and self.index > FINE and self.index % COARSE:
            self._point()
        told = Told(
            self._marks,
            self._turns,
            self._indexes.tobytes(),
            self._times.tobytes(),
            self._played.tobytes(),
            tails,
        )
        self._begin()
        return told
