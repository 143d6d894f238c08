"""The part of the door that looks back: replay, search, what happened meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from wuhu_tui.model.detectors.detections import Detection, Thresholds
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.differences import Differences, WorktreeThen
from wuhu_tui.model.lookbacks import Accounting, Away, Timeline
from wuhu_tui.model.marks import Mark, MarkKind, Moment
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.searches import SearchQuery, SearchResult

if TYPE_CHECKING:
    from wuhu_tui.core.door_replay import ReplayDoor


class HistoryDoor(Protocol):
    """Everything a front end can ask about what was; live, and in a replay up to its moment."""

    async def replay(self) -> ReplayDoor:
        """The project's own journals as a recording, at its end; the caller closes it.

        Opens at once, however long they are; what is not read yet is read in the background.
        """

    async def search(self, query: SearchQuery) -> SearchResult:
        """Find words in everything sessions wrote, archived ones too.

        Raises:
            UsageError: the query's words cannot be understood; says how they are written.
        """

    async def away(self, *, since: datetime | None = None) -> Away:
        """What happened since then; None: since the lead last looked."""

    async def timeline(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Timeline:
        """Who was in which state when; None: from the first session's making, until now."""

    async def accounting(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> Accounting:
        """Who waited for whom how long, and what merged work cost."""

    async def detections(
        self, *, session: str = "", thresholds: Thresholds | None = None
    ) -> Sequence[Detection]:
        """What the detectors find in the journals, of one session or of all, oldest first.

        None: the project's own thresholds.
        """

    async def note_look(self, *, since: datetime, until: datetime, by: str = "lead") -> None:
        """Write down that the lead was at the dashboard."""


class PlayDoor(Protocol):
    """What a replay can do beyond the door of a live core: move in time. Nothing here writes."""

    @property
    def source(self) -> str:
        """What is replayed, in words: a project's name, or a file's."""

    @property
    def moment(self) -> Moment:
        """Where it stands."""

    @property
    def last(self) -> Moment:
        """The end as far as it was read."""

    @property
    def read(self) -> float:
        """How much of the journals is ready to be sought, 0 to 1."""

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""

    @property
    def speed(self) -> float:
        """How many recorded seconds pass in one; 0.25 to 64."""

    @property
    def idle_cap(self) -> float:
        """Seconds that a stretch without events takes at most, at speed 1."""

    def marks(self) -> Sequence[Mark]:
        """All marks as far as read, oldest first."""

    def density(self, columns: int) -> Sequence[int]:
        """How many events fall into each of so many equal parts of the scrubber.

        The scrubber's axis is time with stretches without events capped.
        """

    def column_of(self, moment: Moment, columns: int) -> int:
        """Where a moment stands on a scrubber of so many columns."""

    def moment_in(self, column: int, columns: int) -> Moment:
        """The first moment of a column."""

    async def seek(self, index: int) -> Moment:
        """Go to the moment after the first `index` records; beyond the end is the end.

        A seek that another one overtakes shows nothing and returns where the other went.
        """

    async def seek_time(self, at: datetime) -> Moment:
        """Go to the last moment not after that time."""

    async def seek_record(self, session: str, cursor: Cursor) -> Moment:
        """Go right behind a record; empty `session`: one of the project's own journal.

        Raises:
            NotFound: the recording does not hold it.
        """

    async def step(self, count: int = 1) -> Moment:
        """Go so many records on, or back."""

    async def step_turn(self, direction: int = 1, *, session: str = "") -> Moment:
        """Go to the next (-1: previous) turn's beginning, of that session or of any."""

    async def step_mark(
        self, direction: int = 1, *, kinds: Collection[MarkKind] = (), session: str = ""
    ) -> Moment:
        """Go to the next (-1: previous) mark, of these kinds or of any."""

    def play(self) -> None:
        """Move by itself from here; at the end it stops. `changed` tells each step."""

    def pause(self) -> None:
        """Stand still."""

    def set_speed(self, speed: float) -> None:
        """Play so much quicker than it was; kept between 0.25 and 64."""

    def set_idle_cap(self, seconds: float) -> None:
        """Cap stretches without events; 0: play them in full."""

    async def compare(self, first: int, second: int) -> Differences:
        """Two moments side by side, in state and in files."""

    async def worktree(self, session: str) -> WorktreeThen:
        """The session's worktree at the moment."""

    async def file(self, session: str, path: str) -> bytes:
        """A file's content in that worktree.

        Raises:
            NotFound: it was not there, or the recording does not hold it; says which.
        """

    async def files(self, session: str) -> Sequence[str]:
        """The paths of all files in that worktree.

        Raises:
            NotFound: nothing of it was recorded, or the recording does not hold it; says which.
        """

    async def worktree_diff(self, session: str, *, paths: Sequence[str] | None = None) -> Diff:
        """What that worktree had changed since its base, committed or not.

        None: all files, without their lines; else these with theirs. Its note says how it is known.

        Raises:
            NotFound: nothing of it was recorded, or the recording does not hold it; says which.
        """

    async def when_looked(self) -> Moment | None:
        """Where the lead last looked before the end; None: nothing tells."""

    async def aclose(self) -> None:
        """Let go of everything."""
