"""A lead at the keyboard: presses keys, looks at the screen, waits for what must come.

The same stories run as tests (no screen, no pauses) and before an audience
(`python -m tests.stories NAME`: a real terminal, a pause after each key).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from wuhu_tui.core.core import Core
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.app import WuhuApp

PATIENCE = 40.0
"""Seconds a lead waits for one thing before the story has failed."""


class StoryError(AssertionError):
    """What the lead waited for did not come; shows the screen as it was."""


class Lead:
    """Drives the dashboard through its pilot; `pace` is the pause after each key, in seconds."""

    def __init__(self, pilot: Pilot[Any], core: Core, *, pace: float = 0.0) -> None:
        self.pilot = pilot
        self.core = core
        self.pace = pace

    @property
    def app(self) -> WuhuApp:
        """The dashboard."""
        app = self.pilot.app
        assert isinstance(app, WuhuApp)
        return app

    @property
    def board(self) -> Board:
        """The board as it is now."""
        return self.core.board

    def session(self, title: str) -> SessionView:
        """The session with that title."""
        return next(view for view in self.board.sessions.values() if view.spec.title == title)

    async def presses(self, *keys: str) -> None:
        """Press keys, one after the other, as a human does: each is seen before the next."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause(self.pace or None)

    async def writes(self, text: str) -> None:
        """Type text into whatever has the focus."""
        keys = [_KEYS.get(character, character) for character in text]
        await self.presses(*keys)

    async def selects(self, title: str) -> None:
        """Leave any dialog and walk through the session list until this session is selected."""
        while self.app.screen.is_modal:
            await self.presses("escape")
        wanted = self.session(title).id
        if await self._walks_to(wanted):
            return
        await self.presses("g")
        if not await self._walks_to(wanted):
            raise StoryError(f"{title} cannot be selected; the screen shows:\n{self.screen()}")

    async def _walks_to(self, wanted: str) -> bool:
        for _ in range(len(self.board.sessions) + 1):
            if self.app.selected == wanted:
                return True
            await self.presses("j")
        return False

    async def waits_for(
        self, what: str, condition: Callable[[Board], bool], patience: float = PATIENCE
    ) -> None:
        """Wait until the board is so."""
        await self._until(what, lambda: condition(self.board), patience)

    async def waits_for_state(self, title: str, *states: SessionState) -> None:
        """Wait until a session is in one of these states."""
        what = f"{title} to be {' or '.join(states)}"
        await self._until(what, lambda: self.session(title).state in states, PATIENCE)

    async def sees(self, text: str) -> None:
        """Wait until the screen shows this text."""
        await self._until(f"the screen to show {text!r}", lambda: text in self.screen(), PATIENCE)

    def screen(self) -> str:
        """What the screen shows now, as text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    async def _until(self, what: str, condition: Callable[[], bool], patience: float) -> None:
        give_up = time.monotonic() + patience
        while not condition():
            if time.monotonic() > give_up:
                states = {view.spec.title: view.state for view in self.board.sessions.values()}
                raise StoryError(
                    f"waited {patience:.0f} s for {what}; sessions: {states}; "
                    f"the screen shows:\n{self.screen()}"
                )
            seen = self.core.revision
            try:
                async with asyncio.timeout(0.2):
                    await self.core.changed(seen)
            except TimeoutError:
                pass
            await self.pilot.pause()


_KEYS = {" ": "space", "\n": "ctrl+j", ".": "full_stop", ",": "comma", "/": "slash", "-": "minus"}
