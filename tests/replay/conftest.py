"""Recordings that tests of replays share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.replay.journals import Recording
from tests.replay.past_shop import PastShop, past_shop
from tests.replay.reels import (
    NAMES,
    speak,
)
from wuhu_tui.core.door_replay import ReplayDoor
from wuhu_tui.core.replay.replay_core import ReplayCore


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Three sessions and some three hundred records."""
    made = Recording(tmp_path)
    for count, name in enumerate(NAMES):
        made.born(name, count)
    speak(made, 300)
    return made


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PastShop:
    """A recorded shop with real commits; nothing may be changed in it."""
    return past_shop(tmp_path_factory.mktemp("past") / "shop")


@pytest.fixture
async def core(shop: PastShop) -> AsyncIterator[ReplayDoor]:
    """A replay of that shop, at its end."""
    core = await ReplayCore.open(shop.root)
    await core.idle()
    yield core
    await core.aclose()
