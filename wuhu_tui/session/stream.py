"""Streamed output on its way to the journal: the first piece at once, then few, larger pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from wuhu_tui.model.agent_events import ScreenChanged
from wuhu_tui.model.events import (
    AgentSaid,
    AgentThought,
    Event,
    PhaseChanged,
    ToolOutput,
    UsageChanged,
)

INTERVAL = 0.05
"""Seconds between two flushes while output streams: at most 20 a second."""

MAX_PIECE = 65_536
"""Characters of one piece; longer output becomes several records."""


def merged(earlier: Event, later: Event) -> Event | None:
    """Both as one event, or None when they must stay two."""
    match earlier, later:
        case (AgentSaid(), AgentSaid()) if _same_speaker(earlier, later):
            return replace(earlier, text=earlier.text + later.text)
        case (AgentThought(), AgentThought()):
            return replace(earlier, text=earlier.text + later.text)
        case (ToolOutput(), ToolOutput()) if earlier.call == later.call:
            return replace(earlier, text=earlier.text + later.text)
        case (UsageChanged(), UsageChanged()) | (PhaseChanged(), PhaseChanged()):
            return later
        case (ScreenChanged(), ScreenChanged()):
            return _same_screen(earlier, later)
        case _:
            return None


def _same_speaker(one: AgentSaid, other: AgentSaid) -> bool:
    return (one.message, one.parent) == (other.message, other.parent)


def _same_screen(earlier: ScreenChanged, later: ScreenChanged) -> ScreenChanged | None:
    """The rows of both, the later ones on top; a screen of another size is another screen."""
    if later.whole:
        return later
    if (earlier.columns, earlier.rows) != (later.columns, later.rows):
        return None
    return replace(later, lines={**earlier.lines, **later.lines}, whole=earlier.whole)


def pieces(event: Event) -> Iterator[Event]:
    """The event as one or more whose text is not too long for a line."""
    if not isinstance(event, AgentSaid | AgentThought | ToolOutput) or len(event.text) <= MAX_PIECE:
        yield event
        return
    for start in range(0, len(event.text), MAX_PIECE):
        yield replace(event, text=event.text[start : start + MAX_PIECE])


class Stream:
    """Holds streamed events back so that readers wake at most once an interval.

    `write` gets them in order; whoever writes anything else calls `drain` first. `unsure` tells how
    many characters at a text's end may be the beginning of a secret: they wait for what follows.
    """

    def __init__(
        self,
        write: Callable[[list[Event]], None],
        interval: float = INTERVAL,
        unsure: Callable[[str], int] = lambda _: 0,
    ) -> None:
        self._write = write
        self._interval = interval
        self._unsure = unsure
        self._held: list[Event] = []
        self._timer: asyncio.TimerHandle | None = None
        self._drained_at = float("-inf")

    def add(self, event: Event) -> None:
        """Take an event; after quiet it is written at once."""
        joined = merged(self._held[-1], event) if self._held else None
        if joined is None:
            self._held.append(event)
        else:
            self._held[-1] = joined
        if self._timer is None:
            self._arm()

    def drain(self) -> None:
        """Write what is held."""
        self._flush([])

    def _flush_sure(self) -> None:
        """Write what is held, but for the beginning of what may be a secret."""
        last = self._held.pop() if self._held else None
        if not isinstance(last, AgentSaid | AgentThought | ToolOutput):
            self._held += [last] if last else []
            self._flush([])
            return
        sure = len(last.text) - self._unsure(last.text)
        self._held += [replace(last, text=last.text[:sure])] if sure else []
        self._flush([replace(last, text=last.text[sure:])] if sure < len(last.text) else [])

    def _flush(self, kept: list[Event]) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, kept
        if held:
            self._drained_at = asyncio.get_running_loop().time()
            self._write([piece for event in held for piece in pieces(event)])

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        wait = self._drained_at + self._interval - loop.time()
        if wait <= 0:
            self._flush_sure()
        else:
            self._timer = loop.call_later(wait, self._flush_sure)
