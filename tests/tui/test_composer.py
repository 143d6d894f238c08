"""The composer: what is sent, when it lands, and that no word is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.tui.boards import ago, hash_question, sample_board, session
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
from wuhu_tui.model.board import Phase
from wuhu_tui.model.errors import JournalError, NotPossible, WuhuError
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import QuestionKind
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.tui.dialogs.composer import ComposerDialog
from wuhu_tui.tui.drafts import Drafts
from wuhu_tui.tui.presentation.facts import lands
from wuhu_tui.tui.purposes import Purpose, draft_key
from wuhu_tui.tui.widgets.message_field import MessageField

SEARCH, LIMIT, EMAILER, METRICS = (f"shop-api-impl-{number:02}" for number in (5, 7, 8, 10))
S = SessionState


@pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])
async def test_steering_shows_what_waits_and_when_it_lands(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s")
        await type_text(pilot, "Also keep the old tests.")
        assert await shot(pilot, f"composer-steer-{name}")
        await press(pilot, "enter")
        [call] = core.asked("steer")
        assert (call.subject, call.arguments["text"]) == (SEARCH, "Also keep the old tests.")
        assert len(pilot.app.screen_stack) == 1
        assert toasts(pilot) == ["search-idx: steer queued"]


async def test_a_message_may_have_several_lines(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "f", "a", "ctrl+j", "b", "shift+enter", "c", "enter")
        [call] = core.asked("follow_up")
        assert call.arguments["text"] == "a\nb\nc"


async def test_esc_keeps_the_draft_for_each_session_and_purpose(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app.selected = SEARCH
        await press(pilot, "s")
        await type_text(pilot, "half a thou")
        await press(pilot, "escape", "f")
        assert pilot.app.screen.query_one(MessageField).text == ""
        await press(pilot, "escape")
        app.selected = METRICS
        await press(pilot, "s")
        assert pilot.app.screen.query_one(MessageField).text == ""
        await press(pilot, "escape")
        app.selected = SEARCH
        await press(pilot, "s")
        assert pilot.app.screen.query_one(MessageField).text == "half a thou"
        await type_text(pilot, "ght")
        await press(pilot, "enter")
        assert core.asked("steer")[0].arguments["text"] == "half a thought"
        await press(pilot, "s")
        assert pilot.app.screen.query_one(MessageField).text == ""


async def test_drafts_outlive_the_dashboard(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    async with dashboard(FakeCore(), drafts=path) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s")
        await type_text(pilot, "[b]not markup[/b]")
    assert path.exists()
    async with dashboard(FakeCore(), drafts=path) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s")
        assert pilot.app.screen.query_one(MessageField).text == "[b]not markup[/b]"


async def test_a_refused_message_keeps_its_words(core: FakeCore) -> None:
    core.refuse("steer", NotPossible("the session is merging", remedy="wait for the merge"))
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s", "x", "enter")
        assert isinstance(pilot.app.screen, ComposerDialog)
        assert pilot.app.screen.query_one(MessageField).text == "x"
        assert "wait for the merge" in toasts(pilot)[-1]
        core.refusals.clear()
        await press(pilot, "enter")
        assert len(core.asked("steer")) == 2
        assert len(pilot.app.screen_stack) == 1


async def test_enter_twice_sends_once(core: FakeCore) -> None:
    core.hold = asyncio.Event()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s", "x", "enter", "enter")
        assert len(core.asked("steer")) == 1
        core.hold.set()
        await settle(pilot)
        assert len(pilot.app.screen_stack) == 1


async def test_keys_that_arrive_at_once_keep_their_order(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await burst(pilot, "s", *"hello", "ctrl+j", *"you", "enter")
        assert [call.arguments["text"] for call in core.asked("steer")] == ["hello\nyou"]
        assert len(core.calls) == 1
        await burst(pilot, "s", *"half", "escape")
        await burst(pilot, "f", *"all", "enter")
        assert core.asked("follow_up")[0].arguments["text"] == "all"
        await press(pilot, "s")
        assert pilot.app.screen.query_one(MessageField).text == "half"
        await burst(pilot, *" of it", "enter")
        assert core.asked("steer")[1].arguments["text"] == "half of it"


async def test_enter_can_be_a_new_line(core: FakeCore) -> None:
    keymap = {"composer.send": ("ctrl+g",), "composer.newline": ("ctrl+j",)}
    async with dashboard(core, keymap=keymap) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s", "a", "enter", "b", "ctrl+g")
        assert core.asked("steer")[0].arguments["text"] == "a\nb"


async def test_nothing_is_not_a_message(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s", "space", "enter")
        assert core.calls == []
        assert toasts(pilot) == ["nothing is written yet"]


async def test_the_newest_waiting_message_can_be_taken_back(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "s", "ctrl+r")
        [call] = core.asked("cancel_message")
        assert call.arguments["message"] == "m1"
        assert "nothing waits in its lanes" in text_of(pilot)


async def test_changes_are_requested_of_the_commit_that_was_seen(
    core: FakeCore, shot: Shot
) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = LIMIT
        await press(pilot, "r")
        seen = core.board.sessions[LIMIT].review
        assert seen is not None
        await type_text(pilot, "Name the limit.")
        assert await shot(pilot, "composer-request-changes-wide")
        await core.change(LIMIT, review=replace(seen, head="f" * 40))
        await press(pilot, "enter")
        [call] = core.asked("verdict")
        assert call.arguments["kind"] is VerdictKind.CHANGES_REQUESTED
        assert call.arguments["head"] == seen.head
        assert call.arguments["note"] == "Name the limit."


async def test_work_that_conflicts_is_sent_back_with_a_brief(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = EMAILER
        await press(pilot, "r", "enter")
        note = core.asked("verdict")[0].arguments["note"]
        assert note.startswith("Your work conflicts with main in src/db.py.")


async def test_the_board_goes_on_beneath_the_composer(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "s")
        await core.move(METRICS, S.FAILED)
        await settle(pilot)
        assert "✗ 2 failed" in text_of(pilot)


@pytest.mark.parametrize(
    ("view", "lane", "told"),
    [
        (session("x", S.IDLE), Lane.STEER, "lands at once"),
        (session("x", S.STOPPED), Lane.STEER, "it is stopped: sending resumes it"),
        (session("x", S.LOST), Lane.FOLLOW_UP, "it is lost: sending resumes it"),
        (session("x", S.WORKING), Lane.STEER, "lands when the turn ends"),
        (
            session("x", S.IDLE, questions=(replace(hash_question(), kind=QuestionKind.BUDGET),)),
            Lane.STEER,
            "lands once its budget is raised",
        ),
        (session("x", S.WORKING, steers_in_turn=True), Lane.STEER, "lands at the next tool's end"),
        (session("x", S.WORKING, steers_in_turn=True), Lane.FOLLOW_UP, "lands when the turn ends"),
        (
            session(
                "x",
                S.WORKING,
                steers_in_turn=True,
                phase=Phase(kind=PhaseKind.TOOL, detail="make", since=ago(seconds=3)),
            ),
            Lane.STEER,
            "lands after make",
        ),
    ],
)
def test_the_composer_says_when_it_lands(view: object, lane: Lane, told: str) -> None:
    assert lands(view, lane) == told  # type: ignore[arg-type]


# drafts


def nobody(error: WuhuError) -> None:
    raise error


async def test_drafts_are_saved_whole_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    drafts = Drafts(path, nobody)
    key = draft_key("a", Purpose.ANSWER, "q1")
    drafts.put(key, "yes, but…\n\udcff")
    drafts.put(draft_key("a", Purpose.STEER), "gone")
    drafts.put(draft_key("a", Purpose.STEER), "  ")
    await drafts.save()
    again = Drafts(path, nobody)
    await again.load()
    assert again.get(key) == "yes, but…\n?"
    assert again.get(draft_key("a", Purpose.STEER)) == ""
    assert list(tmp_path.iterdir()) == [path]


async def test_two_dashboards_keep_their_drafts_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    one, other = Drafts(path, nobody), Drafts(path, nobody)
    one.put("a/steer", "from one")
    await one.save()
    other.put("b/steer", "from the other")
    await other.save()
    one.put("a/steer", "")
    await one.save()
    again = Drafts(path, nobody)
    await again.load()
    assert (again.get("a/steer"), again.get("b/steer")) == ("", "from the other")


async def test_what_is_typed_before_the_file_is_read_stays(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    path.write_text('{"a/steer": "old", "b/steer": "other"}')
    drafts = Drafts(path, nobody)
    drafts.put("a/steer", "new")
    await drafts.load()
    assert (drafts.get("a/steer"), drafts.get("b/steer")) == ("new", "other")


async def test_drafts_that_cannot_be_read_or_written_are_told(tmp_path: Path) -> None:
    told: list[WuhuError] = []
    path = tmp_path / "drafts.json"
    path.write_text("{ broken")
    drafts = Drafts(path, told.append)
    await drafts.load()
    assert "drafts cannot be read" in told[0].message
    nowhere = Drafts(tmp_path / "no" / "folder" / "drafts.json", told.append)
    nowhere.put("a", "b")
    await nowhere.save()
    assert isinstance(told[1], JournalError)
    assert nowhere.get("a") == "b"


def test_the_sample_board_has_a_session_with_a_waiting_message() -> None:
    assert sample_board().sessions[SEARCH].waiting
