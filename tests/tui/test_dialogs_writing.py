"""Dialogs that write: lanes, peek, a new session, a shell; and one session in full."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tui.boards import hash_question, sample_review
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
from wuhu_tui.core.door import CommandResult
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.dialogs.new_session import title_of

AUTH, MIGRATE, CART, MAILER, SEARCH, INVOICES, LIMIT, EMAILER, HEALTH, METRICS = (
    f"shop-api-impl-{number:02}" for number in range(1, 11)
)
S = SessionState
SIZES = pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
Size = tuple[int, int]


# peek


@SIZES
async def test_peeking_at_a_question_and_replying(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "space")
        assert "number of an option, or your own words" in text_of(pilot)
        assert await shot(pilot, f"peek-{name}")
        await press(pilot, "2", "enter")
        [call] = core.asked("answer")
        assert (call.subject, call.arguments["choice"]) == (AUTH, "bcrypt")
        assert len(pilot.app.screen_stack) == 1
        assert app_of(pilot).selected == AUTH


async def test_peeking_at_work_steers_it(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "space")
        assert "steer it: lands after pytest -q tests/search" in text_of(pilot)
        await type_text(pilot, "mind the cache")
        await press(pilot, "enter")
        assert core.asked("steer")[0].arguments["text"] == "mind the cache"


async def test_peeking_never_grants_a_permission_by_words(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "space")
        await type_text(pilot, "ok")
        await press(pilot, "enter")
        assert core.calls == []
        assert toasts(pilot) == ["a permission needs an option: write its number"]


# new session


@SIZES
async def test_a_new_session_is_made_and_started(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "n")
        await type_text(pilot, "Add a health endpoint that says which commit runs")
        assert await shot(pilot, f"new-session-{name}")
        await press(pilot, "tab", "tab", "tab")
        await type_text(pilot, "src/health.py tests")
        await press(pilot, "tab")
        await type_text(pilot, "GET /health names the commit; pytest passes")
        await press(pilot, "tab", "right", "enter")
        [call] = core.asked("instantiate")
        wish = call.arguments["wish"]
        assert wish.scope == ("src/health.py", "tests")
        assert wish.acceptance == ("GET /health names the commit", "pytest passes")
        assert wish.title == "Add a health endpoint that says"
        assert (wish.role, wish.agent) == ("impl", "claude")
        [started] = core.asked("start")
        assert started.subject == "shop-api-impl-11"
        assert app_of(pilot).selected == "shop-api-impl-11"


async def test_a_session_can_be_made_without_being_started(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "n", "x", "ctrl+t")
        assert len(core.asked("instantiate")) == 1
        assert core.asked("start") == []


async def test_a_task_that_could_not_be_started_is_kept_and_adopted(core: FakeCore) -> None:
    core.refuse("start", NotPossible("too many sessions run"))
    async with dashboard(core) as pilot:
        await press(pilot, "n", "x", "enter")
        core.refusals.clear()
        await press(pilot, "enter")
        first, second = core.asked("instantiate")
        assert first.arguments["wish"].key == second.arguments["wish"].key
        assert len(pilot.app.screen_stack) == 1


async def test_the_task_stays_a_draft(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "n", "enter")
        assert toasts(pilot) == ["write the task first"]
        await type_text(pilot, "a long task")
        await press(pilot, "escape", "n")
        assert "a long task" in text_of(pilot)


def test_a_title_is_the_task_s_first_words() -> None:
    assert title_of("Fix  the\nbug") == "Fix the bug"
    assert title_of("x" * 50) == "x" * 32
    assert len(title_of("word " * 20)) <= 32


# shell


@SIZES
async def test_a_shell_command_in_the_session_s_place(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    core.command_result = CommandResult(exit_code=2, output="\x1b[31mboom\x1b[0m\n[red]x[/red]\n")
    async with dashboard(core, size) as pilot:
        await press(pilot, "exclamation_mark")
        await type_text(pilot, "make test")
        await press(pilot, "enter")
        [call] = core.asked("run_in")
        assert (call.subject, call.arguments["command"]) == (MIGRATE, "make test")
        assert "[red]x[/red]" in text_of(pilot)
        assert "✗ exit 2" in text_of(pilot)
        assert await shot(pilot, f"shell-{name}")


async def test_what_is_typed_ahead_reaches_the_field(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await burst(pilot, "exclamation_mark", *"ls -l", "enter")
        assert core.asked("run_in")[0].arguments["command"] == "ls -l"
        await press(pilot, "escape")
        await burst(pilot, "space", *"3", "enter")
        assert core.asked("answer")[0].arguments["choice"] == "reject_once"
        await burst(pilot, "n", *"build it", "enter")
        assert core.asked("instantiate")[0].arguments["wish"].task == "build it"
        assert len(core.calls) == 4


async def test_a_refused_shell_command_can_be_run_again(core: FakeCore) -> None:
    core.refuse("run_in", NotPossible("the worktree is gone"))
    async with dashboard(core) as pilot:
        await press(pilot, "exclamation_mark", "l", "s", "enter")
        assert "the worktree is gone" in text_of(pilot)
        core.refusals.clear()
        await press(pilot, "enter")
        assert [call.arguments["command"] for call in core.asked("run_in")] == ["ls", "ls"]


# a session in full


@SIZES
async def test_one_session_in_full(core: FakeCore, shot: Shot, name: str, size: Size) -> None:
    await core.change(AUTH, review=sample_review(), warnings=("the journal was torn",))
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "enter")
        assert await shot(pilot, f"session-{name}")
        await press(pilot, "w")
        assert app_of(pilot).selected == MAILER
        assert "mailer" in text_of(pilot)
        await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 1


async def test_the_facts_of_a_session_turn_on_a_narrow_terminal(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core, NARROW) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "enter", "tab")
        assert "Work on auth-api" in text_of(pilot)
        assert await shot(pilot, "session-narrow-facts")


async def test_a_session_that_leaves_the_board_closes_its_screen(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = METRICS
        await press(pilot, "enter")
        await core.archive(METRICS)
        await settle(pilot)
        assert len(pilot.app.screen_stack) == 1


async def test_the_question_of_a_gone_agent_is_said_so(core: FakeCore) -> None:
    question = replace(hash_question(), detached=True)
    await core.change(METRICS, questions=(question,))
    async with dashboard(core) as pilot:
        app_of(pilot).selected = METRICS
        await press(pilot, "a")
        assert "its agent is gone; the answer goes to the next" in text_of(pilot)
