"""Opens the dashboard on a fake core; a trouble nobody expected fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from tests.tui.boards import NOW
from tests.tui.fake_core import FakeCore
from wuhu_tui.tui.app import WuhuApp
from wuhu_tui.tui.settings import DashboardSettings

WIDE = (140, 40)
NARROW = (80, 24)
NOWHERE = Path(__file__).parent / "no-themes-here"

Driver = Pilot[None]


def make_app(core: FakeCore, **settings: Any) -> WuhuApp:
    """The dashboard with everything pinned that would change a picture."""
    values: dict[str, Any] = {
        "theme": "wuhu-dark",
        "themes": NOWHERE,
        "arming": 0.0,
        "tune_memory": False,
        "editor": "vi",
        "agents": ("claude", "codex"),
    }
    return WuhuApp(core, settings=DashboardSettings(**{**values, **settings}), clock=lambda: NOW)


@asynccontextmanager
async def dashboard(
    core: FakeCore, size: tuple[int, int] = WIDE, **settings: Any
) -> AsyncIterator[Driver]:
    """The running dashboard, settled after its first paint."""
    app = make_app(core, **settings)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot
        await settle(pilot)
        for trouble in app.troubles:
            raise trouble


async def settle(pilot: Driver) -> None:
    """Until everything that keys and news began has been done."""
    await pilot.pause()
    await pilot.wait_for_scheduled_animations()


async def press(pilot: Driver, *keys: str) -> None:
    """Press keys one after the other, then let everything settle."""
    await pilot.press(*keys)
    await settle(pilot)


async def burst(pilot: Driver, *keys: str) -> None:
    """Keys that arrive at once, as over a slow line: none waits for what the one before does."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
    await settle(pilot)
    await settle(pilot)


async def type_text(pilot: Driver, text: str) -> None:
    """Put text into the focused field as a paste does; much quicker than key by key."""
    pilot.app.post_message(events.Paste(text))
    await settle(pilot)


def app_of(pilot: Driver) -> WuhuApp:
    """The app under test."""
    assert isinstance(pilot.app, WuhuApp)
    return pilot.app


def toasts(pilot: Driver) -> list[str]:
    """What toasts say, oldest first."""
    return [f"{note.title} {note.message}".strip() for note in pilot.app._notifications]


def text_of(pilot: Driver) -> str:
    """Everything on the screen, as plain text."""
    lines: Iterable[Any] = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line) for line in lines)
