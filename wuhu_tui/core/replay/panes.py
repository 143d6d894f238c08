"""Transcripts and screens of the sessions somebody looks at, as they were at one moment."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from wuhu_tui.core.replay.reel_port import ReelPort
from wuhu_tui.core.replay.still import Still
from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.records import Record
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.model.value import Value

LATELY = 8
"""Moments after which what nobody asks for any more is let go."""

NEAR = 2_000
"""Records between two moments across which what is shown is kept, as far as they do not touch it."""

SOME, MORE = 80, 1_000
"""Items of a transcript, the newest: as many as a pane shows at once, and as one reads back."""


class Shown(Value, frozen=True):
    """What a session's pane shows; `items`: how many of the transcript were read."""

    transcript: Transcript
    screen: Screen | None = None
    items: int = MORE


class Prepared(Value, frozen=True):
    """What panes will show at a moment: what was read anew, and by what the others grow.

    `grown` None: nothing of what is held is of use there.
    """

    read: dict[str, Shown]
    grown: Sequence[Record] | None = None


class Panes:
    """Knows which sessions are looked at; `wanted` is set when one is asked for the first time."""

    def __init__(self, reel: ReelPort) -> None:
        self._reel = reel
        self._held: dict[str, Shown] = {}
        self._asked: dict[str, int] = {}
        self._blank: dict[str, Transcript] = {}
        self._number = 0
        self.wanted = asyncio.Event()

    def transcript(self, session: str) -> Transcript:
        """The transcript of the moment; empty until it was read."""
        held = self._ask(session)
        return held.transcript if held else self._blank.setdefault(session, Transcript())

    def screen(self, session: str) -> Screen | None:
        """The terminal screen of the moment; None until it was read."""
        held = self._ask(session)
        return held.screen if held else None

    def _ask(self, session: str) -> Shown | None:
        self._asked[session] = self._number
        held = self._held.get(session)
        if held is None:
            self.wanted.set()
        return held

    async def prepare(self, before: Still, after: Still) -> Prepared:
        """Read what those who look will see at a moment; shows nothing yet."""
        start, stop = before.moment.index, after.moment.index
        lately = self._lately()
        if abs(stop - start) > NEAR or not lately:
            return Prepared(read=await self._read(lately, after))
        missing = lately - self._held.keys()
        records = await self._reel.records(min(start, stop), max(start, stop))
        if stop >= start:
            return Prepared(read=await self._read(missing, after), grown=records)
        touched = {record.session for record in records} & lately
        return Prepared(read=await self._read(missing | touched, after), grown=())

    def show(self, prepared: Prepared) -> None:
        """Show what was prepared; what is held grows in place where it goes on."""
        self._number += 1
        kept = self._lately() if prepared.grown is not None else set()
        self._held = {name: shown for name, shown in self._held.items() if name in kept}
        for record in prepared.grown or ():
            shown = self._held.get(record.session)
            if shown is not None and record.session not in prepared.read:
                self._held[record.session] = _grown(shown, record)
        self._held.update(prepared.read)

    async def read_wanted(self, still: Still) -> dict[str, Shown]:
        """What was asked for and is not held, as it is at that moment."""
        self.wanted.clear()
        return await self._read(self._lately() - self._held.keys(), still)

    def short(self) -> list[str]:
        """Sessions of which more can be read back than was read."""
        return [name for name, shown in self._held.items() if shown.items < MORE]

    async def read_more(self, session: str, still: Still) -> dict[str, Shown]:
        """As much of a session as one reads back."""
        return {session: await self._of(session, still, MORE)}

    def hold(self, read: dict[str, Shown]) -> None:
        """Show these as well."""
        self._held.update(read)

    def _lately(self) -> set[str]:
        self._asked = {
            name: number for name, number in self._asked.items() if self._number - number <= LATELY
        }
        return set(self._asked)

    async def _read(self, sessions: Collection[str], still: Still) -> dict[str, Shown]:
        return {session: await self._of(session, still, SOME) for session in sorted(sessions)}

    async def _of(self, session: str, still: Still, items: int) -> Shown:
        if session not in still.board.sessions:
            return Shown(transcript=Transcript())
        if still.seen.get(session, 0) <= items:
            items = MORE  # it has no more items than records
        transcript = await self._reel.transcript(session, still, items=items)
        screen = await self._reel.screen(session, still)
        return Shown(transcript=transcript, screen=screen, items=items)


def _grown(shown: Shown, record: Record) -> Shown:
    if isinstance(record.event, ScreenChanged):
        return replace(shown, screen=(shown.screen or Screen()).changed(record.event))
    shown.transcript.apply(record)
    return shown
