"""The bell: for what cannot wait, once a burst, never while the lead types."""

from __future__ import annotations

import pytest

from tests.tui.boards import NOW, sample_board, session
from tests.tui.dashboard_app import app_of, dashboard, settle
from tests.tui.fake_core import FakeCore
from tests.tui.letters import CART, dead, with_letters
from wuhu_tui.model.board import Board
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.calling import BURST, TYPING, Calling
from wuhu_tui.tui.presentation.attention import AnyNeed, all_needs

LONG_AGO = float("-inf")


def found(board: Board) -> list[AnyNeed]:
    return all_needs(board, lambda name: True, NOW)


QUIET, LOUD = found(sample_board()), found(with_letters(sample_board(), dead("d", CART)))


def begun() -> Calling:
    calling = Calling()
    assert not calling.is_due(QUIET, moment=0, typed_at=LONG_AGO)
    return calling


def test_what_was_there_at_the_beginning_is_not_new() -> None:
    calling = begun()
    assert not calling.is_due(QUIET, moment=60, typed_at=LONG_AGO)


def test_it_rings_once_for_something_new() -> None:
    calling = begun()
    assert calling.is_due(LOUD, moment=60, typed_at=LONG_AGO)
    assert not calling.is_due(LOUD, moment=120, typed_at=LONG_AGO)


def test_while_the_lead_types_it_waits_and_rings_only_if_it_is_still_needed() -> None:
    calling = begun()
    assert not calling.is_due(LOUD, moment=60, typed_at=59)
    assert calling.is_due(LOUD, moment=60 + TYPING, typed_at=59)
    calling = begun()
    assert not calling.is_due(LOUD, moment=60, typed_at=59)
    assert not calling.is_due(QUIET, moment=90, typed_at=59)


def test_a_burst_rings_once() -> None:
    calling = begun()
    assert calling.is_due(LOUD, moment=60, typed_at=LONG_AGO)
    more = found(with_letters(sample_board(), dead("d", CART), dead("e", CART)))
    assert not calling.is_due(more, moment=61, typed_at=LONG_AGO)
    assert calling.is_due(more, moment=60 + BURST, typed_at=LONG_AGO)


@pytest.mark.parametrize("state", [SessionState.APPROVED, SessionState.IDLE])
def test_what_can_wait_does_not_ring(state: SessionState) -> None:
    calling = Calling()
    assert not calling.is_due([], moment=0, typed_at=LONG_AGO)
    view = session("x", state, turn=1)
    board = Board(sessions={view.id: view})
    assert found(board)
    assert not calling.is_due(found(board), moment=60, typed_at=LONG_AGO)


@pytest.mark.parametrize("bell", [True, False])
async def test_the_dashboard_rings_unless_told_not_to(
    core: FakeCore, bell: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(core, bell=bell) as pilot:
        rung: list[str] = []
        app = app_of(pilot)
        monkeypatch.setattr(app, "bell", lambda: rung.append("bell"))
        app._tick()
        await core.show(with_letters(core.board, dead("d", CART)))
        app._tick()
        app._tick()
        await settle(pilot)
        assert rung == ["bell"] * bell
