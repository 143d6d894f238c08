"""Keeps a ledger at the end of all journals, and knows whose runner lives."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from typing import TypeVar

from wuhu_tui.core.ledger import Ledger
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import Problem, quarantine, read_from
from wuhu_tui.journal.tail import SLOW_LOOK, Batch, Tail
from wuhu_tui.model import events
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import JournalError
from wuhu_tui.model.project_events import SessionMoved
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState

PULSE = 1.0
"""Seconds between looks at the locks of runners that should live."""

PIECE = 2_000
"""Records folded at one go, so that a flood does not hold up the screen."""

_COMING_AND_GOING = (events.RunnerStarted, events.RunnerEnded, events.StateChanged)

T = TypeVar("T")

Alive = Callable[[str], bool]
"""Whether a session's runner lives; asks the disk."""


class Follower:
    """The only reader of the journals for one ledger: follows them, or reads on at once when asked.

    What is read is queued in the order of reading and applied in that order, whoever read it.
    """

    def __init__(
        self, folder: ProjectFolder, ledger: Ledger, alive: Alive, *, slow_look: float = SLOW_LOOK
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._alive = alive
        self._executor = ThreadPoolExecutor(1, "journals")
        """One thread of its own: reading is in order, and never waits behind slower work."""
        self._tail = _QueueingTail(folder, slow_look, self._executor)
        self._slow_look = slow_look
        self._changed_lives: set[str] = set()
        self._revived: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read everything there is, then follow.

        Raises:
            JournalError: the project's journal cannot be read.
        """
        await self._aside(self._load)
        sessions = self._ledger.board.sessions.values()
        await self.look_at_lives([view.id for view in sessions if not _is_archived(view)])
        self._tasks = [
            asyncio.create_task(self._follow(), name="follow journals"),
            asyncio.create_task(self._pulse(), name="look at lives"),
        ]

    async def aclose(self) -> None:
        """Stop following."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._executor.shutdown(wait=False)

    async def catch_up(self) -> None:
        """Read every journal to its end as it is now."""
        more = True
        while more:
            more = (await self._aside(self._tail.read_now)).more
            await self._apply()

    async def look_at_lives(self, sessions: Iterable[str]) -> None:
        """See whose runner lives."""
        names = list(sessions)
        found = await self._aside(lambda: {name: self._alive(name) for name in names})
        self._ledger.set_alive(found)

    async def _aside(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _load(self) -> None:
        """The first reading, whole; nobody waits for news of it yet."""
        more = True
        while more:
            more = self._tail.read_now().more
            for piece in self._tail.pieces():
                self._take(piece)
        for session in self._revived:
            self._ledger.revive(session, self._history(session))
        self._revived.clear()

    def _history(self, session: str) -> tuple[Record, ...]:
        """Everything in a session's journal; nothing where it cannot be read."""
        try:
            return read_from(self._folder.session(session).journal, session).records
        except JournalError:
            return ()  # the tail tells it

    async def _follow(self) -> None:
        while True:
            try:
                async with aclosing(self._tail.batches()) as batches:
                    async for _ in batches:
                        await self._apply()
            except JournalError as error:
                self._ledger.warn(str(error))
                await asyncio.sleep(self._slow_look)

    async def _apply(self) -> None:
        for piece in self._tail.pieces():
            self._take(piece)
            if len(piece.records) >= PIECE:
                await asyncio.sleep(0)
        revived, self._revived = self._revived, set()
        for session in revived:
            self._ledger.revive(session, await self._aside(partial(self._history, session)))
        lives, self._changed_lives = self._changed_lives, set()
        if lives:
            await self.look_at_lives(lives)

    def _take(self, piece: _Piece) -> None:
        if piece.restarted:
            self._ledger.begin_anew()
        self._ledger.apply(piece.records)
        self._changed_lives.update(
            record.session
            for record in piece.records
            if isinstance(record.event, _COMING_AND_GOING)
        )
        self._revived.update(_brought_back(piece.records))
        for words in _in_words(piece.problems):
            self._ledger.warn(words)

    async def _pulse(self) -> None:
        while True:
            try:
                await self.look_at_lives(_worth_a_look(self._ledger.board, self._ledger.alive))
            except JournalError as error:
                self._ledger.warn(str(error))
            await asyncio.sleep(PULSE)


def _brought_back(records: Iterable[Record]) -> Iterator[str]:
    """Sessions that were archived and are on the board again."""
    for record in records:
        if isinstance(record.event, SessionMoved) and record.event.before is SessionState.ARCHIVED:
            yield record.event.session


def _in_words(problems: Iterable[Problem]) -> Iterator[str]:
    """What cannot be read; the damaged lines of one journal are one sentence."""
    damaged: dict[str, list[Problem]] = {}
    for problem in problems:
        where = problem.session or "the project's journal"
        if problem.line:
            damaged.setdefault(where, []).append(problem)
        else:
            yield f"{where} cannot be read: {problem.reason}"
    for where, lines in damaged.items():
        more = f" (and {len(lines) - 1} more damaged lines)" if len(lines) > 1 else ""
        yield (
            f"{where}: the line at byte {lines[0].offset} is damaged and was set aside: "
            f"{lines[0].reason}{more}"
        )


def _worth_a_look(board: Board, alive: dict[str, bool]) -> list[str]:
    """Sessions whose runner should live, or was seen alive."""
    return [
        name for name, view in board.sessions.items() if view.runner_expected or alive.get(name)
    ]


def _is_archived(view: SessionView) -> bool:
    return view.state is SessionState.ARCHIVED


class _Piece:
    """A part of a batch, small enough to be folded at one go."""

    def __init__(self, records: list[Record], problems: list[Problem], *, restarted: bool) -> None:
        self.records = records
        self.problems = problems
        self.restarted = restarted


class _QueueingTail(Tail):
    """A tail whose readings, all in one thread, wait here until they are applied."""

    def __init__(self, folder: ProjectFolder, slow_look: float, executor: Executor) -> None:
        super().__init__(folder, slow_look=slow_look, executor=executor)
        self._pieces: deque[_Piece] = deque()

    def read_now(self, sessions: Collection[str] | None = None) -> Batch:
        batch = super().read_now(sessions)
        self._queue(batch)
        while batch.restarted and batch.more:
            rest = super().read_now()
            batch.more = rest.more
            self._queue(rest)
        return batch

    def pieces(self) -> Iterable[_Piece]:
        """Take out what was read and not yet applied."""
        while self._pieces:
            yield self._pieces.popleft()

    def _queue(self, batch: Batch) -> None:
        if batch.is_empty:
            return
        problems = [*batch.problems, *self._set_aside(batch.problems)]
        for start in range(0, max(1, len(batch)), PIECE):
            records = list(batch[start : start + PIECE])
            restarted = batch.restarted and start == 0
            self._pieces.append(_Piece(records, problems, restarted=restarted))
            problems = []

    def _set_aside(self, problems: list[Problem]) -> list[Problem]:
        """Keep damaged lines beside their journals; returns what went wrong with that."""
        failed = []
        for session in {problem.session for problem in problems if problem.line}:
            path = self.folder.session(session).journal if session else self.folder.journal
            lines = [problem for problem in problems if problem.line and problem.session == session]
            try:
                quarantine(path, lines)
            except JournalError as error:
                failed.append(Problem(offset=0, line=b"", reason=str(error), session=session))
        return failed
