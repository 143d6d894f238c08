"""The inbox and the answer dialog: questions one after the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, hash_question, permission_question
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
from tests.tui.letters import receipt
from wuhu_tui.model.errors import Conflict
from wuhu_tui.model.permissions import PermissionRequest
from wuhu_tui.model.questions import OnTimeout, Option, Question, QuestionKind
from wuhu_tui.model.receipts import ReceiptKind
from wuhu_tui.tui.dialogs.answer import AnswerDialog, question_content
from wuhu_tui.tui.presentation.inbox import deadline_note, needs_reading, option_rows
from wuhu_tui.tui.presentation.leave import beside, wanted
from wuhu_tui.tui.screens.inbox import InboxScreen
from wuhu_tui.tui.screens.session import SessionScreen

AUTH, MIGRATE, MAILER, SEARCH = (f"shop-api-impl-{number:02}" for number in (1, 2, 4, 5))


def answers(core: FakeCore) -> list[tuple[str, str, str]]:
    return [(c.subject, c.arguments["choice"], c.arguments["text"]) for c in core.asked("answer")]


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_the_inbox_shows_everything_in_full(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "b")
        assert isinstance(pilot.app.screen, InboxScreen)
        shown = text_of(pilot)
        assert "$ rm -rf build/ && alembic upgrade head" in shown
        assert "memory-hard; one new dependency" in shown
        assert "goes with argon2 in 3:00" in shown
        assert await shot(pilot, f"inbox-{name}")


async def test_numbers_answer_in_the_inbox(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "b", "j", "1")
        assert answers(core) == [(AUTH, "argon2", "")]
        await press(pilot, "g", "9")
        assert toasts(pilot)[-1] == "there are only 3 options"
        assert len(answers(core)) == 1


async def test_a_number_answers_nothing_when_the_cursor_is_on_no_question(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "b", "G", "1")
        assert answers(core) == []
        assert "this is not a question" in toasts(pilot)[-1]


async def test_an_answered_question_leaves_and_the_cursor_stays_near(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "b", "j")
        await core.change(MIGRATE, questions=())
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, InboxScreen)
        assert screen.question_key() == f"{AUTH}/q1"


async def test_enter_in_the_inbox_opens_what_is_there(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "b", "enter")
        assert isinstance(pilot.app.screen, AnswerDialog)
        await press(pilot, "escape", "G", "k", "enter")
        assert isinstance(pilot.app.screen, SessionScreen)
        assert pilot.app.screen.subject() == MAILER
        await press(pilot, "escape", "escape")
        assert app_of(pilot).selected == MAILER


# answering


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_a_answers_one_question_after_the_other(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "a")
        assert "db-migrate asks permission" in text_of(pilot)
        assert await shot(pilot, f"answer-permission-{name}")
        await press(pilot, "3")
        assert answers(core) == [(MIGRATE, "reject_once", "")]
        assert "auth-api asks" in text_of(pilot)
        await press(pilot, "1")
        assert answers(core)[1:] == [(AUTH, "argon2", "")]
        assert not isinstance(pilot.app.screen, AnswerDialog)


async def test_the_selected_session_s_question_comes_first(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "a")
        assert "auth-api asks" in text_of(pilot)
        assert await shot(pilot, "answer-choice-wide")
        await press(pilot, "enter")
        assert answers(core) == [(AUTH, "argon2", "")]
        assert "db-migrate asks permission" in text_of(pilot)


async def test_own_words_are_an_answer_too(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "a", "tab")
        await type_text(pilot, "use 1 scrypt")
        await press(pilot, "enter")
        assert answers(core) == [(AUTH, "", "use 1 scrypt")]


async def test_a_choice_carries_the_words_written_with_it(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "a", "tab")
        await type_text(pilot, "for now")
        await press(pilot, "tab", "2")
        assert answers(core) == [(AUTH, "bcrypt", "for now")]


async def test_words_alone_never_grant_a_permission(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "a", "tab")
        await type_text(pilot, "no please do not")
        await press(pilot, "enter")
        assert answers(core) == []
        assert "a permission needs an option" in toasts(pilot)[-1]


async def test_a_key_meant_for_the_last_question_does_not_answer_the_next(core: FakeCore) -> None:
    async with dashboard(core, arming=30.0) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "a")
        dialog = pilot.app.screen
        assert isinstance(dialog, AnswerDialog)
        dialog._arm()
        await press(pilot, "1", "1", "enter")
        assert answers(core) == [(AUTH, "argon2", "")]


async def test_a_key_pressed_before_the_question_was_seen_answers_nothing(core: FakeCore) -> None:
    async with dashboard(core, arming=30.0) as pilot:
        await burst(pilot, "a", "1", "enter")
        assert "db-migrate asks permission" in text_of(pilot)
        assert answers(core) == []


async def test_a_question_can_be_left_open(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "a", "ctrl+n")
        assert "auth-api asks" in text_of(pilot)
        await press(pilot, "ctrl+n")
        assert not isinstance(pilot.app.screen, AnswerDialog)
        assert answers(core) == []


async def test_a_question_somebody_else_answered_makes_room(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "a")
        await core.change(MIGRATE, questions=())
        await settle(pilot)
        assert "that question is closed" in toasts(pilot)[-1]
        assert "auth-api asks" in text_of(pilot)
        await press(pilot, "2")
        assert answers(core) == [(AUTH, "bcrypt", "")]


async def test_who_was_second_is_told_who_won(core: FakeCore) -> None:
    core.refuse("answer", Conflict("reviewer answered a minute ago", remedy="steer instead"))
    async with dashboard(core) as pilot:
        await press(pilot, "a", "1")
        assert "reviewer answered a minute ago" in toasts(pilot)[-1]
        assert isinstance(pilot.app.screen, AnswerDialog)


async def test_a_number_without_an_option_is_refused_in_words(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "a", "7")
        assert toasts(pilot) == ["there are only 3 options"]
        assert answers(core) == []


async def test_an_answer_is_told_in_the_option_s_words(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = MIGRATE
        await press(pilot, "a", "1")
        assert toasts(pilot) == ["db-migrate: answered Allow once"]


async def test_an_open_question_is_answered_in_words(core: FakeCore) -> None:
    question = Question(id="q8", kind=QuestionKind.OPEN, text="Which port?", asked_at=ago(hours=1))
    await core.change(SEARCH, questions=(question,))
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "a", "enter")
        assert toasts(pilot) == ["nothing is written yet"]
        await type_text(pilot, "8080")
        await press(pilot, "enter")
        assert answers(core) == [(SEARCH, "", "8080")]


@pytest.mark.parametrize(
    "context", ["true; " * 80 + "evil", "echo ok\nevil"], ids=["long", "lines"]
)
async def test_no_key_grants_a_command_that_is_not_wholly_seen(
    core: FakeCore, context: str
) -> None:
    await core.change(MIGRATE, questions=(replace(permission_question(), context=context),))
    async with dashboard(core) as pilot:
        await press(pilot, "b", "1")
        assert answers(core) == []
        assert isinstance(pilot.app.screen, AnswerDialog)
        assert "evil" in text_of(pilot)
        await press(pilot, "escape", "space", "1", "enter")
        assert answers(core) == []
        assert "this command is long" in toasts(pilot)[-1]


async def test_a_long_question_can_be_read_to_its_end(core: FakeCore) -> None:
    text = "\n".join(f"line {number}" for number in range(60))
    await core.change(MIGRATE, questions=(replace(permission_question(), context=text),))
    for size in (WIDE, NARROW):
        async with dashboard(core, size) as pilot:
            await press(pilot, "a")
            assert "3 Reject" in text_of(pilot)
            assert "line 59" not in text_of(pilot)
            await press(pilot, *["pagedown"] * 16)
            assert "line 59" in text_of(pilot)
            assert "Enter send" in text_of(pilot)


# what a question says


def test_what_happens_at_the_deadline_is_part_of_the_question() -> None:
    due = NOW + timedelta(minutes=1)
    block = replace(permission_question(), deadline=due)
    assert deadline_note(block, NOW) == "due in 1:00, then waits on"
    assert deadline_note(block, NOW + timedelta(minutes=2)) == "overdue: waits on (0:00)"
    fail = replace(block, on_timeout=OnTimeout.FAIL)
    assert deadline_note(fail, NOW) == "fails in 1:00"
    assert deadline_note(hash_question(), NOW) == "goes with argon2 in 3:00"
    assert deadline_note(permission_question(), NOW) == ""
    detached = replace(hash_question(), detached=True)
    assert deadline_note(detached, NOW) == "its agent is gone; the answer goes to the next"


def test_options_beyond_nine_have_no_number() -> None:
    options = tuple(Option(key=str(n), label=f"choice {n}") for n in range(1, 12))
    rows = option_rows(replace(hash_question(), options=options), 40)
    assert rows[8].plain == "9 choice 9"
    assert rows[9].plain == "· choice 10"


def _wanting(request: PermissionRequest, text: str, context: str) -> Question:
    return replace(permission_question(), text=text, context=context, request=request)


def test_only_the_command_itself_stands_behind_the_dollar_sign() -> None:
    asked = _wanting(
        PermissionRequest(tool="Bash", kind="execute", command="git commit -qm mail"),
        "Bash git commit -qm mail",
        "git commit -qm mail\nwork\nThis command requires approval",
    )
    assert wanted(asked) == "$ git commit -qm mail"
    assert beside(asked) == "work\nThis command requires approval"
    assert question_content(asked).plain.splitlines()[1:3] == ["$ git commit -qm mail", "work"]
    assert not needs_reading(asked, 200)


def test_a_command_that_only_the_request_tells_is_shown() -> None:
    folder = "[current working directory /work/of/shop-api-impl-02] (work)"
    asked = _wanting(PermissionRequest(kind="execute", command="rm a"), "rm a", folder)
    assert (wanted(asked), beside(asked)) == ("$ rm a", folder)
    assert question_content(asked).plain == f"$ rm a\n{folder}"


def test_an_edit_is_no_command() -> None:
    diff = "--- /dev/null\n+++ b/auth.py\n@@ -0,0 +1 @@\n+x=1"
    asked = _wanting(PermissionRequest(tool="Write", kind="edit"), "Write auth.py", diff)
    assert wanted(asked) == "Write auth.py"
    assert question_content(asked).plain == f"Write auth.py\n{diff}"
    assert needs_reading(asked, 200)


@pytest.mark.parametrize(
    ("by", "told"),
    [("shop-api-boss-01", "shop-api-boss-01 answered 8m ago"), ("lead", "you answered elsewhere")],
)
async def test_who_answered_meanwhile_is_told_with_the_time(
    core: FakeCore, by: str, told: str
) -> None:
    auth = "shop-api-impl-01"
    async with dashboard(core) as pilot:
        app_of(pilot).selected = auth
        await press(pilot, "a")
        receipts = (receipt("q1", kind=ReceiptKind.ANSWER, by=by, text="bcrypt"),)
        await core.change(auth, questions=(), receipts=receipts)
        await settle(pilot)
        assert told in toasts(pilot)[-1]
        assert toasts(pilot)[-1].endswith("ago: bcrypt")


async def test_no_key_picks_an_option_that_cannot_be_seen(core: FakeCore) -> None:
    async with dashboard(core, (20, 5)) as pilot:
        app_of(pilot).selected = "shop-api-impl-01"
        await press(pilot, "a", "2")
        assert core.asked("answer") == []
        assert "do not fit" in toasts(pilot)[-1]
