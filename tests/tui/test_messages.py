"""The messages view: what the lead can do to each, by keys, and that the cursor stays on its message."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tui.boards import ago, sample_board
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
from tests.tui.hostile import HOSTILE, hostile_core
from tests.tui.letters import (
    METRICS,
    SEARCH,
    dead,
    letter,
    mail_board,
    waiting,
    with_fields,
    with_letters,
)
from wuhu_tui.model.letters import LetterState
from wuhu_tui.model.messages import Lane
from wuhu_tui.tui.screens.messages import MessagesScreen
from wuhu_tui.tui.screens.session import SessionScreen

TINY = (40, 12)
SIZES = pytest.mark.parametrize(
    ("name", "size"), [("wide", WIDE), ("narrow", NARROW), ("tiny", TINY)]
)
Size = tuple[int, int]


@pytest.fixture
def core() -> FakeCore:
    """A core with messages of every kind."""
    return FakeCore(mail_board())


def view_of(pilot: Driver) -> MessagesScreen:
    screen = pilot.app.screen
    assert isinstance(screen, MessagesScreen)
    return screen


async def on(pilot: Driver, message: str) -> None:
    """Open the view, the cursor on a message."""
    await press(pilot, "M")
    screen = view_of(pilot)
    screen.list.select(next(key for key in screen.list.keys if key.endswith(message)))
    app_of(pilot).repaint()
    await settle(pilot)


@SIZES
async def test_all_messages(core: FakeCore, shot: Shot, name: str, size: Size) -> None:
    async with dashboard(core, size) as pilot:
        await press(pilot, "M")
        assert "DID NOT ARRIVE" in text_of(pilot)
        assert await shot(pilot, f"messages-{name}")


@SIZES
async def test_one_message_whole(core: FakeCore, shot: Shot, name: str, size: Size) -> None:
    async with dashboard(core, size) as pilot:
        await on(pilot, "/p2")
        await press(pilot, *(["tab"] if name != "wide" else []))
        assert "its recipient waits" in text_of(pilot)
        assert await shot(pilot, f"message-whole-{name}")


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_hostile_messages(shot: Shot, name: str, size: Size) -> None:
    async with dashboard(hostile_core(HOSTILE), size) as pilot:
        await press(pilot, "M")
        assert await shot(pilot, f"messages-hostile-{name}")


async def test_what_waits_can_be_changed(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await on(pilot, "/m2")
        await press(pilot, "e")
        await type_text(pilot, "!")
        await press(pilot, "enter")
        assert core.asked("edit_message")[0].arguments == {"message": "m2", "text": "text of m2!"}
        await press(pilot, "K", "J", "p", "m", "c")
        moved = [call.arguments for call in core.asked("move_message")]
        assert moved[0] == {"message": "m2", "lane": Lane.STEER, "before": "m1"}
        assert moved[-1] == {"message": "m2", "lane": Lane.FOLLOW_UP}
        assert core.asked("promote_message")[0].arguments == {"message": "m2"}
        assert core.asked("cancel_message")[0] == ("cancel_message", SEARCH, {"message": "m2"})


async def test_a_message_moves_down_behind_the_next(core: FakeCore) -> None:
    lane = tuple(waiting(f"m{number}", Lane.STEER, number) for number in (1, 2, 3))
    await core.change(SEARCH, waiting=lane)
    async with dashboard(core) as pilot:
        await on(pilot, "/m1")
        await press(pilot, "J")
        assert core.asked("move_message")[0].arguments["before"] == "m3"
        await press(pilot, "j", "J")
        assert "before" not in core.asked("move_message")[1].arguments
        await press(pilot, "j", "J")
        assert "it is the last of its lane" in toasts(pilot)[-1]


async def test_what_no_runner_has_taken_can_be_taken_back(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await on(pilot, "/p1")
        assert "waits for resume: it is stopped" in text_of(pilot)
        assert "no runner has taken it yet" in text_of(pilot)
        await press(pilot, "c")
        assert core.asked("cancel_message")[0] == ("cancel_message", METRICS, {"message": "p1"})


async def test_what_did_not_arrive_is_sent_again_edited_seen_or_discarded(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "M", "r", "y", "e")
        await type_text(pilot, " Really.")
        await press(pilot, "enter")
        assert core.asked("requeue_letter")[0].arguments["letter"] == "d1"
        assert core.asked("acknowledge_letter")[0].arguments["letter"] == "d1"
        assert core.asked("edit_letter")[0].arguments["text"].endswith("tests added. Really.")
        await press(pilot, "c")
        assert "r sends it again, x discards it" in toasts(pilot)[-1]


async def test_discarding_asks_why(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "M", "x")
        await type_text(pilot, "told it by hand")
        assert await shot(pilot, "discard-letter-wide")
        await press(pilot, "enter")
        told = {"letter": "d1", "note": "told it by hand"}
        assert core.asked("discard_letter")[0].arguments == told
        await press(pilot, "x", "escape")
        assert len(core.asked("discard_letter")) == 1


async def test_an_unsure_message_is_sent_again_and_what_landed_is_not(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await on(pilot, "/m9")
        await press(pilot, "c")
        assert "it may have arrived already: r sends it again" in toasts(pilot)[-1]
        await press(pilot, "r")
        assert core.asked("steer")[0].arguments["text"] == "text of m9"
        asked = len(core.calls)
        view_of(pilot).list.select(f"{SEARCH}/r1")
        await press(pilot, "c", "e", "m", "r", "p", "K")
        assert len(core.calls) == asked


async def test_l_shows_one_session_and_all_again(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "l")
        assert "Messages of search-idx" in text_of(pilot)
        assert "DID NOT ARRIVE" not in text_of(pilot)
        await press(pilot, "l")
        assert "DID NOT ARRIVE" in text_of(pilot)
        assert view_of(pilot).list.selected == f"{SEARCH}/m1"


async def test_enter_opens_the_session_and_keys_act_on_the_recipient(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await on(pilot, "/m3")
        await press(pilot, "s", "x", "enter")
        assert core.asked("steer")[0].subject == SEARCH
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, SessionScreen)
        assert pilot.app.screen.subject() == SEARCH


async def test_the_cursor_stays_on_its_message_whatever_comes(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await on(pilot, "/m3")
        more = (dead(f"n{number}", METRICS, since=ago(hours=number)) for number in range(1, 20))
        await core.show(with_letters(core.board, *more))
        await settle(pilot)
        await press(pilot, "c")
        assert core.asked("cancel_message")[0].arguments["message"] == "m3"


async def test_a_letter_for_the_lead_is_seen_with_a_key(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await on(pilot, "/l1")
        await press(pilot, "y")
        assert core.asked("acknowledge_letter")[0].arguments["letter"] == "l1"
        gone = letter("l1", "lead", state=LetterState.ACKED)
        await core.show(with_letters(core.board, gone))
        await settle(pilot)
        assert "FOR YOU" not in text_of(pilot)


async def test_an_empty_view_says_so_and_survives_a_board_without_sessions() -> None:
    core = FakeCore(with_fields(sample_board(), SEARCH, waiting=()))
    async with dashboard(core) as pilot:
        await press(pilot, "M")
        assert "no message waits, and none was sent" in text_of(pilot)
        await core.show(replace(core.board, sessions={}))
        await press(pilot, "r", "enter", "j", "c")
        assert core.calls == []
