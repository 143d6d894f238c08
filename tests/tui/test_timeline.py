"""The timeline and the accounts: what they show, the cursor in time, zoom, and the jumps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lookback.records import ONE, TWO, Journals, at, morning
from tests.tui.boards import NOW
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import NARROW, WIDE, Driver, app_of, dashboard, press, text_of, toasts
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.accounting import accounting
from wuhu_tui.model.away import away
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.lookbacks import Timeline
from wuhu_tui.model.recorded_times import in_order
from wuhu_tui.model.states import SessionState
from wuhu_tui.model.timeline import timeline
from wuhu_tui.tui.presentation.away import away_entries
from wuhu_tui.tui.presentation.timeline import (
    TimelineView,
    Window,
    axis,
    cursor_words,
    cut,
    legend,
    presence_row,
    timeline_entries,
    whole_window,
)
from wuhu_tui.tui.presentation.timeline_accounts import account_entries, plot_rows
from wuhu_tui.tui.screens.timeline import TimelineScreen
from wuhu_tui.tui.screens.timeline_accounts import AccountsScreen


@pytest.fixture
def core() -> FakeCore:
    core, trails = FakeCore(), morning().trails()
    core.states_then, core.accounts = timeline(trails, NOW), accounting(trails, NOW)
    return core


def timeline_screen(pilot: Driver) -> TimelineScreen:
    screen = pilot.app.screen
    assert isinstance(screen, TimelineScreen)
    return screen


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_bars_and_accounts(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "B")
        shown = text_of(pilot)
        for words in ("auth-api", "???", "!!!", "━━━", "cost ?", "? asks you"):
            assert words in shown
        assert await shot(pilot, f"timeline-{name}")
        await press(pilot, "tab")
        shown = text_of(pilot)
        for words in ("half of them within 10m", "1 change, $4.00 each", "OVER TIME"):
            assert words in shown
        assert await shot(pilot, f"accounting-{name}")
        await press(pilot, "tab", "escape")
        assert not isinstance(pilot.app.screen, TimelineScreen)


async def test_the_cursor_goes_through_time_and_leads_to_the_replay(
    core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(core) as pilot:
        jumps: list[tuple[Any, ...]] = []
        monkeypatch.setattr(
            app_of(pilot), "show_replay", lambda *where, **how: jumps.append((*where, how))
        )
        await press(pilot, "B", "g", "N")
        screen = timeline_screen(pilot)
        assert screen.view is not None
        assert screen.view.window.at == at(100)
        assert "reported for 1m, waits for you: report" in text_of(pilot)
        await press(pilot, "N", "enter")
        assert jumps == [(ONE, {"at": at(80)})]
        await press(pilot, "N", "N")
        assert "did not wait for you before" in toasts(pilot)[-1]
        await press(pilot, "plus", "plus", "left", "right", "pagedown", "pageup", "minus")
        assert screen.view.window.length == timedelta(hours=2)
        await press(pilot, "0", "j")
        assert screen.view.window.length == timedelta(hours=4)
        assert app_of(pilot).selected == TWO


async def test_a_wait_leads_to_where_it_began(
    core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(core) as pilot:
        jumps: list[tuple[Any, ...]] = []
        monkeypatch.setattr(
            app_of(pilot), "show_replay", lambda *where, **how: jumps.append((*where, how))
        )
        await press(pilot, "B", "tab", "j", "enter")
        [(session, cursor, how)] = jumps
        assert (session, how) == (ONE, {})
        told = morning().journals[ONE]
        assert any(record.cursor == cursor for record in told)
        await press(pilot, "plus", "minus", "0")
        begun = [call for call in core.calls if call.verb == "accounting"]
        assert len(begun) == 4
        assert isinstance(pilot.app.screen, AccountsScreen)


async def test_what_cannot_be_read_is_told(core: FakeCore) -> None:
    core.refuse("timeline", NotPossible("the journals are elsewhere"))
    async with dashboard(core) as pilot:
        await press(pilot, "B")
        assert "the journals are elsewhere" in toasts(pilot)[-1]
        assert "no session was there" in text_of(pilot)
        core.refuse("accounting", NotPossible("the accounts are elsewhere"))
        await press(pilot, "tab")
        assert "the accounts are elsewhere" in toasts(pilot)[-1]
        assert "reading" not in text_of(pilot)


# pure


def view_of(width: int) -> TimelineView:
    found = timeline(morning().trails(), NOW)
    return TimelineView(found, whole_window(found), ONE)


@pytest.mark.parametrize("width", [24, 40, 79, 80, 139, 300])
def test_rows_are_as_wide_as_told(width: int) -> None:
    view = view_of(width)
    rows = [entry.rows[0] for entry in timeline_entries(view, width, cut(view, width))]
    rows += [axis(view, width), presence_row(view, width), cursor_words(view, width), legend(width)]
    accounts = account_entries(accounting(morning().trails(), NOW), FakeCore().board, width)
    rows += [row for entry in accounts for row in entry.rows if row.plain]
    assert {row.cell_length for row in rows} == {width}


def test_what_agents_wrote_is_only_shown() -> None:
    told, bad = Journals(), "[/b]\x1b]2;OWNED\x07 [INFO]\n\u202e"
    told.make(ONE, 0, title=bad)
    told.become(ONE, 1, SessionState.WORKING)
    told.ask(ONE, 2, "q1", bad)
    trails = told.trails()
    found = timeline(trails, NOW)
    view = TimelineView(found, whole_window(found), ONE)
    rows = [entry.rows[0] for entry in timeline_entries(view, 80, cut(view, 80))]
    rows.append(cursor_words(view, 80))
    accounts = account_entries(accounting(trails, NOW), trails.board, 80)
    meanwhile = away(list(in_order(told.journals)), trails.board, since=at(-1), until=NOW)
    lines = away_entries(meanwhile, trails.board, 80)
    rows += [row for entry in (*accounts, *lines) for row in entry.rows]
    shown = "".join(row.plain for row in rows)
    assert shown.isprintable()
    assert "[/b]" in shown
    assert "[INFO]" in shown


def test_a_plot_shows_every_value_that_is_not_nothing() -> None:
    rows = plot_rows([0, 0.001, 4, 8], 4, 2)
    assert rows == ["   █", " ▁██"]
    assert plot_rows([0, 0], 2, 2) == ["  ", "  "]


WHOLE = Timeline(since=at(0), until=NOW)
MOVES: dict[str, Callable[[Window], Window]] = {
    "in": lambda window: window.zoomed(0.5, WHOLE),
    "out": lambda window: window.zoomed(2.0, WHOLE),
    "left": lambda window: window.moved(-7, 100, WHOLE),
    "right": lambda window: window.moved(+7, 100, WHOLE),
    "on": lambda window: window.scrolled(0.5, WHOLE),
    "back": lambda window: window.scrolled(-0.5, WHOLE),
    "far": lambda window: window.to(at(30), WHOLE),
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=30))
def test_the_window_stays_within_the_whole_and_holds_its_cursor(moves: list[str]) -> None:
    window = whole_window(WHOLE)
    for move in moves:
        window = MOVES[move](window)
        assert WHOLE.since <= window.since <= window.at <= window.until <= WHOLE.until
        assert window.length >= timedelta(seconds=29)
        assert 0 <= window.column(100) < 100
