"""Looks at the disk or the system beside the loop; one that hangs holds up nobody, not even the end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

AT_ONCE = 2
"""Looks at one time: more of them would keep the loop from its turn, for Python has one at a time."""

TURN = 1.0
"""Seconds after which a look that goes on does not keep the next one waiting any more."""

T = TypeVar("T")

_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def aside(work: Callable[[], T]) -> T:
    """What `work` gives, done in a thread that nobody waits for when this process ends."""
    loop = asyncio.get_running_loop()
    slots = _slots.setdefault(loop, asyncio.Semaphore(AT_ONCE))
    await slots.acquire()
    turn = _Turn(slots)
    limit = loop.call_later(TURN, turn.over)
    try:
        return await _threaded(loop, work, turn)
    finally:
        if turn.is_over:
            limit.cancel()


class _Turn:
    """A slot that is given back once."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        self._slots = slots
        self.is_over = False

    def over(self) -> None:
        """Let the next one look."""
        if not self.is_over:
            self.is_over = True
            self._slots.release()


def _threaded(
    loop: asyncio.AbstractEventLoop, work: Callable[[], T], turn: _Turn
) -> asyncio.Future[T]:
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        turn.over()
        if future.done():
            return  # whoever asked has gone on
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever asked
            failure = error
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return future
