"""A program's screen as the journal gets it: what changed, not more often than anyone can see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from wuhu_tui.agents.terminal_emulator import Emulator
from wuhu_tui.agents.terminal_guess import ASKING, IDLE, Guess, guess
from wuhu_tui.agents.terminal_veil import Veil
from wuhu_tui.model.agent_events import GuessMade
from wuhu_tui.model.events import AgentSaid, Event, Noted
from wuhu_tui.model.value import Value

OUTPUT = "screen"
"""The message that all lines which scrolled off belong to."""

LAST_LINES = 6

SHOWN_LATELY = 8_000
"""Characters of scrolled-off lines that still count as shown."""


class Pace(Value, frozen=True):
    """Seconds between two tellings of the screen."""

    burst: float = 0.004
    """A first change waits that long for the rest of its picture."""
    calm: float = 0.1
    hurried: float = 0.033
    """While the lead types."""
    hurry: float = 2.0
    """For so long after a key."""
    picture: float = 0.2
    """The longest wait for a program that said it was drawing."""
    idle: float = 1.0
    """Without a sign of work or a question: it seems idle."""


class LiveScreen:
    """Feeds the emulator and tells what came of it."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        reply: Callable[[bytes], None],
        *,
        columns: int,
        rows: int,
        pace: Pace,
        veil: Veil | None = None,
    ) -> None:
        self.emulator = Emulator(columns, rows, reply, veil)
        self.on_shown: Callable[[], None] = lambda: None
        """Called whenever the screen was told."""
        self._emit = emit
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = self._hurried_until = float("-inf")
        self._drawing_since = 0.0
        self._moved_at = self._heard_at = self._loop.time()
        self._changed = asyncio.Event()
        self._guess: Guess | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._trouble_told = False
        self._lately = ""

    @property
    def guessed_line(self) -> str:
        """The line the last guess was read from."""
        return self._guess.line if self._guess else ""

    def seems(self, state: str) -> bool:
        """Whether the screen as it is now seems to say that."""
        found = guess(self.emulator.lines())
        return found is not None and found.state == state

    def feed(self, data: bytes) -> None:
        """Take output."""
        self._heard_at = self._loop.time()
        self.emulator.feed(data)
        self._arm()

    def resize(self, columns: int, rows: int) -> None:
        """Another size: the whole screen is told anew."""
        self.emulator.resize(columns, rows)
        self.hurry()
        self._arm()

    def hurry(self) -> None:
        """The lead looks and waits."""
        self._hurried_until = self._loop.time() + self._pace.hurry
        if self._timer is not None:
            _stop(self._timer)
            self._timer = None
            self._arm()

    def moved(self) -> None:
        """Something was done to the program: quiet is counted from here."""
        self._moved_at = self._loop.time()

    def seconds_until_still(self, quiet: float) -> float:
        """How long nothing may move on the screen from now on to make it quiet."""
        if self._timer is not None:  # there is output that was not looked at yet
            return quiet
        return self._moved_at + quiet - self._loop.time()

    async def still(
        self, seconds: float, longest: float, *, first: bool, unless: asyncio.Event
    ) -> None:
        """Wait for a moment without output; `first`: after some, if there is any within `longest`."""
        heard_before = self._heard_at if first else float("-inf")
        since = self._loop.time()
        while not unless.is_set() and (now := self._loop.time()) < since + longest:
            waiting_for_first = first and self._heard_at <= heard_before
            left = since + longest - now if waiting_for_first else self._heard_at + seconds - now
            if left <= 0:
                return
            await self._pause(min(left, seconds), unless)

    async def next_change(self, seconds: float, *unless: asyncio.Event) -> None:
        """Wait until something is told, one of the events is set, or the time is up."""
        self._changed.clear()
        waits = [asyncio.ensure_future(event.wait()) for event in (self._changed, *unless)]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def finish(self) -> None:
        """The program is gone: tell the last screen, and what stands on it as text."""
        self.tell()
        _stop(self._idle_timer)
        self._idle_timer = None
        if rest := self.emulator.rest():
            self._emit(AgentSaid(text=f"{rest}\n", message=OUTPUT))

    def last_words(self) -> str:
        """The last lines on the main screen."""
        written = [line for line in self.emulator.rest().splitlines() if line.strip()]
        return "\n".join(written[-LAST_LINES:])

    def shown_lately(self) -> str:
        """What stands on the screen, and what just left it."""
        return self._lately + "\n".join(self.emulator.lines())

    def tell(self) -> None:
        """Tell what changed since the last time."""
        _stop(self._timer)
        self._timer = None
        self._told_at, self._drawing_since = self._loop.time(), 0.0
        scrolled = self.emulator.take_scrolled()
        if scrolled:
            self._lately = (self._lately + scrolled)[-SHOWN_LATELY:]
            self._emit(AgentSaid(text=scrolled, message=OUTPUT))
        change = self.emulator.change()
        if change is not None:
            self._emit(change)
        if scrolled or (change is not None and (change.lines or change.whole)):
            self._moved_at = self._told_at
            self._tell_guess()
        self._tell_trouble()
        self._changed.set()
        self.on_shown()

    def _arm(self) -> None:
        if self._timer is None:
            now = self._loop.time()
            pace = self._pace.hurried if now < self._hurried_until else self._pace.calm
            wait = max(self._pace.burst, self._told_at + pace - now)
            self._timer = self._loop.call_later(wait, self._due)

    def _due(self) -> None:
        """Time to tell, unless the program is in the midst of a picture."""
        self._timer = None
        now = self._loop.time()
        if self.emulator.drawing:
            self._drawing_since = self._drawing_since or now
            if now < self._drawing_since + self._pace.picture:
                self._timer = self._loop.call_later(self._pace.burst, self._due)
                return
        self.tell()

    async def _pause(self, seconds: float, unless: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(seconds):
                await unless.wait()
        except TimeoutError:
            return

    def _tell_guess(self) -> None:
        """A new word, or another question; a spinner's moving line is no news.

        Idle is a word only after a while: between two pictures of a spinner there may be none.
        """
        found, before = guess(self.emulator.lines()), self._guess
        if found is None or (before is None and found.state == IDLE):
            return
        if found.state != IDLE:
            _stop(self._idle_timer)
            self._idle_timer = None
        elif before and before.state != IDLE:
            wait = self._idle_timer or self._loop.call_later(self._pace.idle, self._tell_idle)
            self._idle_timer = wait
            return
        if (
            before
            and before.state == found.state
            and (found.state != ASKING or before.line == found.line)
        ):
            return
        self._told_guess(found)

    def _tell_idle(self) -> None:
        self._idle_timer = None
        found = guess(self.emulator.lines())
        if found is not None and found.state == IDLE:
            self._told_guess(found)

    def _told_guess(self, found: Guess) -> None:
        self._guess = found
        self._emit(GuessMade(state=found.state, line=found.line, row=found.row))

    def _tell_trouble(self) -> None:
        if self.emulator.trouble and not self._trouble_told:
            self._trouble_told = True
            why = f"the program wrote what no terminal can show ({self.emulator.trouble})"
            self._emit(Noted(text=f"the screen was begun anew: {why}", level="warning"))


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
