"""Playing: a replay that moves by itself, as quick as wished, with idle stretches shortened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from wuhu_tui.core.replay.moving import Moving
from wuhu_tui.model.errors import WuhuError

SLOWEST, FASTEST = 0.25, 64.0

FRAME = 0.05
"""Seconds between two stills, at least."""

REST = 0.25
"""Seconds after which a stretch without events is looked at again: the speed may have changed."""

IDLE_CAP = 2.0
"""Seconds that a stretch without events takes at most, at speed 1, if nobody says otherwise."""

AHEAD = 500
"""Records that are looked at in advance."""

Sleep = Callable[[float], Awaitable[object]]
Timer = Callable[[], float]


def gap(before: datetime, after: datetime, cap: float) -> float:
    """Seconds from one moment to the next; `cap`: the most that counts of them, 0: all."""
    seconds = max(0.0, (after - before).total_seconds())
    return min(seconds, cap) if cap > 0 else seconds


def advanced(
    ahead: Sequence[datetime], at: datetime, seconds: float, cap: float
) -> tuple[int, float, float]:
    """How many records of these times pass in so many recorded seconds.

    Then what of the seconds is left over, and how long it is to the next record (0: unknown).
    """
    for count, time in enumerate(ahead):
        needed = gap(at, time, cap)
        if needed > seconds:
            return count, seconds, needed - seconds
        seconds -= needed
        at = time
    return len(ahead), seconds, 0.0


class Player:
    """Moves a replay on while it plays; `timer` and `sleep` are the real ones, or a test's."""

    def __init__(self, moving: Moving, timer: Timer, sleep: Sleep) -> None:
        self._moving = moving
        self._timer = timer
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None
        self._ahead: Sequence[datetime] = ()
        self._ahead_from = 0
        self.speed = 1.0
        self.idle_cap = IDLE_CAP

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._task is not None and not self._task.done()

    def play(self) -> None:
        """Move on from here."""
        if not self.playing:
            self._task = asyncio.create_task(self._play(), name="play")
            self._moving.news.touch()

    def pause(self) -> None:
        """Stand still."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._moving.news.touch()

    def set_speed(self, speed: float) -> None:
        """Play so much quicker than it was, within bounds."""
        self.speed = min(FASTEST, max(SLOWEST, speed))
        self._moving.news.touch()

    def set_idle_cap(self, seconds: float) -> None:
        """Cap stretches without events; 0: none."""
        self.idle_cap = max(0.0, seconds)
        self._moving.news.touch()

    async def _play(self) -> None:
        try:
            await self._play_on()
        except WuhuError as error:
            self._moving.warn(str(error))
        self._task = None
        self._moving.news.touch()

    async def _play_on(self) -> None:
        """One still a round: whatever passed since the last one is passed over at once."""
        looked, seconds = self._timer(), 0.0
        wait = 0.0
        here = self._moving.moment.index
        while await self._more(here):
            await self._sleep(min(REST, max(FRAME, wait)))
            now = self._timer()
            seconds += (now - looked) * self.speed
            looked = now
            if self._moving.aim != here:  # somebody went elsewhere meanwhile
                here, seconds = self._moving.aim, 0.0
            here, seconds, wait = await self._move(here, seconds)

    async def _more(self, index: int) -> bool:
        """Whether there is more; what was not read yet is waited for."""
        reel = self._moving.reel
        while index >= reel.last.index:
            if reel.read >= 1:
                return False
            await reel.changed(reel.revision)
        return True

    async def _move(self, here: int, seconds: float) -> tuple[int, float, float]:
        total = 0
        at = self._moving.moment.at
        while ahead := await self._times(here + total):
            count, seconds, left = advanced(ahead, at, seconds, self.idle_cap)
            total += count
            if count < len(ahead):
                break
            at = ahead[-1]
        if total:
            moment = await self._moving.go(here + total)
            here = moment.index
        return here, seconds, left / self.speed if ahead else 0.0

    async def _times(self, start: int) -> Sequence[datetime]:
        """When the next records were; read in pieces, so that each is read once."""
        held = start - self._ahead_from
        if not 0 <= held < len(self._ahead):
            self._ahead_from = start
            stop = min(start + AHEAD, self._moving.reel.last.index)
            self._ahead = await self._moving.reel.times(start, stop)
            held = 0
        return self._ahead[held:]
