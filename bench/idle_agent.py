"""`python -m bench.idle_agent FOLDER`: a real runner whose agent never comes, so no adapter loads."""

from __future__ import annotations

import asyncio
import sys

from wuhu_tui.agents.protocol import AgentSetting, AgentSink, Started, SteerOutcome
from wuhu_tui.session.runner import run_life


class NoAgent:
    """Takes forever to start."""

    def __init__(self, setting: AgentSetting) -> None:
        self.setting = setting

    async def start(self, sink: AgentSink, reference: str) -> Started:
        """Never ready."""
        await asyncio.Event().wait()
        raise AssertionError

    async def prompt(self, text: str) -> str:
        """Nothing is done."""
        return "end_turn"

    async def steer(self, text: str, token: str) -> SteerOutcome:
        """Nothing is taken."""
        return SteerOutcome.NOT_NOW

    async def interrupt(self) -> None:
        """Nothing runs."""

    async def set_mode(self, mode: str) -> None:
        """It has none."""

    async def set_model(self, model: str) -> None:
        """It has none."""

    async def type_keys(self, text: str) -> None:
        """It has no screen."""

    async def resize(self, columns: int, rows: int) -> None:
        """It has no screen."""

    async def close(self) -> None:
        """Nothing to close."""


if __name__ == "__main__":
    sys.exit(run_life(sys.argv[1], NoAgent))
