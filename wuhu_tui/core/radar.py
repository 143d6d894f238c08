"""The radar: live branches held against base and each other, all the time and cheaply.

Only what changed is looked at: a branch whose tip moved, a worktree whose session ended a tool or a
turn. Everybody else goes first: one git at a time, at the lowest weight, with a rest after each
round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from msgspec.structs import replace

from wuhu_tui.core.duties import Duty
from wuhu_tui.core.project import Project
from wuhu_tui.core.radar_news import Findings, news
from wuhu_tui.core.reviews import SHORT
from wuhu_tui.core.scribe import base_of
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.events import CommitSeen, RunnerEnded, ToolEnded, TurnEnded
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.value import Value
from wuhu_tui.repo.radar import Eye, Line
from wuhu_tui.repo.radar_room import Room
from wuhu_tui.repo.working_tree import working_tree

EVERY = 15.0
"""Seconds between two looks at one worktree: an agent ends tools every few seconds.

A lead who is told of a collision within a quarter of a minute is told in time.
"""

REST = 4.0
"""How long a rest is beside the round before it: a fifth of one core is the most it ever takes."""

SHORTEST_REST = 1.0
"""Seconds of the shortest rest: what several sessions changed meanwhile is one round."""

PATIENCE = 3.0
"""Seconds before the first round: who conducts for the moment of one command does not begin."""

_S = SessionState

BEFORE_THE_LEAD = frozenset({_S.IN_REVIEW, _S.APPROVED, _S.MERGING, _S.CONFLICT})
"""States in which the reviewed commit would land, whatever else lies in the worktree."""

_OUT = frozenset({_S.INSTANTIATED, _S.MERGED, _S.ARCHIVED})

_CHANGES = (ToolEnded, TurnEnded, CommitSeen, RunnerEnded)
"""After these a worktree may hold something else."""


class _Seen(Value, frozen=True):
    """A session as last looked at."""

    line: Line
    standing: tuple[str, bool]
    at: float
    uncommitted: bool = False
    blind: str = ""


class Radar:
    """Knows what was looked at, and what has to be looked at again."""

    def __init__(
        self,
        project: Project,
        *,
        every: float = EVERY,
        rest: float = 1.0,
        patience: float = PATIENCE,
    ) -> None:
        self._project = project
        self._every = every
        self._rest = rest
        self._room = Room(project.repository, project.folder.radar)
        self._eye: Eye | None = None
        self._seen: dict[str, _Seen] = {}
        self._touched: set[str] = set()
        self._tips: Mapping[str, str] = {}
        self._newest: Mapping[str, str] = {}
        self._shape: object = None
        self._patience = patience
        self._resting_until: float | None = None
        self._looking = asyncio.Lock()
        self._in_use = False
        self.rounds = 0
        """How often it looked around."""
        self.looks = 0
        """How often it looked into a worktree."""
        project.ledger.listeners.append(self._listen)

    def _listen(self, board: Board, records: list[Record]) -> None:
        for record in records:
            if isinstance(record.event, _CHANGES):
                self._touched.add(record.session)

    def due(self, tips: Mapping[str, str]) -> Iterator[Duty]:
        """Whether it has to look around now; a round goes on with the tips it began with."""
        self._newest = tips
        if not self._looking.locked():
            self._tips = tips
        board = self._project.board
        if not self._project.config.policies.radar:
            if board.collisions or board.unseen:
                yield Duty("radar", "off", self._clear)
            return
        if self._is_resting():
            return
        if self._shape_of(board) != self._shape or self._to_look_at(board):
            yield Duty("radar", self.rounds, self.look)

    def _is_resting(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self._resting_until is None:
            self._resting_until = now + self._patience
        return now < self._resting_until

    async def look_now(self, tips: Mapping[str, str]) -> None:
        """Look around without waiting, if anything changed."""
        self._resting_until = 0.0
        for duty in self.due(tips):
            await duty.work()

    async def aclose(self) -> None:
        """Leave nothing: what was read of worktrees may be anything."""
        if self._in_use:
            self._eye, self._shape, self._resting_until = None, None, None
            self._in_use = False
            await asyncio.to_thread(self._room.clear)

    def _shape_of(self, board: Board) -> object:
        """Who takes part, on which bases, and whose work lies before the lead."""
        return tuple(
            (view.id, self._tips.get(base_of(self._project, view)), *_standing(view))
            for view in self._live(board)
        )

    def _live(self, board: Board) -> list[SessionView]:
        return [view for view in board.sessions.values() if is_live(view) and self._tip(view)]

    def _tip(self, view: SessionView) -> str:
        """What of it is committed; empty where its branch or its base is not there."""
        if base_of(self._project, view) not in self._tips:
            return ""
        if view.state in BEFORE_THE_LEAD and view.review is not None:
            return view.review.head
        return self._tips.get(view.spec.branch, "")

    def _to_look_at(self, board: Board) -> list[SessionView]:
        now = asyncio.get_running_loop().time()
        return [view for view in self._live(board) if self._has_changed(view, now)]

    def _has_changed(self, view: SessionView, now: float) -> bool:
        seen = self._seen.get(view.id)
        if seen is None:
            return True
        if seen.standing == _standing(view) and seen.line.tip == self._tip(view):
            is_fixed = view.state in BEFORE_THE_LEAD
            if is_fixed or view.id not in self._touched:
                return False
        return now - seen.at >= self._every

    # looking

    async def look(self) -> None:
        """One round: look at what changed, hold it against everything, write down what is new.

        Raises:
            GitError: git could not do it; everything is looked at anew the next time.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with self._looking:
                self._tips = self._newest
                await self._look()
        except BaseException:
            self._eye = None
            raise
        finally:
            length = max(SHORTEST_REST, REST * (loop.time() - begun))
            self._resting_until = loop.time() + self._rest * length

    async def _look(self) -> None:
        eye = await self._opened()
        board = self._project.board
        shape = self._shape_of(board)
        for view in self._to_look_at(board):
            self._touched.discard(view.id)
            self._seen[view.id] = await self._looked_at(eye, view)
        live = {view.id: view for view in self._live(board)}
        await self._forget(self._seen.keys() - live)
        lines = [self._line(view) for view in live.values() if view.id in self._seen]
        await self._tell(await self._findings(eye, lines))
        self._shape = shape
        self.rounds += 1

    async def _forget(self, gone: Set[str]) -> None:
        """Who takes no part any more leaves nothing."""
        for name in gone:
            del self._seen[name]
            await asyncio.to_thread(self._room.desk(name).clear)

    async def _opened(self) -> Eye:
        """Begin anew in an empty room: what was left there may be half-done."""
        if self._eye is None:
            self._in_use = True
            await asyncio.to_thread(self._room.clear)
            self._seen.clear()
            self._eye = Eye(self._room)
        return self._eye

    async def _looked_at(self, eye: Eye, view: SessionView) -> _Seen:
        now = asyncio.get_running_loop().time()
        tip, base = self._tip(view), self._tips[base_of(self._project, view)]
        blind = await _is_gone(eye, tip)
        tip = base if blind else tip
        trees = await eye.tree_of((tip,))
        line = Line(name=view.id, tip=tip, commit=tip, tree=trees[tip], base=base)
        seen = _Seen(line=line, standing=_standing(view), at=now, blind=blind)
        if blind or view.state in BEFORE_THE_LEAD:
            return seen
        self.looks += 1
        try:
            found = await working_tree(
                self._room, view.id, Path(view.spec.worktree), view.spec.branch
            )
        except GitError as error:
            return replace(seen, blind=error.message)
        whole = replace(line, tip=found.head, commit=found.commit, tree=found.tree)
        return replace(seen, line=whole, uncommitted=found.uncommitted)

    def _line(self, view: SessionView) -> Line:
        """Its line on base as it is now."""
        base = self._tips[base_of(self._project, view)]
        apart = frozenset((view.spec.fixes,)) if view.spec.fixes else frozenset[str]()
        return replace(self._seen[view.id].line, base=base, apart=apart)

    async def _findings(self, eye: Eye, lines: list[Line]) -> Findings:
        return Findings(
            sighted=await eye.look(lines),
            live=frozenset(line.name for line in lines),
            uncommitted=frozenset(name for name, seen in self._seen.items() if seen.uncommitted),
            blind={name: seen.blind for name, seen in self._seen.items() if seen.blind},
        )

    async def _tell(self, findings: Findings) -> None:
        if news(self._project.board, findings):
            await self._project.decide(lambda board: news(board, findings))

    async def _clear(self) -> None:
        """It was switched off: what it knew is worth nothing any more."""
        self._eye, self._shape = None, None
        await asyncio.to_thread(self._room.clear)
        await self._tell(Findings())


async def _is_gone(eye: Eye, commit: str) -> str:
    """Why a commit cannot be looked at; empty: it can."""
    try:
        await eye.tree_of((commit,))
    except GitError:
        return f"its commit {commit[:SHORT]} is not in the repository any more"
    return ""


def is_live(view: SessionView) -> bool:
    """Whether a session's work may still come onto base."""
    own = bool(view.spec.project) and view.spec.judges is None
    return own and view.state not in _OUT


def _standing(view: SessionView) -> tuple[str, bool]:
    """What counts of a session: its reviewed commit, or whatever lies in its worktree."""
    before = view.state in BEFORE_THE_LEAD
    head = view.review.head if before and view.review is not None else ""
    return head, view.state in (_S.IN_REVIEW, _S.APPROVED)
