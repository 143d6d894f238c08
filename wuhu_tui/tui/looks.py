"""Knows when the lead is at this dashboard, writes it down, and says what happened meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wuhu_tui.core.door import CoreDoor
from wuhu_tui.core.presence import PresenceFile, left_behind
from wuhu_tui.model.away import matters
from wuhu_tui.model.errors import WuhuError
from wuhu_tui.model.lookbacks import Away
from wuhu_tui.model.presence import AWAY, Presence

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp

WRITE = timedelta(seconds=30)
"""How often the file is written at most while keys keep coming."""


class Looks:
    """One dashboard's presence; a lead in a replay is at the dashboard as well."""

    def __init__(self, app: WuhuApp, folder: Path | None) -> None:
        """Without a folder, or without a live project, nothing is kept."""
        self._app = app
        self._folder = folder
        self._file: PresenceFile | None = None
        self._presence: Presence | None = None
        self._written: Presence | None = None
        self._busy = asyncio.Lock()
        self.notice: Away | None = None
        """What a lead who came back has not looked at yet."""

    @property
    def _core(self) -> CoreDoor | None:
        return self._app.live.core if self._app.live is not None else None

    def _now(self) -> datetime:
        live = self._app.live
        assert live is not None
        return live.clock()

    # beginning and end

    async def begin(self) -> None:
        """The lead opened the dashboard: take up what was left behind, and say what happened."""
        core = self._core
        if self._folder is None or core is None:
            return
        begun = self._now()
        try:
            await self._take_up(core, self._folder)
            found = await core.away()
            self._file = await asyncio.to_thread(PresenceFile.new, self._folder)
        except WuhuError as error:
            self._app.verbs.tell_error(error)
            return
        self._say(found)
        self._presence = Presence(since=begun, until=begun)
        await self._write()

    async def _take_up(self, core: CoreDoor, folder: Path) -> None:
        """Journal what killed dashboards had not."""
        for file, presence in await asyncio.to_thread(left_behind, folder):
            await core.note_look(since=presence.since, until=presence.until)
            await asyncio.to_thread(file.remove)

    async def close(self) -> None:
        """The dashboard closes: the lead leaves."""
        if self._file is None:
            return
        if self._presence is not None:
            presence = self._presence.seen(self._now())
            await self._leave(presence)
        await asyncio.to_thread(self._file.remove)

    # keys and time

    def sign(self) -> None:
        """The lead pressed something."""
        if self._file is None:
            return
        at, before = self._now(), self._presence
        if before is not None and not before.rests(at):
            self._presence = before.seen(at)
            if self._written is None or at - self._written.until >= WRITE:
                self._begin(self._write())
            return
        self._presence = Presence(since=at, until=at)
        if before is not None:
            self._begin(self._leave(before))
        self._begin(self._come_back(at))

    def tick(self) -> None:
        """A keyboard that rests for long has nobody at it."""
        presence = self._presence
        if self._file is not None and presence is not None and presence.rests(self._now()):
            self._presence = None
            self._begin(self._leave(presence))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._app.run_worker(work, name="noting a look", group="looks", exit_on_error=False)

    async def _come_back(self, at: datetime) -> None:
        """Say what happened meanwhile, if it was long and anything of it matters."""
        core = self._core
        assert core is not None
        try:
            async with self._busy:
                found = await core.away()
        except WuhuError as error:
            self._app.verbs.tell_error(error)
            return
        self._say(found)
        await self._write()

    def _say(self, found: Away) -> None:
        if found.until - found.since >= AWAY and matters(found):
            self.notice = found
            self._app.repaint()

    def take_notice(self) -> Away | None:
        """What is to be shown now; it is not announced any more."""
        found, self.notice = self.notice, None
        return found

    async def _leave(self, presence: Presence) -> None:
        core = self._core
        assert core is not None
        try:
            async with self._busy:
                await core.note_look(since=presence.since, until=presence.until)
        except WuhuError as error:
            self._app.verbs.tell_error(error)

    async def _write(self) -> None:
        """Keep the file at most so far behind the keys."""
        file, presence = self._file, self._presence
        if file is None or presence is None:
            return
        self._written = presence
        try:
            await asyncio.to_thread(file.write, presence)
        except WuhuError as error:
            self._app.verbs.tell_error(error)
