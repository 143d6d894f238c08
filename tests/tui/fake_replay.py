"""A replay without any journal: one board a moment, marks as tests say, and every write refused."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tests.tui.boards import NOW, sample_board, sample_transcripts, session
from tests.tui.fake_core import FakeCore
from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.board import Board
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.differences import Differences, WorktreeThen
from wuhu_tui.model.errors import NotFound, NotPossible
from wuhu_tui.model.marks import Mark, MarkKind, Moment
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import Transcript

READS = frozenset(
    {"provenance", "diff", "diff_listing", "diff_of", "evidence", "place_comments", "hunk_origin"}
    | {"rescues", "rescue_diff", "merge_outlook", "conflict_brief", "remote_state", "examine"}
    | {"job_output", "wait_job", "search", "away", "timeline", "accounting", "detections"}
    | {"at_stake", "compare"}
)
"""What a replay answers; everything else would change something."""

STEP = timedelta(seconds=30)


class FakeReplay(FakeCore):
    """Implements `ReplayDoor` over boards; moment `n` shows `boards[n]`, 30 seconds apart."""

    def __init__(
        self,
        boards: Sequence[Board],
        *,
        marks: Sequence[tuple[int, MarkKind, str]] = (),
        turns: Sequence[tuple[int, str]] = (),
        transcripts: dict[str, Transcript] | None = None,
        at: int | None = None,
    ) -> None:
        super().__init__(boards[-1] if at is None else boards[at], transcripts)
        self.boards = list(boards)
        self.index = len(boards) - 1 if at is None else at
        self.told = [
            Mark(
                moment=self.moment_of(index),
                kind=kind,
                session=name,
                cursor=Cursor(epoch=1, seq=index),
                text=f"{kind.value} of {name}",
            )
            for index, kind, name in marks
        ]
        self.turn_starts = list(turns)
        self.read_so_far = 1.0
        self.runs = False
        self.at_speed = 1.0
        self.cap = 3.0
        self.looked: int | None = None
        self.differences: Differences | None = None
        self.worktrees: dict[tuple[str, int], Diff] = {}
        self.seeks: list[int] = []
        self.seeking: asyncio.Event | None = None
        """While it is there and not set, a seek takes its time."""
        self.closed = False
        self.tried: list[str] = []
        """Verbs that would have changed something."""

    def moment_of(self, index: int) -> Moment:
        return Moment(index, NOW - STEP * (len(self.boards) - 1 - index))

    async def _note(self, verb: str, subject: str, **arguments: Any) -> None:
        if verb not in READS:
            self.tried.append(verb)
            raise NotPossible("this is a replay", remedy="go back to live first")
        await super()._note(verb, subject, **arguments)

    # the door

    @property
    def conducting(self) -> bool:
        return False

    @property
    def source(self) -> str:
        return "shop-api"

    @property
    def moment(self) -> Moment:
        return self.moment_of(self.index)

    @property
    def last(self) -> Moment:
        return self.moment_of(len(self.boards) - 1)

    @property
    def read(self) -> float:
        return self.read_so_far

    @property
    def playing(self) -> bool:
        return self.runs

    @property
    def speed(self) -> float:
        return self.at_speed

    @property
    def idle_cap(self) -> float:
        return self.cap

    def marks(self) -> Sequence[Mark]:
        return self.told

    def density(self, columns: int) -> Sequence[int]:
        counts = [0] * columns
        for index in range(1, len(self.boards)):
            counts[self._column(index, columns)] += 1 + index % 3
        return counts

    def column_of(self, moment: Moment, columns: int) -> int:
        return self._column(moment.index, columns)

    def _column(self, index: int, columns: int) -> int:
        return min(columns - 1, index * columns // max(1, len(self.boards)))

    def moment_in(self, column: int, columns: int) -> Moment:
        return self.moment_of(-(-column * len(self.boards) // columns))

    async def seek(self, index: int) -> Moment:
        self.seeks.append(index)
        if self.seeking is not None:
            await self.seeking.wait()
        self.index = max(0, min(index, len(self.boards) - 1))
        await self.show(self.boards[self.index])
        return self.moment

    async def seek_time(self, at: datetime) -> Moment:
        before = [n for n in range(len(self.boards)) if self.moment_of(n).at <= at]
        return await self.seek(before[-1] if before else 0)

    async def seek_record(self, session: str, cursor: Cursor) -> Moment:
        if cursor.seq >= len(self.boards):
            raise NotFound(f"the recording does not hold record {cursor.seq} of {session}")
        return await self.seek(cursor.seq)

    async def step(self, count: int = 1) -> Moment:
        return await self.seek(self.index + count)

    async def step_turn(self, direction: int = 1, *, session: str = "") -> Moment:
        found = [n for n, name in self.turn_starts if not session or name == session]
        later = [n for n in found if (n > self.index if direction > 0 else n < self.index)]
        if not later:
            return self.moment
        return await self.seek(min(later) if direction > 0 else max(later))

    async def step_mark(
        self, direction: int = 1, *, kinds: Collection[MarkKind] = (), session: str = ""
    ) -> Moment:
        raise AssertionError("the dashboard finds marks by itself")

    def play(self) -> None:
        self.runs = True

    def pause(self) -> None:
        self.runs = False

    def set_speed(self, speed: float) -> None:
        self.at_speed = speed

    def set_idle_cap(self, seconds: float) -> None:
        self.cap = seconds

    async def compare(self, first: int, second: int) -> Differences:
        await self._note("compare", "", first=first, second=second)
        empty = Differences(first=self.moment_of(first), second=self.moment_of(second))
        return self.differences or empty

    async def worktree(self, session: str) -> WorktreeThen:
        return WorktreeThen(session=session)

    async def file(self, session: str, path: str) -> bytes:
        raise NotFound(f"{path} was not there")

    async def files(self, session: str) -> Sequence[str]:
        raise NotFound("nothing of the worktree was recorded")

    async def worktree_diff(self, session: str, *, paths: Sequence[str] | None = None) -> Diff:
        found = self.worktrees.get((session, self.index))
        if found is None:
            raise NotFound("nothing of the worktree was recorded")
        return found

    async def when_looked(self) -> Moment | None:
        return None if self.looked is None else self.moment_of(self.looked)

    async def aclose(self) -> None:
        self.closed = True


def _implements_the_door(replay: FakeReplay) -> ReplayDoor:
    """Checked by mypy: the fake is a door."""
    return replay


AUTH = "shop-api-impl-01"
MIGRATE = "shop-api-impl-02"
SEARCH = "shop-api-impl-05"
METRICS = "shop-api-impl-10"


def morning() -> FakeReplay:
    """Twenty moments that end with `sample_board`: a session comes first, the others follow."""
    whole = sample_board()
    names = list(whole.sessions)
    boards = [replace(whole, sessions={})]
    for moment in range(1, 20):
        there = names[: min(len(names), moment)]
        boards.append(replace(whole, sessions={name: whole.sessions[name] for name in there}))
    working = session("auth-api", SessionState.WORKING, number=1, turn=1)
    for moment in range(1, 8):
        boards[moment] = replace(
            boards[moment], sessions={**boards[moment].sessions, AUTH: working}
        )
    return FakeReplay(
        boards,
        marks=(
            (3, MarkKind.STEER, SEARCH),
            (5, MarkKind.REPORT, "shop-api-impl-07"),
            (8, MarkKind.QUESTION, AUTH),
            (11, MarkKind.FAULT, "shop-api-impl-04"),
            (13, MarkKind.VERDICT, "shop-api-impl-09"),
            (15, MarkKind.QUESTION, MIGRATE),
        ),
        turns=((2, AUTH), (4, MIGRATE), (9, AUTH)),
        transcripts=sample_transcripts(),
    )
