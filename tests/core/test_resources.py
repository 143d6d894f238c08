from __future__ import annotations

import asyncio
from collections.abc import Sequence

from wuhu_tui.core.resources import Meter
from wuhu_tui.model.budgets import Resources


class Machine:
    """Measures what a test says, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.fails = False
        self.warnings: list[str] = []
        self.alive = {"a": True, "b": True, "c": False}
        self.meter = Meter(
            self.measure, lambda: self.alive, self.warnings.append, every=0.01, interest=0.1
        )

    async def measure(self, sessions: Sequence[str]) -> dict[str, Resources]:
        self.asked.append(list(sessions))
        if self.fails:
            raise OSError("no /proc")
        return {name: Resources(memory=len(self.asked), processes=1) for name in sessions}

    async def until_measured(self, times: int) -> None:
        async with asyncio.timeout(5):
            while len(self.asked) < times:
                await asyncio.sleep(0.002)


async def test_asking_measures_those_that_live_and_answers_at_once() -> None:
    machine = Machine()
    assert machine.meter.resources("a") is None
    await machine.until_measured(1)
    await asyncio.sleep(0)
    found = machine.meter.resources("a")
    assert found is not None
    assert found.processes == 1
    assert machine.meter.resources("c") is None
    assert machine.asked[0] == ["a", "b"]
    await machine.meter.aclose()


async def test_nothing_is_measured_when_nobody_asks_any_more() -> None:
    machine = Machine()
    machine.meter.resources("a")
    await machine.until_measured(3)
    await asyncio.sleep(0.15)
    measured = len(machine.asked)
    await asyncio.sleep(0.05)
    assert len(machine.asked) == measured
    assert machine.meter.resources("a") is None
    await machine.until_measured(measured + 1)
    await machine.meter.aclose()


async def test_a_machine_that_cannot_be_measured_is_told_once_a_time() -> None:
    machine = Machine()
    machine.fails = True
    machine.meter.resources("a")
    await machine.until_measured(1)
    await asyncio.sleep(0)
    assert machine.meter.resources("a") is None
    assert machine.warnings[0] == "what sessions use cannot be measured: no /proc"
    await machine.meter.aclose()


async def test_where_nothing_lives_nothing_is_measured() -> None:
    machine = Machine()
    machine.alive = {"a": False}
    assert machine.meter.resources("a") is None
    await asyncio.sleep(0.03)
    assert machine.asked == []
    await machine.meter.aclose()
