"""What did not arrive is loud: header, inbox, `w`, title; many at once are one."""

from __future__ import annotations

import pytest

from tests.tui.boards import NOW, ago, sample_board
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import NARROW, WIDE, app_of, dashboard, press, text_of, toasts
from tests.tui.fake_core import FakeCore
from tests.tui.letters import AUTH, CART, METRICS, MIGRATE, dead, mail_board, with_letters
from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import LetterState
from wuhu_tui.tui.presentation.attention import all_needs, letter_needs, urgent
from wuhu_tui.tui.presentation.counts import count, header, terminal_title
from wuhu_tui.tui.presentation.notices import LETTERS
from wuhu_tui.tui.screens.messages import MessagesScreen

Size = tuple[int, int]


def alive(session: str) -> bool:
    return True


def with_dead(number: int) -> Board:
    letters = (
        dead(f"d{place:03}", CART if place % 3 else METRICS, since=ago(minutes=place))
        for place in range(number)
    )
    return with_letters(sample_board(), *letters)


@pytest.mark.parametrize("conducting", [True, False])
@pytest.mark.parametrize("width", [5, 8, 12, 20, 40, 60, 80, 100, 140, 200])
def test_the_count_in_the_header_hides_in_no_width(width: int, conducting: bool) -> None:
    board = with_dead(147)
    row = header(board, count(board, alive, NOW), conducting, width)
    assert row.cell_length == width
    assert "✉ 147" in row.plain
    assert ("✉ 147 dead" in row.plain) == (width >= 100)


def test_without_any_the_header_is_silent() -> None:
    board = sample_board()
    assert "✉" not in header(board, count(board, alive, NOW), True, 140).plain


def test_what_nobody_took_is_not_called_dead() -> None:
    board = with_letters(with_dead(1), dead("e", CART, state=LetterState.ESCALATED))
    assert "✉ 2 undelivered" in header(board, count(board, alive, NOW), True, 160).plain


def test_147_at_once_are_one_need() -> None:
    board = with_dead(147)
    [need] = letter_needs(board)
    assert len(need.letters) == 147
    assert len(urgent(board, alive, NOW)) == len(urgent(sample_board(), alive, NOW)) + 1
    title = "wuhu · 5 need you · 3 to review · shop-api"
    assert terminal_title(board, all_needs(board, alive, NOW)) == title


def test_three_are_three_and_stand_right_behind_the_questions() -> None:
    stops = [need.stop for need in all_needs(with_dead(3), alive, NOW)]
    assert stops[:6] == [MIGRATE, AUTH, LETTERS, LETTERS, LETTERS, "shop-api-impl-04"]


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_the_inbox_says_what_they_are_together(shot: Shot, name: str, size: Size) -> None:
    async with dashboard(FakeCore(with_dead(147)), size) as pilot:
        await press(pilot, "b", "j", "j")
        assert "147 letters" in text_of(pilot)
        assert "to cart-ui 98, metrics 49" in text_of(pilot)
        assert await shot(pilot, f"inbox-letters-{name}")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, MessagesScreen)
        assert pilot.app.screen.list.selected == f"{CART}/d146"


async def test_w_goes_there_and_on(core: FakeCore) -> None:
    await core.show(with_dead(147))
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        assert app.selected == MIGRATE
        await press(pilot, "w")
        assert app.selected == AUTH
        await press(pilot, "w")
        assert isinstance(app.screen, MessagesScreen)
        await press(pilot, "w")
        assert len(app.screen_stack) == 1
        assert app.selected == "shop-api-impl-04"
        await press(pilot, "W", "escape")
        assert len(app.screen_stack) == 1
        await press(pilot, "w")
        assert app.selected == "shop-api-impl-04"


async def test_no_key_acts_on_a_session_while_the_cursor_is_on_letters(core: FakeCore) -> None:
    await core.show(mail_board())
    async with dashboard(core) as pilot:
        await press(pilot, "tab", "tab", "j", "j", "j")
        assert app_of(pilot).selected == LETTERS
        await press(pilot, "s", "X", "D")
        assert toasts(pilot)[-1].endswith("no session is selected")
        assert core.calls == []
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, MessagesScreen)
        await press(pilot, "escape")
        await core.show(sample_board())
        await press(pilot, "escape")
        assert app_of(pilot).selected in core.board.sessions
