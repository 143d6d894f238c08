"""Pictures of a recording: the dashboard drawn without a terminal, at any moment of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from textual.pilot import Pilot

from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.asciicast import CastHeader, CastTheme
from wuhu_tui.model.errors import NotFound
from wuhu_tui.model.value import Value
from wuhu_tui.tui.app import WuhuApp
from wuhu_tui.tui.picturing_frames import Frame, frame_of
from wuhu_tui.tui.screens.session import SessionScreen
from wuhu_tui.tui.settings import DashboardSettings

FONTS = "Fira Code, DejaVu Sans Mono, Liberation Mono, Menlo, Consolas, Courier New, monospace"

MOST_PAUSES = 40
"""So often it is waited for a screen to come to rest."""

RESTS = 2
"""So often in a row nothing may have changed: one layout may ask for the next."""

_PALETTE = (
    *("#1d1f21", "#cc6666", "#b5bd68", "#f0c674", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6"),
    *("#666666", "#d54e53", "#b9ca4a", "#e7c547", "#7aa6da", "#c397d8", "#70c0b1", "#eaeaea"),
)
_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_NO_XML = re.compile("[\ufffe\uffff]")
_FAMILY = re.compile(r"font-family: Fira Code, monospace")


class PictureWish(Value, frozen=True):
    """What to draw: how large, in which theme (empty: the default), of which session in full."""

    columns: int = 140
    rows: int = 40
    theme: str = ""
    session: str = ""


class Easel:
    """A dashboard over a replay that nobody sees; it shows what the door stands at."""

    def __init__(self, app: WuhuApp, pilot: Pilot[Any], door: ReplayDoor) -> None:
        self._app = app
        self._pilot = pilot
        self._door = door

    async def show(self) -> Frame:
        """Draw the moment, and give what stands there once it is at rest."""
        await self._door.idle()
        self._app.repaint()  # all of it: news alone leaves lists for later
        frame, rests = self._frame(), 0
        for _ in range(MOST_PAUSES):
            await self._pilot.pause()
            before, frame = frame, self._frame()
            rests = rests + 1 if frame == before else 0
            if rests == RESTS:
                break
        return frame

    def _frame(self) -> Frame:
        strips = self._app.screen._compositor.render_strips()
        return frame_of(strips, self._app.size.width)

    def svg(self) -> str:
        """What stands there as a drawing, with fonts of whoever looks at it."""
        told = self._app.export_screenshot(title=f"wuhu · {self._door.source}", simplify=True)
        plain = _FAMILY.sub(f"font-family: {FONTS}", _FACE.sub("", told))
        return _NO_XML.sub("\ufffd", plain)

    def header(self, began: datetime) -> CastHeader:
        """What a player must know of the terminal."""
        colours = self._app.get_css_variables()
        theme = CastTheme(
            fg=_plain(colours.get("foreground", ""), "#e0e0e0"),
            bg=_plain(colours.get("background", ""), "#121212"),
            palette=_PALETTE,
        )
        size = self._app.size
        return CastHeader(
            columns=size.width,
            rows=size.height,
            began=began,
            title=f"wuhu · {self._door.source}",
            theme=theme,
        )


def _plain(colour: str, instead: str) -> str:
    found = re.fullmatch(r"#[0-9a-fA-F]{6}", colour)
    return colour.lower() if found else instead


@asynccontextmanager
async def easel(
    door: ReplayDoor, wish: PictureWish, *, settings: DashboardSettings | None = None
) -> AsyncIterator[Easel]:
    """An easel for as long as it is used; the door is moved by whoever holds it, and not closed.

    Raises:
        NotFound: the recording has no such session.
    """
    await door.idle()
    if wish.session and door.board.session(wish.session) is None:
        raise NotFound(
            f"the recording has no session {wish.session}", remedy="see what it has: wuhu replay"
        )
    given = settings or DashboardSettings(theme=wish.theme, bell=False, tune_memory=False)
    app = WuhuApp(replay=door, settings=given)
    if given.theme and app.get_theme(given.theme) is None:
        raise NotFound(f"there is no theme {given.theme}", remedy="see docs/config.md, Themes")
    app.animation_level = "none"
    async with app.run_test(size=(wish.columns, wish.rows), tooltips=False) as pilot:
        if wish.session:
            app.selected = wish.session
            await app.push_screen(SessionScreen(wish.session))
        yield Easel(app, pilot, door)
        if app.troubles:
            raise app.troubles[0]
