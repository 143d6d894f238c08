"""The dashboard as a lead uses it: selection, panels, panes, verbs, and what it looks like."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from textual._compositor import Compositor
from textual.geometry import Region
from textual.widgets._toast import Toast

from tests.tui.boards import NOW, ago, hash_question, sample_board, session
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    app_of,
    burst,
    dashboard,
    press,
    settle,
    text_of,
    toasts,
    type_text,
)
from tests.tui.fake_core import FakeCore
from wuhu_tui.model import events
from wuhu_tui.model.board import Board
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.screens.dashboard import DashboardScreen
from wuhu_tui.tui.widgets.lists import InboxList, SessionList
from wuhu_tui.tui.widgets.live_pane import LivePane
from wuhu_tui.tui.widgets.pane_grid import PaneGrid

AUTH, MIGRATE, CART, MAILER, SEARCH, INVOICES, LIMIT, EMAILER, HEALTH, METRICS = (
    f"shop-api-impl-{number:02}" for number in range(1, 11)
)


@pytest.mark.parametrize(
    ("name", "size"), [("wide", WIDE), ("narrow", NARROW), ("huge", (200, 60))]
)
async def test_the_dashboard_says_who_needs_the_lead(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        assert app_of(pilot).selected == MIGRATE
        assert "? 2 asking" in text_of(pilot)
        assert await shot(pilot, f"dashboard-{name}")


async def test_an_empty_project_says_how_to_begin(shot: Shot) -> None:
    core = FakeCore(Board(project=sample_board().project))
    async with dashboard(core) as pilot:
        assert await shot(pilot, "dashboard-empty")
        await press(pilot, "s")
        assert toasts(pilot) == ["steer: not now no session is selected"]


# selection


async def test_the_selection_is_an_identity(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "j", "j")
        assert app_of(pilot).selected == INVOICES
        await core.move(AUTH, SessionState.WORKING)
        await core.put(session("another", SessionState.FAILED, number=11, since=ago(hours=1)))
        await settle(pilot)
        assert app_of(pilot).selected == INVOICES
        assert pilot.app.screen.query_one(SessionList).selected == INVOICES
        await press(pilot, "s", "x", "enter")
        assert [call.subject for call in core.asked("steer")] == [INVOICES]


async def test_a_session_that_leaves_hands_the_selection_to_its_neighbour(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "j")
        assert app_of(pilot).selected == SEARCH
        board = core.board
        await core.show(
            replace(board, sessions={n: v for n, v in board.sessions.items() if n != SEARCH})
        )
        await settle(pilot)
        assert app_of(pilot).selected == INVOICES


async def test_a_question_does_not_steal_the_selection(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "G")
        assert app_of(pilot).selected == METRICS
        await core.change(SEARCH, questions=(replace(hash_question(), id="q9"),))
        await settle(pilot)
        assert app_of(pilot).selected == METRICS
        assert "Needs you (5)" in text_of(pilot)


async def test_w_goes_to_the_next_that_needs_the_lead(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        seen = []
        for _ in range(7):
            await press(pilot, "w")
            seen.append(app_of(pilot).selected)
        assert seen == [AUTH, MAILER, CART, LIMIT, EMAILER, HEALTH, MIGRATE]
        await press(pilot, "W")
        assert app_of(pilot).selected == HEALTH


async def test_after_something_is_settled_w_begins_with_the_most_pressing(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        for _ in range(4):
            await press(pilot, "w")
        assert app_of(pilot).selected == LIMIT
        await core.put(session("rate-limit", SessionState.APPROVED, number=7))
        await press(pilot, "w")
        assert app_of(pilot).selected == MIGRATE


async def test_when_nobody_needs_the_lead_w_says_so() -> None:
    view = session("calm", SessionState.WORKING)
    async with dashboard(FakeCore(Board(sessions={view.id: view}))) as pilot:
        await press(pilot, "w")
        assert toasts(pilot) == ["nobody needs you just now"]


async def test_the_mouse_selects_too(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await pilot.click(SessionList, offset=(6, 4))
        await settle(pilot)
        assert app_of(pilot).selected == AUTH
        await pilot.click(InboxList, offset=(6, 1))
        await settle(pilot)
        assert app_of(pilot).selected == MIGRATE


async def test_no_cursor_is_on_another_session_than_the_one_keys_act_on(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        inbox = pilot.app.screen.query_one(InboxList)
        assert inbox.selected == f"{MIGRATE}/q2"
        await press(pilot, "j")
        assert app_of(pilot).selected == SEARCH
        assert inbox.selected == ""
        await press(pilot, "tab", "tab")
        assert inbox.has_focus
        assert (app_of(pilot).selected, inbox.selected) == (SEARCH, "")
        await press(pilot, "j")
        assert (app_of(pilot).selected, inbox.selected) == (MIGRATE, f"{MIGRATE}/q2")
        await press(pilot, "j")
        assert (app_of(pilot).selected, inbox.selected) == (AUTH, f"{AUTH}/q1")


# filter


async def test_the_filter_says_what_it_hides(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "mail")
        sessions = pilot.app.screen.query_one(SessionList)
        assert sessions.keys == [MAILER, EMAILER]
        assert app_of(pilot).selected in sessions.keys
        assert "8 hidden" in text_of(pilot)
        assert await shot(pilot, "dashboard-filter")
        await press(pilot, "enter", "g", "j")
        assert app_of(pilot).selected == EMAILER
        await press(pilot, "escape")
        assert len(sessions.keys) == 10
        assert app_of(pilot).selected == EMAILER


async def test_keys_typed_into_the_filter_do_nothing_else(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "slash")
        await press(pilot, *"sXmyq")
        assert core.calls == []
        assert len(pilot.app.screen_stack) == 1


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_what_is_typed_in_one_burst_reaches_the_filter(
    core: FakeCore, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        if size == NARROW:
            await press(pilot, "tab")
        await burst(pilot, "slash", *"nothing", "backspace", "enter", "D")
        screen = pilot.app.screen_stack[0]
        assert isinstance(screen, DashboardScreen)
        assert screen.filter == "nothin"
        await press(pilot, "escape", "escape")
        await burst(pilot, "slash", *"mail", "enter", "j", "v")
        assert (screen.filter, app_of(pilot).marked) == ("mail", (EMAILER,))
        assert pilot.app.screen is screen


@pytest.mark.parametrize("first", range(1, 7))
async def test_a_burst_may_be_cut_anywhere(core: FakeCore, first: int) -> None:
    keys = ("slash", *"mail", "enter", "j", "v")
    async with dashboard(core) as pilot:
        await burst(pilot, *keys[:first])
        await burst(pilot, *keys[first:])
        screen = pilot.app.screen
        assert isinstance(screen, DashboardScreen)
        assert (screen.filter, app_of(pilot).marked) == ("mail", (EMAILER,))
        await burst(pilot, "slash", *"auth", "escape", "G", "v")
        assert (screen.filter, app_of(pilot).marked) == ("", (EMAILER, METRICS))


async def test_no_key_acts_on_what_was_selected_before(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        keys = pilot.app.screen.query_one(SessionList).keys
        await burst(pilot, "g", "j", "j", "v", "G", "v", "k", "v")
        assert app_of(pilot).marked == (keys[2], keys[-1], keys[-2])
        await burst(pilot, "V", "g", "j", "X")
        assert f"Stop {core.board.sessions[keys[1]].spec.title}" in text_of(pilot)


async def test_w_finds_what_the_filter_hides(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "invoices")
        await press(pilot, "enter", "w")
        assert app_of(pilot).selected == MIGRATE
        assert "hidden" not in text_of(pilot)


# panels and panes


async def test_tab_goes_through_the_panels(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        seen = []
        for _ in range(4):
            await press(pilot, "tab")
            focused = pilot.app.focused
            seen.append(type(focused).__name__)
        assert seen == ["PaneGrid", "InboxList", "QueueList", "SessionList"]
        await press(pilot, "shift+tab")
        assert type(pilot.app.focused).__name__ == "QueueList"
        await press(pilot, "escape")
        assert type(pilot.app.focused).__name__ == "SessionList"


async def test_a_narrow_terminal_shows_one_panel_at_a_time(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core, NARROW) as pilot:
        for name in ("live", "inbox", "reviews"):
            await press(pilot, "tab")
            assert await shot(pilot, f"dashboard-narrow-{name}")


async def test_resizing_folds_and_unfolds(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert "Needs you (4)" not in text_of(pilot)
        await pilot.resize_terminal(*WIDE)
        await settle(pilot)
        assert "Needs you (4)" in text_of(pilot)


async def test_more_and_fewer_panes(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        grid = pilot.app.screen.query_one(PaneGrid)
        seen = [len(grid.panes)]
        for key in ("plus", "plus", "plus", "minus", "minus", "minus", "minus"):
            await press(pilot, key)
            seen.append(len(grid.panes))
        assert seen == [2, 4, 6, 6, 4, 2, 1, 1]
        await press(pilot, "plus", "plus")
        assert await shot(pilot, "dashboard-four-panes")


async def test_the_selected_session_is_always_in_a_pane(core: FakeCore) -> None:
    async with dashboard(core, panes=2) as pilot:
        grid = pilot.app.screen.query_one(PaneGrid)
        for _ in range(10):
            await press(pilot, "w")
            pane = grid.focused_pane
            assert pane is not None
            assert pane.session == app_of(pilot).selected


async def test_panes_prefer_sessions_that_live(core: FakeCore) -> None:
    async with dashboard(core, panes=6) as pilot:
        shown = {pane.session for pane in pilot.app.screen.query_one(PaneGrid).panes}
        assert {MIGRATE, AUTH, SEARCH, INVOICES} <= shown
        assert METRICS not in shown


async def test_a_click_on_a_pane_selects_its_session(core: FakeCore) -> None:
    async with dashboard(core, panes=2) as pilot:
        [other] = [
            pane
            for pane in pilot.app.screen.query(LivePane)
            if pane.session != app_of(pilot).selected
        ]
        wanted = other.session
        await pilot.click(other)
        await settle(pilot)
        assert app_of(pilot).selected == wanted


async def test_news_of_a_session_reach_its_pane(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        said = events.AgentSaid(text="A line nobody saw before.", message="z")
        record = Record(session=MIGRATE, epoch=1, seq=99, ts=NOW, event=said)
        core.transcript(MIGRATE).apply(record)
        await core.tell()
        await settle(pilot)
        assert "A line nobody saw before." in text_of(pilot)


async def test_a_dead_runner_is_said_so(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        core.dead.add(AUTH)
        await core.tell()
        await settle(pilot)
        row = next(line for line in text_of(pilot).splitlines() if "auth-api" in line)
        assert "no runner" in row


async def test_where_a_toast_was_is_painted_again(
    core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[Region] = []
    render = Compositor.render_update

    def told(self: Compositor, *args: Any, **kwargs: Any) -> Any:
        painted.extend(self._dirty_regions)
        return render(self, *args, **kwargs)

    monkeypatch.setattr(Compositor, "render_update", told)
    async with dashboard(core, NARROW) as pilot:
        app = app_of(pilot)
        app.notify("this goes")
        await settle(pilot)
        toast = app.screen.query_one(Toast)
        place = toast.region
        assert place.area
        app._tick()
        await settle(pilot)
        painted.clear()
        toast._expire()
        await settle(pilot)
        app._tick()
        await settle(pilot)
        assert not app.screen.query(Toast)
        assert any(region.contains_region(place) for region in painted)
