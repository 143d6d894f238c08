"""What sessions use of the machine, measured now and then for as long as somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from wuhu_tui.model.budgets import Resources

EVERY = 5.0
"""Seconds between two measurings."""

INTEREST = 12.0
"""Seconds for which one question keeps the measuring going."""

Measure = Callable[[Sequence[str]], Awaitable[dict[str, Resources]]]
"""Measures these sessions at once."""


class Meter:
    """Answers at once from the last measuring; asking is what keeps it going."""

    def __init__(
        self,
        measure: Measure,
        alive: Callable[[], Mapping[str, bool]],
        tell: Callable[[str], None],
        *,
        every: float = EVERY,
        interest: float = INTEREST,
    ) -> None:
        self._measure = measure
        self._alive = alive
        self._tell = tell
        self._every = every
        self._interest = interest
        self._asked_at = 0.0
        self._found: dict[str, Resources] = {}
        self._task: asyncio.Task[None] | None = None

    def resources(self, session: str) -> Resources | None:
        """What the session's processes used at the last measuring; None: none was made."""
        if not self._alive().get(session):
            return None
        loop = asyncio.get_running_loop()
        self._asked_at = loop.time()
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run(), name="measure")
        return self._found.get(session)

    async def aclose(self) -> None:
        """Measure no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while loop.time() - self._asked_at < self._interest:
            names = [name for name, alive in self._alive().items() if alive]
            try:
                self._found = await self._measure(names) if names else {}
            except OSError as error:
                self._tell(f"what sessions use cannot be measured: {error}")
                self._found = {}
            await asyncio.sleep(self._every)
        self._found = {}
