"""The radar's screen: a matrix, a list where there is no room, the order, and telling both."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW
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
)
from tests.tui.fake_core import FakeCore
from tests.tui.queueing import BACK, DELAYED, FIRST, HELD, live_board, queue_board, queue_core
from wuhu_tui.tui.presentation.radar import Cut, cell_text, first_column, matrix_entries, radar
from wuhu_tui.tui.presentation.roster import Roster, roster_entries
from wuhu_tui.tui.screens.radar import RadarScreen


def radar_screen(pilot: Driver) -> RadarScreen:
    screen = pilot.app.screen
    assert isinstance(screen, RadarScreen)
    return screen


def test_a_pair_is_a_shape_a_number_and_a_word() -> None:
    board = queue_board(unseen={BACK: "its worktree is gone"})
    found = radar(board)
    assert cell_text(found, FIRST, HELD) == ("╳2", "$state-failed")
    assert cell_text(found, FIRST, "") == ("╳2", "$text-warning")
    assert cell_text(found, DELAYED, BACK)[0] == "≈2"
    assert cell_text(found, FIRST, BACK)[0] == "?"
    assert cell_text(found, FIRST, DELAYED)[0] == "·"
    assert cell_text(found, FIRST, FIRST)[0] == "╲"


def test_fifty_sessions_scroll_so_that_the_chosen_column_is_seen() -> None:
    found = radar(live_board(50))
    assert len(found.columns) == 51
    assert first_column(found, "", 90, 0) == 0
    last = found.names[-1]
    first = first_column(found, last, 90, 0)
    cut = Cut(found, found.names[0], last, first, 90)
    assert last in [name for _, name in cut.columns]
    assert all(row.rows[0].cell_length == 90 for row in matrix_entries(cut))
    assert first_column(found, "", 90, first) == 0


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_the_radar(shot: Shot, name: str, size: tuple[int, int]) -> None:
    async with dashboard(queue_core(), size) as pilot:
        app_of(pilot).selected = FIRST
        app_of(pilot).repaint()
        await settle(pilot)
        assert size == NARROW or "╳ collides with main: src/db.py" in text_of(pilot)
        await press(pilot, "c")
        shown = text_of(pilot)
        for words in ("cart-ui ╳ main", "src/db.py", "LAND IN THIS ORDER", "before cart-ui"):
            assert words in shown
        assert await shot(pilot, f"radar-{name}")


async def test_the_pair_under_the_cursor_shows_the_lines_of_both() -> None:
    async with dashboard(queue_core()) as pilot:
        app_of(pilot).selected = FIRST
        await press(pilot, "c")
        screen = radar_screen(pilot)
        screen.matrix.column = HELD
        app_of(pilot).repaint()
        await settle(pilot)
        shown = text_of(pilot)
        assert "cart-ui ╳ invoices" in shown
        assert "both are ready: one has to wait" in shown
        assert "cart-ui: lines 12–40" in shown
        assert "invoices: lines 15–38, 60" in shown
        await press(pilot, "o")
        assert screen.sides == (HELD, FIRST)
        screen.matrix.column = BACK
        await press(pilot, "t")
        assert "these do not collide" in toasts(pilot)[-1]


async def test_moving_over_the_matrix_and_to_the_list() -> None:
    async with dashboard(FakeCore(live_board(50))) as pilot:
        await press(pilot, "c")
        screen = radar_screen(pilot)
        screen.matrix.column = ""
        await press(pilot, "G", "right", "right", "left", "right")
        assert screen.matrix.column == "shop-api-impl-03"
        await press(pilot, "tab")
        assert screen.as_list
        await press(pilot, "g")
        assert screen.collision is not None


async def test_telling_both_shows_what_each_is_told() -> None:
    core = queue_core()
    async with dashboard(core, (140, 50)) as pilot:
        app_of(pilot).selected = HELD
        await press(pilot, "c", "t")
        await settle(pilot)
        shown = text_of(pilot)
        assert "to cart-ui" in shown
        assert "to invoices" in shown
        assert "Your work collides with that of session" in shown
        await press(pilot, "enter")
        [call] = core.asked("tell_collision")
        assert {call.subject, call.arguments["second"]} == {FIRST, HELD}
        assert call.arguments["again"] is False
        assert "both are told" in toasts(pilot)[-1]
        assert "both were told 0s ago" in text_of(pilot)
        await press(pilot, "t")
        assert "it is said again" in text_of(pilot)


async def test_an_empty_radar_says_what_that_means() -> None:
    board = replace(queue_board(), sessions={}, collisions={})
    async with dashboard(FakeCore(board)) as pilot:
        await press(pilot, "c")
        assert "nobody collides" in text_of(pilot)
        assert "No live branch is held against main" in text_of(pilot)


def test_the_session_list_says_who_collides_and_who_is_in_line() -> None:
    board = queue_board()
    roster = Roster(views=tuple(board.sessions.values()), now=NOW, board=board)
    rows = [text.plain for one in roster_entries(roster, lambda _: True, 80) for text in one.rows]
    [cart] = [text for text in rows if "⇢ cart-ui" in text]
    assert "╳" in cart
    assert "collides with main: src/db.py 12–40" in cart
    assert cart.rstrip().endswith("in line 1   5m")
    narrow = [text.plain for one in roster_entries(roster, lambda _: True, 36) for text in one.rows]
    assert any("cart-ui ╳" in text for text in narrow)
