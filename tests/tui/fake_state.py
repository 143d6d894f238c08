"""What a fake core shows and remembers, and what tests do to it; its verbs are in `fake_core.py`."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from msgspec.structs import replace

from tests.tui.boards import NOW, sample_board, sample_transcripts
from wuhu_tui.core.door import CommandResult
from wuhu_tui.core.provenance import Provenance
from wuhu_tui.model.board import Board, SessionView, Standing
from wuhu_tui.model.budgets import Resources
from wuhu_tui.model.diff import Diff
from wuhu_tui.model.errors import NotFound, WuhuError
from wuhu_tui.model.health import Observation
from wuhu_tui.model.rescues import Stake
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import Transcript


class Call(NamedTuple):
    """One verb as it was asked: name, positional session (or other first word), the rest."""

    verb: str
    subject: str
    arguments: dict[str, Any]


class FakeState:
    """What a fake core knows and was asked; `calls` is what was asked, `refuse` makes a verb raise."""

    def __init__(
        self,
        board: Board | None = None,
        transcripts: dict[str, Transcript] | None = None,
    ) -> None:
        self._board = sample_board() if board is None else board
        self._transcripts = sample_transcripts() if transcripts is None else transcripts
        self.printed: dict[tuple[str, str], str] = {}
        self.screens: dict[str, Screen] = {}
        self._revision = 1
        self._news = asyncio.Condition()
        self.calls: list[Call] = []
        self.refusals: dict[str, WuhuError] = {}
        self.diffs: dict[str, Diff] = {}
        self.dead: set[str] = set()
        self.used: dict[str, Resources] = {}
        self.reasons: dict[str, Provenance] = {}
        self.stakes: dict[str, Stake] = {}
        self.command_result = CommandResult(exit_code=0, output="ok\n")
        self.observations: tuple[Observation, ...] = ()
        self.hold: asyncio.Event | None = None

    # what tests do to it

    def refuse(self, verb: str, error: WuhuError) -> None:
        """Let a verb raise from now on."""
        self.refusals[verb] = error

    def asked(self, verb: str) -> list[Call]:
        """The calls of one verb."""
        return [call for call in self.calls if call.verb == verb]

    async def show(self, board: Board) -> None:
        """Put another board before the front end and tell it."""
        self._board = board
        await self.tell()

    async def tell(self) -> None:
        """Say that something changed (a transcript, for one)."""
        self._revision += 1
        async with self._news:
            self._news.notify_all()

    async def put(self, view: SessionView) -> None:
        """Show one session in another shape."""
        sessions = {**self._board.sessions, view.id: view}
        await self.show(replace(self._board, sessions=sessions))

    async def change(self, session: str, **changes: Any) -> None:
        """Show one session with other fields."""
        await self.put(replace(self._board.sessions[session], **changes))

    async def move(self, session: str, state: SessionState, cause: str = "test") -> None:
        """Show one session in another state, whoever owns it."""
        standing = Standing(state=state, since=NOW, cause=cause)
        await self.change(session, own=None, lost=None, given=standing)

    # the door

    @property
    def board(self) -> Board:
        return self._board

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def conducting(self) -> bool:
        return True

    def runner_alive(self, session: str) -> bool:
        view = self._board.sessions.get(session)
        return bool(view and view.runner_expected and session not in self.dead)

    def resources(self, session: str) -> Resources | None:
        return self.used.get(session)

    async def provenance(self, session: str) -> Provenance:
        await self._note("provenance", session)
        if session not in self.reasons:
            raise NotFound(f"no session is called {session}")
        return self.reasons[session]

    def transcript(self, session: str) -> Transcript:
        return self._transcripts.setdefault(session, Transcript())

    def screen(self, session: str) -> Screen | None:
        return self.screens.get(session)

    def check_output(self, session: str, check: str) -> str:
        return self.printed.get((session, check), "")

    async def changed(self, since: int) -> int:
        async with self._news:
            await self._news.wait_for(lambda: self._revision > since)
        return self._revision

    async def _note(self, verb: str, subject: str, **arguments: Any) -> None:
        self.calls.append(Call(verb, subject, arguments))
        if self.hold is not None:
            await self.hold.wait()
        if verb in self.refusals:
            raise self.refusals[verb]
