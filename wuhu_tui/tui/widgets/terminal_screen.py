"""Whoever is attached to a session's screen: takes all keys, and gives the screen its size."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.timer import Timer

from wuhu_tui.model.errors import WuhuError
from wuhu_tui.tui.presentation.rows import MUTED
from wuhu_tui.tui.presentation.terminal_keys import DETACH, pasted, sent_by
from wuhu_tui.tui.safe import safe_line

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp

SETTLED = 0.3
"""Seconds a pane keeps its size before the program behind it is told."""

SMALLEST = (20, 5)
"""Columns and rows below which a program is not squeezed."""


class Typist:
    """Sends keys to one session in the order they were pressed, a burst at a time."""

    def __init__(self, app: WuhuApp, session: str, failed: Callable[[WuhuError], None]) -> None:
        self.session = session
        self._app = app
        self._failed = failed
        self._waiting: list[str] = []
        self._sending: asyncio.Task[None] | None = None

    def key(self, event: events.Key) -> bool:
        """Take a key; False for the one that gives the keys back."""
        if event.key == DETACH:
            return False
        self._type(sent_by(event.key, event.character))
        return True

    def paste(self, event: events.Paste) -> None:
        """Take what was pasted."""
        self._type(pasted(event.text))

    def _type(self, text: str) -> None:
        if not text:
            return
        self._waiting.append(text)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        while self._waiting:
            burst, self._waiting = "".join(self._waiting), []
            try:
                await self._app.core.type_keys(self.session, burst)
            except WuhuError as error:
                self._waiting = []
                self._failed(error)


class Fitting:
    """Gives a session's screen the size of the pane it is looked at in, once that has settled."""

    def __init__(self, app: WuhuApp) -> None:
        self._app = app
        self._wanted: tuple[str, int, int] = ("", 0, 0)
        self._timer: Timer | None = None

    def want(self, session: str, columns: int, rows: int) -> None:
        """The size there is room for now."""
        wanted = (session, max(columns, SMALLEST[0]), max(rows, SMALLEST[1]))
        if wanted != self._wanted:
            self._wanted = wanted
            if self._timer is not None:
                self._timer.stop()
            self._timer = self._app.set_timer(SETTLED, self._tell)

    def stop(self) -> None:
        """It is not looked at any more."""
        if self._timer is not None:
            self._timer.stop()
        self._wanted = ("", 0, 0)

    def _tell(self) -> None:
        session, columns, rows = self._wanted
        screen = self._app.core.screen(session)
        if screen is not None and (screen.columns, screen.rows) != (columns, rows):
            self._app.verbs.run(self._app.core.resize_screen(session, columns, rows))


def mode_line(
    name: str, key: str, other: str, width: int, *, attached: bool, history: bool
) -> Content:
    """What keys do just now on a session with a screen; `key` attaches, `other` shows the rest."""
    if attached:
        text = f" ATTACHED · every key goes to {safe_line(name, 40)} · ctrl+] gives the keys back "
        return Content.styled(text.ljust(width), "bold $background on $state-asking")
    shown = "its screen" if history else "what it said before"
    return Content.styled(f" {key} gives your keys to this screen · {other} shows {shown} ", MUTED)
