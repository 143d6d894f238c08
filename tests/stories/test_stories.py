"""The stories of `tales.py`, told to the real dashboard over real git, runners and agents."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.projects import prepare_in
from tests.recorded import Screen, recorded
from tests.sampling import sampled
from tests.stories.lead import Lead
from tests.stories.tales import HEROES, TALES, Tale
from wuhu_tui.core.core import Core
from wuhu_tui.core.witness import WANTED
from wuhu_tui.tui.app import WuhuApp
from wuhu_tui.tui.settings import DashboardSettings

PACE = 0.15
SIZE = (140, 40)


async def tell(tale: Tale, root: Path, screen: Screen | None = None) -> None:
    """Start the sessions that a story is about and tell it to the project's dashboard."""
    screen = screen or Screen()
    core = await Core.open(root)
    try:
        for view in list(core.board.sessions.values()):
            if view.spec.title in HEROES.get(tale, {view.spec.title}):
                await core.start(view.id)
        app = WuhuApp(core, settings=DashboardSettings(arming=0, tune_memory=False))
        async with app.run_test(size=SIZE) as pilot, screen.kept(app.export_screenshot):
            await tale(Lead(pilot, core))
        assert app.troubles == []
    finally:
        running = [name for name in core.board.sessions if core.runner_alive(name)]
        await asyncio.gather(*(core.stop(name) for name in running), return_exceptions=True)
        await core.aclose()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", sampled(sorted(TALES), {"morning"}))
async def test_story(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WANTED, "1")
    root = await prepare_in(tmp_path / "shop-api", "shop-api", delay=PACE)
    screen = Screen()
    async with recorded(root, f"story-{name}", screen):
        await tell(TALES[name], root, screen)
