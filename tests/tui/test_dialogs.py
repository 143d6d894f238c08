"""Dialogs: they show facts, do one thing, and Esc changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.tui.boards import ago, hash_question, sample_board, sample_review, session
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
from wuhu_tui.model.board import Board
from wuhu_tui.model.diff import Diff, DiffFile, FileChange
from wuhu_tui.model.errors import GitError, NotPossible
from wuhu_tui.model.joins import JoinMode, JoinUntil, Outcome, Wake, WakeReason
from wuhu_tui.model.messages import Lane, Message, MessageState
from wuhu_tui.model.reviews import MergeOutcome
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.dialogs.confirm import ConfirmDialog
from wuhu_tui.tui.dialogs.new_session import title_of
from wuhu_tui.tui.presentation.facts import goes_on, quit_facts

AUTH, MIGRATE, CART, MAILER, SEARCH, INVOICES, LIMIT, EMAILER, HEALTH, METRICS = (
    f"shop-api-impl-{number:02}" for number in range(1, 11)
)
S = SessionState
SIZES = pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
Size = tuple[int, int]


def some_diff() -> Diff:
    file = DiffFile(path="src/[b]health[/b].py", change=FileChange.MODIFIED, added=18, removed=0)
    return Diff(base="a", head="b", files=(file,))


# confirmations


@SIZES
async def test_merging_shows_what_would_land(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    core.diffs[HEALTH] = some_diff()
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = HEALTH
        await press(pilot, "m")
        await settle(pilot)
        shown = text_of(pilot)
        assert "Merge healthcheck into main" in shown
        assert "77aa77a000, approved by lead" in shown
        assert "tests ✔, types ✔" in shown
        assert "src/[b]health[/b].py  +18 −0" in shown
        assert await shot(pilot, f"confirm-merge-{name}")
        assert core.asked("merge") == []
        await press(pilot, "enter")
        assert [call.subject for call in core.asked("merge")] == [HEALTH]
        assert "healthcheck is in main as f00dfee\nz undoes it · w goes on" in toasts(pilot)[-1]


async def test_esc_merges_nothing(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = HEALTH
        await press(pilot, "m", "escape")
        assert core.asked("merge") == []
        assert len(pilot.app.screen_stack) == 1


async def test_a_conflict_is_told_with_its_files(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = HEALTH
        screen = pilot.app.screen
        view = core.board.sessions[HEALTH]
        told = screen._merged(view)  # type: ignore[attr-defined]
        merge = replace(await core.merge(HEALTH), files=("src/db.py",))
        told(replace(merge, outcome=MergeOutcome.CONFLICT))
        told(replace(merge, outcome=MergeOutcome.REFUSED, detail="checks failed: tests"))
        await settle(pilot)
        assert toasts(pilot) == [
            "healthcheck conflicts main is untouched. src/db.py",
            "healthcheck was not merged main is untouched. checks failed: tests",
        ]


async def test_an_undone_merge(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = HEALTH
        await press(pilot, "m", "enter", "z")
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
        assert "it cannot be undone" in toasts(pilot)[-1]
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
        assert "all of search-idx, invoices until reviewed · 4:00:00 left" in text_of(pilot)


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
        assert "any of search-idx, auth-api until reported" in text_of(pilot)
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


# waiting messages


def waiting(name: str, lane: Lane, sequence: int, **fields: MessageState) -> Message:
    return Message(
        id=name,
        lane=lane,
        text=f"text of {name}",
        by="lead",
        sequence=sequence,
        queued_at=ago(minutes=sequence),
        **fields,
    )


@SIZES
async def test_waiting_messages_can_be_changed(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    unsure = waiting("m9", Lane.STEER, 9, state=MessageState.UNSURE)
    lanes = (waiting("m3", Lane.FOLLOW_UP, 1), waiting("m2", Lane.STEER, 2))
    await core.change(SEARCH, waiting=lanes, unsure=(unsure,))
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "l")
        assert await shot(pilot, f"waiting-{name}")
        await press(pilot, "c")
        assert core.asked("cancel_message")[0].arguments["message"] == "m2"
        await press(pilot, "m")
        assert core.asked("move_message")[0].arguments == {"message": "m3", "lane": Lane.STEER}
        await press(pilot, "e")
        await type_text(pilot, "!")
        await press(pilot, "enter")
        assert core.asked("edit_message")[0].arguments["text"] == "text of m3!"
        await press(pilot, "j", "e")
        assert "it may have arrived already" in toasts(pilot)[-1]
        await press(pilot, "r")
        assert core.asked("steer")[0].arguments["text"] == "text of m9"


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
        await press(pilot, "tab", "tab", "tab", "right", "enter")
        [call] = core.asked("instantiate")
        wish = call.arguments["wish"]
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
