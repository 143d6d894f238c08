"""How often a screen is told, and when a guess is news."""

from __future__ import annotations

import asyncio

from wuhu_tui.agents.terminal_screen import LiveScreen, Pace
from wuhu_tui.model.agent_events import GuessMade, ScreenChanged
from wuhu_tui.model.events import AgentSaid, Event, Noted

NEVER = 1000.0


class Told(LiveScreen):
    """A live screen whose tellings can be waited for."""

    def __init__(self, **pace: float) -> None:
        self.events: list[Event] = []
        super().__init__(
            self.events.append, lambda data: None, columns=40, rows=5, pace=Pace(**pace)
        )
        self.shown = asyncio.Event()
        self.on_shown = self.shown.set

    async def next(self) -> None:
        async with asyncio.timeout(10):
            await self.shown.wait()
        self.shown.clear()

    def all(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


async def test_a_burst_is_told_as_one_change() -> None:
    screen = Told(burst=0.001, calm=NEVER)
    for number in range(50):
        screen.feed(b"line %d\r\n" % number)
    await screen.next()
    (change,) = screen.all(ScreenChanged)
    (said,) = screen.all(AgentSaid)
    assert isinstance(change, ScreenChanged)
    assert change.lines[3] == "line 49"
    assert isinstance(said, AgentSaid)
    assert said.text.endswith("line 45\n")
    screen.feed(b"more")
    assert len(screen.all(ScreenChanged)) == 1, "the next one waits for its time"
    screen.finish()
    assert len(screen.all(ScreenChanged)) == 2


async def test_a_key_hurries_what_waits_to_be_told() -> None:
    screen = Told(burst=0.001, calm=NEVER, hurried=0.001)
    screen.feed(b"a")
    await screen.next()
    screen.feed(b"b")
    screen.hurry()
    await screen.next()
    assert len(screen.all(ScreenChanged)) == 2
    screen.finish()


async def test_a_picture_is_told_when_it_is_finished_or_takes_too_long() -> None:
    screen = Told(burst=0.001, calm=0.001, picture=NEVER)
    screen.feed(b"\x1b[?2026hhalf ")
    screen.feed(b"whole\x1b[?2026l")
    await screen.next()
    (change,) = screen.all(ScreenChanged)
    assert isinstance(change, ScreenChanged)
    assert change.lines == {0: "half whole"}
    slow = Told(burst=0.001, calm=0.001, picture=0.005)
    slow.feed(b"\x1b[?2026hhalf")
    await slow.next()
    assert len(slow.all(ScreenChanged)) == 1
    screen.finish()
    slow.finish()


async def test_a_spinner_that_blinks_is_one_guess() -> None:
    screen = Told(burst=0.001, calm=0.001, idle=NEVER)
    for frame in (b"\x1b[H\x1b[2Kabc", b"\x1b[H\x1b[2KBusy\xe2\x80\xa6 (1s", b"\x1b[H\x1b[2Kabc"):
        screen.feed(frame)
        await screen.next()
    screen.feed(b"\x1b[H\x1b[2KBusy\xe2\x80\xa6 (2s")
    await screen.next()
    assert [event.state for event in screen.all(GuessMade) if isinstance(event, GuessMade)] == [
        "working"
    ]
    screen.finish()


async def test_idle_is_a_guess_after_a_while() -> None:
    screen = Told(burst=0.001, calm=0.001, idle=0.001)
    for frame in (b"go on? [y/n]", b"\x1b[H\x1b[2K$ "):
        screen.feed(frame)
        await screen.next()
    async with asyncio.timeout(10):
        while len(screen.all(GuessMade)) < 2:
            await asyncio.sleep(0)
    states = [event.state for event in screen.all(GuessMade) if isinstance(event, GuessMade)]
    assert states == ["asking", "idle"]
    screen.finish()


async def test_a_broken_terminal_is_told_once() -> None:
    screen = Told(burst=0.001, calm=0.001)
    for _ in range(2):
        screen.feed(b"\x1b[" + b"9" * 5000 + b"m")
        await screen.next()
    (note,) = screen.all(Noted)
    assert isinstance(note, Noted)
    assert "begun anew" in note.text
    screen.finish()
