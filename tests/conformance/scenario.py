"""How a scenario is written down: a function over a stage, with the title that tables show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.conformance.stage import Stage

Play = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """One scenario; `asks`: the agent is to ask for leave, nobody allows anything unasked."""

    key: str
    title: str
    play: Play
    asks: bool = False
    needs_model: bool = False
    """Whether it is about what a model does; an agent without one is left out."""
    limit: float = 120.0
    """Seconds that all of it may take."""


SCENARIOS: dict[str, Scenario] = {}
"""Every scenario by its key, in the order of the table."""


def scenario(
    title: str, *, asks: bool = False, needs_model: bool = False, limit: float = 120.0
) -> Callable[[Play], Play]:
    """Make a function a scenario; its name is the key."""

    def keep(play: Play) -> Play:
        key = play.__name__
        SCENARIOS[key] = Scenario(key, title, play, asks, needs_model, limit)
        return play

    return keep
