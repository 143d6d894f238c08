"""The dashboard over a recording: the same screens, other keys, nothing that changes anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.tui.boards import NOW
from tests.tui.dashboard_app import Driver, dashboard, press, text_of, toasts
from tests.tui.fake_core import FakeCore
from tests.tui.fake_replay import AUTH, MIGRATE, SEARCH, FakeReplay, morning
from wuhu_tui.model.records import Cursor
from wuhu_tui.tui.app import WuhuApp
from wuhu_tui.tui.screens.dashboard import DashboardScreen
from wuhu_tui.tui.screens.session import SessionScreen


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times of day are the lead's own; here the lead lives by UTC."""
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def replay() -> FakeReplay:
    return morning()


@pytest.fixture
def core(replay: FakeReplay) -> FakeCore:
    live = FakeCore()
    live.replayed = replay
    return live


def app_of(pilot: Driver) -> WuhuApp:
    assert isinstance(pilot.app, WuhuApp)
    return pilot.app


@asynccontextmanager
async def in_replay(core: FakeCore, **settings: Any) -> AsyncIterator[Driver]:
    """A dashboard whose lead went into the replay from the session list."""
    async with dashboard(core, **settings) as pilot:
        await press(pilot, "ctrl+r")
        yield pilot


async def test_a_replay_says_that_it_is_one_and_live_is_one_key_away(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app.selected = SEARCH
        await press(pilot, "enter")
        there = app.screen
        assert isinstance(there, SessionScreen)
        await press(pilot, "ctrl+r")
        assert isinstance(app.screen, SessionScreen)
        assert app.screen is not there
        assert app.screen.subject() == SEARCH
        assert "REPLAY" in text_of(pilot)
        assert "PAUSED" in text_of(pilot)
        assert app.core is replay
        await press(pilot, "L")
        assert app.screen is there
        assert app.core is core
        assert "REPLAY" not in text_of(pilot)
        assert replay.closed
        assert core.calls == [core.asked("replay")[0]]


async def test_screens_show_the_moment_by_its_own_clock(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        app = app_of(pilot)
        assert app.clock() == NOW
        assert len(app.core.board.sessions) == 10
        await press(pilot, "left")
        assert app.clock() == replay.moment_of(18).at
        await press(pilot, "home", "right")
        assert list(app.core.board.sessions) == [AUTH]
        assert "db-migrate" not in text_of(pilot)
        assert "auth-api" in text_of(pilot)
        assert "event 1 of 19" in text_of(pilot)


async def test_what_needs_the_lead_now_is_told_in_a_replay(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with in_replay(core) as pilot:
        app = app_of(pilot)
        await press(pilot, "home")
        app._tick()
        await pilot.pause()
        assert "4 need you now" in text_of(pilot)


async def test_nothing_can_be_changed_and_every_key_says_why(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "s")
        assert "this is a replay; L goes back to live" in toasts(pilot)[-1]
        assert isinstance(app_of(pilot).screen, DashboardScreen)
        await press(pilot, "a", "y", "m", "X", "n", "C")
        assert replay.tried == []
        assert isinstance(app_of(pilot).screen, DashboardScreen)


async def test_holding_a_key_down_queues_nothing_up(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        replay.seeking = asyncio.Event()
        await pilot.press(*["left"] * 12)
        assert replay.seeks == [18]
        assert "event 7 of 19" in text_of(pilot)
        replay.seeking.set()
        await press(pilot)
        assert replay.seeks == [18, 7]
        assert replay.moment.index == 7


async def test_marks_and_turns_are_stepped(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        app = app_of(pilot)
        app.selected = AUTH
        found = []
        for key in ("[", "[", "]", "{", "{", "shift+left", ",", ".", "home"):
            await press(pilot, key)
            found.append(replay.moment.index)
        assert found == [15, 13, 15, 8, 8, 2, 2, 9, 0]
        told = " ".join(toasts(pilot))
        assert "there is no mark before this" in told
        assert "there is no turn before this" in told


async def test_it_plays_at_any_speed(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "space")
        assert "this is the end of the recording" in toasts(pilot)[-1]
        await press(pilot, "home", "space", ">", ">")
        assert (replay.playing, replay.speed) == (True, 4.0)
        assert "PLAYING 4×" in text_of(pilot)
        await press(pilot, "<", "<", "<", "<", "<", "<", "space", "_")
        assert (replay.playing, replay.speed, replay.idle_cap) == (False, 0.25, 0.0)


async def test_a_record_is_jumped_to_from_live_and_from_a_replay(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app.show_replay(MIGRATE, Cursor(epoch=1, seq=6))
        await press(pilot)
        assert (app.selected, replay.moment.index) == (MIGRATE, 6)
        assert isinstance(app.screen, SessionScreen)
        app.show_replay(AUTH, Cursor(epoch=1, seq=3))
        await press(pilot)
        assert (app.selected, replay.moment.index) == (AUTH, 3)
        assert len(app.screen_stack) == 2
        app.show_replay(AUTH, Cursor(epoch=1, seq=99))
        await press(pilot)
        assert "does not hold record 99" in toasts(pilot)[-1]
        assert len(core.asked("replay")) == 1


async def test_a_time_is_gone_to(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "t", *"nonsense", "enter")
        assert "'nonsense' is no time" in toasts(pilot)[-1]
        await press(pilot, "ctrl+u", *"-2m")
        assert "→ 2026-01-05 11:58:00" in text_of(pilot)
        await press(pilot, "enter")
        assert replay.moment.index == 15


async def test_the_last_look_is_gone_to(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "u")
        assert "nothing tells when you last looked" in toasts(pilot)[-1]
        replay.looked = 4
        await press(pilot, "u")
        assert replay.moment.index == 4


async def test_a_recording_alone_has_nothing_live_behind_it(replay: FakeReplay) -> None:
    app = WuhuApp(replay=replay)
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await press(pilot)
        assert "REPLAY" in text_of(pilot)
        await press(pilot, "L")
        assert "there is no live project behind this recording" in toasts(pilot)[-1]
        await press(pilot, "left", "enter")
        assert isinstance(app.screen, SessionScreen)
        await press(pilot, "s")
        assert "this is a recording" in toasts(pilot)[-1]
        assert app.troubles == []
    assert not replay.closed


async def test_what_cannot_be_opened_is_said(core: FakeCore) -> None:
    core.replayed = None
    async with in_replay(core) as pilot:
        assert "this fake has no recording" in toasts(pilot)[-1]
        assert isinstance(app_of(pilot).screen, DashboardScreen)
        assert "REPLAY" not in text_of(pilot)
