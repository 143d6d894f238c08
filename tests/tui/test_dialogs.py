"""Dialogs that confirm, join and leave: they show facts, do one thing, and Esc changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.tui.boards import sample_board, session
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import (
    NARROW,
    WIDE,
    app_of,
    dashboard,
    press,
    settle,
    text_of,
    toasts,
)
from tests.tui.fake_core import FakeCore
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import GitError, NotPossible
from wuhu_tui.model.joins import JoinMode, JoinUntil, Outcome, Wake, WakeReason
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.dialogs.confirm import ConfirmDialog
from wuhu_tui.tui.presentation.facts import goes_on, quit_facts

AUTH, MIGRATE, CART, MAILER, SEARCH, INVOICES, LIMIT, EMAILER, HEALTH, METRICS = (
    f"shop-api-impl-{number:02}" for number in range(1, 11)
)
S = SessionState
SIZES = pytest.mark.parametrize(
    ("name", "size"),
    [
        ("wide", WIDE),
        pytest.param("narrow", NARROW, id="narrow-size1", marks=pytest.mark.long),
    ],
)
"""Narrow in the long suite: how a dialog folds is tried by those that write."""
Size = tuple[int, int]


# confirmations


async def test_an_undone_merge(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = HEALTH
        await core.merge(HEALTH)
        await press(pilot, "z")
        assert "Undo the merge of healthcheck" in text_of(pilot)
        await press(pilot, "enter")
        assert [call.subject for call in core.asked("undo_merge")] == [HEALTH]


async def test_interrupting_names_the_running_tool(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "I")
        assert "pytest -q tests/search for 40s" in text_of(pilot)
        assert await shot(pilot, "confirm-interrupt-wide")
        await press(pilot, "y")
        assert [call.subject for call in core.asked("interrupt")] == [SEARCH]


async def test_stopping_says_what_stays(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "X")
        shown = text_of(pilot)
        assert "agent and runner, in the middle of turn 3" in shown
        assert "1 message, kept" in shown
        await press(pilot, "n")
        assert core.asked("stop") == []
        await press(pilot, "X", "enter")
        assert [call.subject for call in core.asked("stop")] == [SEARCH]


async def test_approving_what_is_not_green_shows_why_first(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = EMAILER
        await press(pilot, "y")
        assert core.asked("verdict") == []
        shown = text_of(pilot)
        assert "tests ✗ failed" in shown
        assert "Conflicts with base: src/db.py" in shown
        assert await shot(pilot, "confirm-approve-wide")
        await press(pilot, "escape")
        assert core.asked("verdict") == []


async def test_work_that_would_be_lost_is_named_before_it_is_discarded(
    core: FakeCore, shot: Shot
) -> None:
    refusal = NotPossible("2 commits and 3 changed files are not in main")
    core.refuse("archive", refusal)
    async with dashboard(core) as pilot:
        app_of(pilot).selected = METRICS
        await press(pilot, "D", "enter")
        assert "Discard metrics" in text_of(pilot)
        pilot.app.clear_notifications()
        assert await shot(pilot, "confirm-discard-wide")
        core.refusals.clear()
        await press(pilot, "enter")
        assert toasts(pilot)[-1].endswith("press y to discard")
        assert [call.arguments["discard"] for call in core.asked("archive")] == [False]
        await press(pilot, "y")
        assert [call.arguments["discard"] for call in core.asked("archive")] == [False, True]
        assert METRICS not in core.board.sessions


async def test_another_refusal_does_not_offer_to_discard(core: FakeCore) -> None:
    core.refuse("archive", GitError("the worktree is locked"))
    async with dashboard(core) as pilot:
        app_of(pilot).selected = METRICS
        await press(pilot, "D", "enter")
        assert len(pilot.app.screen_stack) == 1
        assert "the worktree is locked" in toasts(pilot)[-1]


# quitting


@SIZES
async def test_quitting_says_what_goes_on(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "q")
        assert "2 questions, until you are back" in text_of(pilot)
        assert await shot(pilot, f"confirm-quit-{name}")
        await press(pilot, "escape")
        assert pilot.app.is_running
        await press(pilot, "q", "enter")
    assert pilot.app.return_code == 0
    assert core.calls == []


async def test_ctrl_q_asks_the_same(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "s", "ctrl+q")
        assert isinstance(pilot.app.screen, ConfirmDialog)


def test_when_nothing_goes_on_nothing_is_asked() -> None:
    assert not goes_on(Board(sessions={"a": session("a", S.STOPPED)}))
    assert goes_on(sample_board())
    facts = dict(quit_facts(sample_board()).facts)
    assert facts["goes on"].startswith("8 sessions: auth-api, db-migrate")


# join


@SIZES
async def test_joining_the_marked_sessions(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "v", "j", "v", "J", "m", "u", "t")
        assert await shot(pilot, f"join-{name}")
        await press(pilot, "enter")
        [call] = core.asked("open_join")
        assert call.arguments == {
            "sessions": (SEARCH, INVOICES),
            "mode": JoinMode.ALL,
            "until": JoinUntil.REVIEWED,
            "timeout": timedelta(hours=4),
        }
        assert app_of(pilot).marked == ()
        pilot.app.clear_notifications()
        await settle(pilot)
        assert "all of search-idx (working), invoices (working) · for 0s · 4:00" in text_of(pilot)


async def test_a_join_that_wakes_is_told_once(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        join = await core.open_join([SEARCH, AUTH])
        await settle(pilot)
        outcomes = {SEARCH: Outcome.WAITING, AUTH: Outcome.NO_REPORT}
        wake = Wake(reason=WakeReason.QUESTION, session=AUTH, outcomes=outcomes)
        await core.wake(join.id, wake)
        await settle(pilot)
        await core.tell()
        await settle(pilot)
        assert toasts(pilot) == [
            "Join woke question · auth-api\nsearch-idx waiting, auth-api no report"
        ]
        assert "⋈" not in text_of(pilot)


async def test_an_open_join_can_be_cancelled(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        join = await core.open_join([SEARCH, AUTH])
        await press(pilot, "J")
        assert "any of search-idx (working), auth-api (asking)" in text_of(pilot)
        await press(pilot, "c")
        assert [call.subject for call in core.asked("cancel_join")] == [join.id]


async def test_marks_can_be_forgotten(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "v", "v")
        assert app_of(pilot).marked == ()
        await press(pilot, "v", "j", "v", "V")
        assert app_of(pilot).marked == ()
        await press(pilot, "V")
        assert toasts(pilot) == ["unmark all: not now no session is marked"]
