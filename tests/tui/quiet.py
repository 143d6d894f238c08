"""When an app under test has nothing left to do, asked of its event loop instead of the processor.

Textual's pilot takes little use of the processor for rest: it waits long on a quiet machine and
too short on a busy one, where a thread or the whole process is kept waiting.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

SOON = 0.06
"""Seconds within which a timer counts as work to come: a frame of the dashboard, an update of Textual's."""

_BREATH = 0.002
_ROUNDS = 3
"""How often in a row nothing may be found: what ends in one round begins something in the next."""


async def wait_for_quiet(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until no callback is ready, no timer due soon and no thread at work; at most `max_sleep`."""
    loop: Any = asyncio.get_running_loop()
    ends = monotonic() + max_sleep
    calm = 0
    while calm < _ROUNDS and monotonic() < ends:
        await asyncio.sleep(0)
        if loop._ready:
            calm = 0
        elif _timer_soon(loop) or _threads_work(loop):
            calm = 0
            await asyncio.sleep(_BREATH)
        else:
            calm += 1


def _timer_soon(loop: Any) -> bool:
    """Whether a timer rings soon; its own breath is none of them, being over by then."""
    soon = loop.time() + SOON
    return any(not timer.cancelled() and timer.when() <= soon for timer in loop._scheduled)


def _threads_work(loop: Any) -> bool:
    executor: ThreadPoolExecutor | None = loop._default_executor
    if executor is None:
        return False
    idle = executor._idle_semaphore._value
    return executor._work_queue.qsize() > 0 or idle < len(executor._threads)
