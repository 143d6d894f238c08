"""A replay played without a terminal: what stands on the screen, change by change, as an asciicast."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from datetime import datetime, timedelta

from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.model.asciicast import CastCode, CastEvent, marker
from wuhu_tui.model.marks import Moment
from wuhu_tui.model.value import Value
from wuhu_tui.tui.picturing import Easel
from wuhu_tui.tui.picturing_frames import CLOSING, update, whole

Told = Callable[[float], None]


class CastWish(Value, frozen=True):
    """What is played, and how: recorded seconds a second, and how long nothing may happen."""

    since: datetime | None = None
    until: datetime | None = None
    speed: float = 1.0
    idle: float = 2.0
    """Seconds that a stretch without events takes at most; 0: as long as it did."""
    frames: float = 5.0
    """Pictures a second at most."""
    rest: float = 2.0
    """Seconds for which the last picture stands."""


async def played(
    door: ReplayDoor, easel: Easel, wish: CastWish, progress: Told | None = None
) -> AsyncGenerator[CastEvent, None]:
    """The recording from `since` to `until`; `progress` is told how much of it is done, 0 to 1."""
    last = await _end(door, wish)
    here = await _start(door, wish)
    first = here.index
    frame, at = await easel.show(), 0.0
    yield CastEvent(at=at, code=CastCode.OUTPUT, data=whole(frame))
    while here.index < last:
        before, here = here, await _next(door, here, last, wish)
        at += _pause(here.at - before.at, wish)
        after = await easel.show()
        changed, frame = update(frame, after), after
        if changed:
            yield CastEvent(at=at, code=CastCode.OUTPUT, data=changed)
        for event in _marks(door, before, here, at):
            yield event
        if progress is not None:
            progress((here.index - first) / max(1, last - first))
    at += wish.rest
    yield CastEvent(at=at, code=CastCode.OUTPUT, data=CLOSING)
    yield CastEvent(at=at, code=CastCode.EXIT, data="0")


async def began(door: ReplayDoor, wish: CastWish) -> datetime:
    """When what is played begins; the door stands there afterwards."""
    return (await _start(door, wish)).at


async def _end(door: ReplayDoor, wish: CastWish) -> int:
    if wish.until is None:
        return door.last.index
    return (await door.seek_time(wish.until)).index


async def _start(door: ReplayDoor, wish: CastWish) -> Moment:
    """Nothing stands on a screen before the first record."""
    if wish.since is None:
        return await door.seek(min(1, door.last.index))
    return await door.seek_time(wish.since)


async def _next(door: ReplayDoor, here: Moment, last: int, wish: CastWish) -> Moment:
    """One picture on; over a stretch in which nothing happens, to its end."""
    found = await door.seek_time(here.at + timedelta(seconds=wish.speed / wish.frames))
    if found.index <= here.index:
        found = await door.seek(here.index + 1)
    return found if found.index <= last else await door.seek(last)


def _pause(recorded: timedelta, wish: CastWish) -> float:
    seconds = recorded.total_seconds() / wish.speed
    return min(seconds, wish.idle) if wish.idle else seconds


def _marks(door: ReplayDoor, before: Moment, here: Moment, at: float) -> list[CastEvent]:
    """What happened on the way, as places to jump to."""
    return [
        marker(at, f"{mark.kind.value} · {mark.session}: {mark.text}".rstrip(": "))
        for mark in door.marks()
        if before.index < mark.moment.index <= here.index
    ]
