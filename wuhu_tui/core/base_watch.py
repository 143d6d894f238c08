"""Base watched: a move that nothing of wuhu made is told once, and never acted on."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from wuhu_tui.core.duties import Duty
from wuhu_tui.core.letters import post
from wuhu_tui.core.project import Project
from wuhu_tui.core.remotes import project_base
from wuhu_tui.model.base_moves import (
    BaseMove,
    base_sighting,
    is_own,
    loss_words,
    lost_merges,
    way_back,
)
from wuhu_tui.model.letters import LEAD, Letter, LetterKind
from wuhu_tui.model.project_events import SightingMade
from wuhu_tui.model.sightings import Sighting
from wuhu_tui.repo.branch_watch import Tips
from wuhu_tui.repo.refs import is_ancestor

SUBJECTS = 3
"""How many of the newest commits are named."""


class BaseWatch:
    """Holds each tip of base against the one before; the first one seen tells nothing."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._base = ""
        self._seen = ""

    def due(self, tips: Tips) -> Iterator[Duty]:
        """Look into base's new tip, if it has one."""
        base = project_base(self._project)
        tip = tips.local.get(base, "")
        if not tip:
            return
        if not self._seen or base != self._base:
            self._base, self._seen = base, tip
        elif tip != self._seen:
            move = BaseMove(base=base, old=self._seen, new=tip)
            yield Duty("base moved", (move.old, tip), lambda: self._look(move))

    def forget(self) -> None:
        """Another process watches from now on."""
        self._seen = ""

    async def _look(self, move: BaseMove) -> None:
        """What moves base for wuhu is written down before it moves: the journal is read first."""
        await self._project.catch_up()
        found = replace(move, lost=await self._lost(move))
        if not is_own(self._project.board, found):
            await self._tell(await self._filled(await self._narrowed(found)))
        if self._seen == move.old:
            self._seen = move.new

    async def _lost(self, move: BaseMove) -> tuple[str, ...]:
        span = f"{move.new}..{move.old}"
        return tuple((await self._project.repository.git.read("rev-list", span, "--")).split())

    async def _narrowed(self, move: BaseMove) -> BaseMove:
        """Without the merges that landed on the foreign commits before anybody looked."""
        foreign = way_back(self._project.board, move.base, move.new)[-1]
        git = self._project.repository.git
        if move.lost or not await is_ancestor(git, move.old, foreign):
            return move
        return replace(move, new=foreign)

    async def _filled(self, move: BaseMove) -> BaseMove:
        git, span = self._project.repository.git, f"{move.old}..{move.new}"
        count = int(await git.read("rev-list", "--count", span, "--"))
        newest = await git.read("log", f"-{SUBJECTS}", "--format=%s", span, "--")
        return replace(move, count=count, subjects=tuple(newest.splitlines()))

    async def _tell(self, move: BaseMove) -> None:
        board = self._project.board
        told = base_sighting(board, move)
        sessions = lost_merges(board, move.base, move.lost)
        if sessions:
            await post(self._project, self._letter(told, loss_words(move, told, sessions)))
        await self._project.append(SightingMade(sighting=told))

    def _letter(self, told: Sighting, text: str) -> Letter:
        return Letter(
            id=f"base-lost-{told.mark}",
            kind=LetterKind.ESCALATION,
            sender="core",
            recipient=LEAD,
            text=text,
            posted_at=self._project.clock(),
        )
