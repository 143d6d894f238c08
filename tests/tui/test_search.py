"""The search as the lead types: hits live, filters in sight, Enter goes to the moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.tui.boards import ago
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    Driver,
    app_of,
    dashboard,
    press,
    settle,
    text_of,
    toasts,
    type_text,
)
from tests.tui.fake_core import FakeCore
from tests.tui.fake_replay import FakeReplay, morning
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.searches import SearchHit, SearchQuery, SearchResult, Told
from wuhu_tui.tui.app import WuhuApp
from wuhu_tui.tui.dialogs import search
from wuhu_tui.tui.dialogs.search import SearchDialog
from wuhu_tui.tui.screens.session import SessionScreen
from wuhu_tui.tui.widgets.search_list import SearchList

SEARCH_IDX = "shop-api-impl-05"


def hit(text: str = "the hash is now argon2", number: int = 1, **fields: object) -> SearchHit:
    start = max(0, text.find("argon2"))
    plain = SearchHit(
        session=SEARCH_IDX,
        cursor=Cursor(epoch=1, seq=number),
        at=ago(minutes=number),
        kind=Told.SAID,
        excerpt=text,
        found=((start, start + 6),),
    )
    return replace(plain, **fields)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAUSE", 0.001)


@pytest.fixture
def core(core: FakeCore) -> FakeCore:
    core.found = SearchResult(
        hits=(
            hit(),
            hit("argon2 or bcrypt?", 2, kind=Told.QUESTION, session="shop-api-impl-01"),
            hit("+ import argon2", 3, kind=Told.DIFF, tool="edit: src/auth.py", archived=True),
            hit("[/b] \x1b[31m[red]argon2", 4, session="", about="", kind=Told.REVIEW),
        ),
        behind="1 journal is not wholly indexed yet, 3 MB to go",
    )
    return core


async def looked(pilot: Driver, core: FakeCore, line: str) -> None:
    """Open the search, type a line, and wait for what it finds."""
    await press(pilot, "ctrl+f")
    await type_text(pilot, line)
    await found(pilot)


async def found(pilot: Driver) -> None:
    dialog = app_of(pilot).screen
    assert isinstance(dialog, SearchDialog)
    async with asyncio.timeout(10):
        while dialog._looking or dialog._due is not None:
            await pilot.pause(0.002)
    await settle(pilot)


def asked(core: FakeCore) -> list[SearchQuery]:
    return [call.arguments["query"] for call in core.asked("search")]


async def test_hits_come_as_one_types(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        await looked(pilot, core, "argon2 kind:said,question since:2025-12-01")
        shown = text_of(pilot)
        assert "4 hits, newest first" in shown
        assert "the hash is now argon2" in shown
        assert "kind said or question" in shown
        assert "1 journal is not wholly indexed yet" in shown
        assert asked(core)[-1].words == "argon2"
        assert asked(core)[-1].kinds == (Told.SAID, Told.QUESTION)
        assert await shot(pilot, "search-wide")
        await press(pilot, "ctrl+t")
        await found(pilot)
        assert asked(core)[-1].best
        assert "the best first" in text_of(pilot)


async def test_it_fits_a_narrow_terminal(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core, NARROW) as pilot:
        await looked(pilot, core, "argon2")
        assert await shot(pilot, "search-narrow")


async def test_enter_goes_to_the_moment(core: FakeCore) -> None:
    core.replayed = replay = morning()
    async with dashboard(core) as pilot:
        await looked(pilot, core, "argon2")
        await press(pilot, "down", "enter")
        await settle(pilot)
        assert (app_of(pilot).selected, replay.moment.index) == ("shop-api-impl-01", 2)
        await press(pilot, "L")


async def test_the_session_is_opened_as_it_is_now(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await looked(pilot, core, "argon2")
        await press(pilot, "ctrl+o")
        screen = app_of(pilot).screen
        assert isinstance(screen, SessionScreen)
        assert screen.subject() == SEARCH_IDX
        await press(pilot, "escape")


async def test_escape_goes_back_and_the_line_is_there_again(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await looked(pilot, core, "argon2")
        await press(pilot, "escape")
        assert "hits" not in text_of(pilot)
        await press(pilot, "ctrl+f")
        await found(pilot)
        assert "4 hits" in text_of(pilot)
        await type_text(pilot, "other")
        await found(pilot)
        assert asked(core)[-1].words == "other"


async def test_nothing_found_says_what_was_searched(core: FakeCore) -> None:
    core.found = SearchResult()
    async with dashboard(core) as pilot:
        await press(pilot, "ctrl+f")
        assert "type what you look for" in text_of(pilot)
        assert asked(core) == []
        await type_text(pilot, "nowhere path:src/*.py")
        await found(pilot)
        shown = text_of(pilot)
        assert "nothing was found in" in shown
        assert "filtered by path src/*.py" in shown
        await press(pilot, "enter")
        assert "nothing was found yet" in toasts(pilot)[-1]


async def test_a_filter_that_is_wrong_says_how_it_is_written(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await looked(pilot, core, "x since:soon")
        assert '"soon" is no time' in text_of(pilot)
        assert asked(core) == []


async def test_what_the_core_refuses_is_told(core: FakeCore) -> None:
    core.refuse("search", NotPossible("this Python's SQLite has no full-text index"))
    async with dashboard(core) as pilot:
        await looked(pilot, core, "argon2")
        assert "no full-text index" in text_of(pilot)


async def test_thousands_of_hits_are_made_into_rows_only_where_seen(core: FakeCore) -> None:
    many = tuple(hit(f"argon2 number {number}", number + 1) for number in range(5_000))
    core.found = SearchResult(hits=many, more=True)
    async with dashboard(core) as pilot:
        await looked(pilot, core, "argon2")
        shown = app_of(pilot).screen.query_one(SearchList)
        assert "5000+ hits" in text_of(pilot)
        assert len(shown._strips) < 200
        for _ in range(3):
            await press(pilot, "pagedown")
        assert shown.place > 20
        shown.move(4_990)
        await found(pilot)
        assert asked(core)[-1].limit > search.FIRST


async def test_a_slow_search_keeps_no_key_waiting(core: FakeCore) -> None:
    begun: list[str] = []
    ended: list[str] = []

    async def slow(query: SearchQuery) -> SearchResult:
        begun.append(query.words)
        try:
            await asyncio.sleep(0 if query.words == "abc" else 60)
        finally:
            ended.append(query.words)
        return SearchResult(hits=(hit(),))

    core.search = slow  # type: ignore[method-assign]
    async with dashboard(core) as pilot:
        await press(pilot, "ctrl+f")
        await type_text(pilot, "a")
        async with asyncio.timeout(10):
            while not begun:
                await pilot.pause(0.002)
        await press(pilot, "b", "c")
        await found(pilot)
        assert begun[0] == "a"
        assert ended[-1] == "abc"
        assert "1 hit" in text_of(pilot)


async def test_in_a_replay_what_comes_after_the_moment_is_marked() -> None:
    replay: FakeReplay = morning()
    moment = replay.moment.at
    replay.found = SearchResult(
        hits=(
            hit(at=moment + timedelta(days=1)),
            hit("argon2 then", 2, at=moment),
        )
    )
    app = WuhuApp(replay=replay)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await settle(pilot)
        await looked(pilot, replay, "argon2")
        assert asked(replay)[-1].later
        assert text_of(pilot).count("after this moment") == 1
        await press(pilot, "down", "enter")
        await settle(pilot)
        assert replay.moment.index == 2
