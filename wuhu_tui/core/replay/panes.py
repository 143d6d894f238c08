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
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.transcript import Transcript
from wuhu_tui.model.value import Value

LATELY = 8
"""Moments after which what nobody asks for any more is let go."""

NEAR = 2_000
"""Records that are read at most for what is shown to grow by them; else it is read anew."""

SOME, MORE = 48, 1_000
"""Items of a transcript, the newest: as many as a pane shows at once, and as one reads back."""


class Shown(Value, frozen=True):
    """What a session's pane shows; `items`: how many of the transcript were read."""

    transcript: Transcript
    screen: Screen | None = None
    items: int = MORE


class Prepared(Value, frozen=True):
    """What panes will show at a moment: what was read anew, and by what others grow, by session.

    All others that are held stay as they are if nothing of them changed from `before` to `after`.
    """

    read: dict[str, Shown]
    grown: dict[str, list[Record]]
    before: Still
    after: Still

    def stays(self, session: str) -> bool:
        """Whether what a session's pane held before is still right."""
        return session in self.grown or not _is_touched(session, self.before, self.after)


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
        lately = self._lately()
        touched = {name for name in lately if _is_touched(name, before, after)}
        missing = lately - self._held.keys()
        grown = await self._grown_by(touched - missing, before, after)
        read = await self._read(missing | (touched - grown.keys()), after)
        return Prepared(read=read, grown=grown, before=before, after=after)

    async def _grown_by(
        self, sessions: Collection[str], before: Still, after: Still
    ) -> dict[str, list[Record]]:
        """By what held sessions grow up to a moment that is not far; of some of them nothing."""
        start, stop = before.moment.index, after.moment.index
        if not sessions or not start <= stop <= start + NEAR:
            return {}
        found: dict[str, list[Record]] = {name: [] for name in sessions}
        for record in await self._reel.records(start, stop):
            if record.session in found:
                found[record.session].append(record)
        return {
            name: records
            for name, records in found.items()
            if _goes_on(records, before.seen.get(name, 0), after.seen.get(name, 0))
        }

    def show(self, prepared: Prepared) -> None:
        """Show what was prepared; what is held grows in place where it goes on."""
        self._number += 1
        lately = self._lately()
        held = self._held.items()
        self._held = {
            name: _grown(shown, prepared.grown.get(name, ()))
            for name, shown in held
            if name in lately and name not in prepared.read and prepared.stays(name)
        }
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


def _is_touched(session: str, before: Still, after: Still) -> bool:
    """Whether a session's pane may show something else; archiving takes its screen away."""
    seen = before.seen.get(session, 0) == after.seen.get(session, 0)
    views = before.board.session(session), after.board.session(session)
    old, new = (view is not None and view.state is SessionState.ARCHIVED for view in views)
    return not seen or old is not new


def _goes_on(records: Sequence[Record], before: int, after: int) -> bool:
    """Whether records lead from one seq to another: the order may be another one since."""
    return bool(records) and (records[0].seq, records[-1].seq) == (before + 1, after)


def _grown(shown: Shown, records: Sequence[Record]) -> Shown:
    for record in records:
        if isinstance(record.event, ScreenChanged):
            shown = replace(shown, screen=(shown.screen or Screen()).changed(record.event))
        else:
            shown.transcript.apply(record)
    return shown
