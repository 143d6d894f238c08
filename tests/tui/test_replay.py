"""The dashboard over a recording: the same screens, other keys, nothing that changes anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from textual.screen import ModalScreen

from tests.tui.boards import NOW
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import NARROW, Driver, dashboard, press, settle, text_of, toasts
from tests.tui.fake_core import FakeCore
from tests.tui.fake_replay import AUTH, METRICS, MIGRATE, SEARCH, FakeReplay, morning
from tests.tui.test_actions import SCREENS
from tests.tui.test_replay_rows import differences
from wuhu_tui.model.board import Board
from wuhu_tui.model.diff import Diff, DiffFile, FileChange
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.action import Context, Situation
from wuhu_tui.tui.actions import ACTIONS, actions_of
from wuhu_tui.tui.app import WuhuApp
from wuhu_tui.tui.dialogs.composer import ComposerDialog
from wuhu_tui.tui.dialogs.confirm import ConfirmDialog
from wuhu_tui.tui.keymap import DEFAULT_KEYS
from wuhu_tui.tui.presentation.scrubber import columns_in
from wuhu_tui.tui.replay_keys import action_on, actions_for, keys_on
from wuhu_tui.tui.screens.dashboard import DashboardScreen
from wuhu_tui.tui.screens.session import SessionScreen
from wuhu_tui.tui.widgets.scrubber import Scrubber

OVER_ALL = sorted(context for context, kind in SCREENS.items() if not issubclass(kind, ModalScreen))
"""Every screen on which the keys of a replay count."""


@pytest.fixture
def replay() -> FakeReplay:
    return morning()


@pytest.fixture
def core(replay: FakeReplay) -> FakeCore:
    live = FakeCore()
    live.replayed = replay
    return live


def app_of(pilot: Driver) -> WuhuApp:
    assert isinstance(pilot.app, WuhuApp)
    return pilot.app


@asynccontextmanager
async def in_replay(core: FakeCore, **settings: Any) -> AsyncIterator[Driver]:
    """A dashboard whose lead went into the replay from the session list."""
    async with dashboard(core, **settings) as pilot:
        await press(pilot, "ctrl+r")
        yield pilot


async def test_a_replay_says_that_it_is_one_and_live_is_one_key_away(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app.selected = SEARCH
        await press(pilot, "enter")
        there = app.screen
        assert isinstance(there, SessionScreen)
        await press(pilot, "ctrl+r")
        assert isinstance(app.screen, SessionScreen)
        assert app.screen is not there
        assert app.screen.subject() == SEARCH
        assert "REPLAY" in text_of(pilot)
        assert "PAUSED" in text_of(pilot)
        assert app.core is replay
        await press(pilot, "L")
        assert app.screen is there
        assert app.core is core
        assert "REPLAY" not in text_of(pilot)
        assert replay.closed
        assert core.calls == [core.asked("replay")[0]]


async def test_screens_show_the_moment_by_its_own_clock(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        app = app_of(pilot)
        assert app.clock() == NOW
        assert len(app.core.board.sessions) == 10
        await press(pilot, "left")
        assert app.clock() == replay.moment_of(18).at
        await press(pilot, "home")
        assert text_of(pilot).count("no session was there then") == 2
        await press(pilot, "right")
        assert list(app.core.board.sessions) == [AUTH]
        assert "db-migrate" not in text_of(pilot)
        assert "auth-api" in text_of(pilot)
        assert "event 1 of 19" in text_of(pilot)


async def test_what_needs_the_lead_now_is_told_in_a_replay(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with in_replay(core) as pilot:
        app = app_of(pilot)
        await press(pilot, "home")
        assert "4 need you now" in text_of(pilot)
        await core.move("shop-api-impl-04", SessionState.ARCHIVED)
        join = await core.open_join((SEARCH,))
        await settle(pilot)
        await core.wake(join.id)
        app._tick()
        await settle(pilot)
        assert "3 need you now" in text_of(pilot)
        assert "reached" in " ".join(toasts(pilot))


async def test_what_comes_up_live_meanwhile_is_told_over_a_replay(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app._tick()
        await core.move(METRICS, SessionState.FAILED)
        app._tick()
        assert not toasts(pilot)
        await press(pilot, "ctrl+r")
        await core.move(AUTH, SessionState.FAILED)
        app._tick()
        app._tick()
        await settle(pilot)
        assert [told for told in toasts(pilot) if "auth-api failed" in told] == toasts(pilot)[-1:]


async def test_nothing_can_be_changed_and_every_key_says_why(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "s")
        assert "this is a replay; L goes back to live" in toasts(pilot)[-1]
        assert isinstance(app_of(pilot).screen, DashboardScreen)
        await press(pilot, "a", "y", "m", "X", "n", "C")
        assert replay.tried == []
        assert isinstance(app_of(pilot).screen, DashboardScreen)


async def test_holding_a_key_down_queues_nothing_up(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        replay.seeking = asyncio.Event()
        await pilot.press(*["left"] * 12)
        assert replay.seeks == [18]
        assert "event 7 of 19" in text_of(pilot)
        replay.seeking.set()
        await press(pilot)
        assert replay.seeks == [18, 7]
        assert replay.moment.index == 7


async def test_marks_and_turns_are_stepped(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        app = app_of(pilot)
        app.selected = AUTH
        found = []
        for key in ("[", "[", "]", "{", "{", "shift+left", ",", ".", "home"):
            await press(pilot, key)
            found.append(replay.moment.index)
        assert found == [15, 13, 15, 8, 8, 2, 2, 9, 0]
        told = " ".join(toasts(pilot))
        assert "there is no mark before this" in told
        assert "there is no turn before this" in told


async def test_it_plays_at_any_speed(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "space")
        assert "this is the end of the recording" in toasts(pilot)[-1]
        await press(pilot, "home", "space", ">", ">")
        assert (replay.playing, replay.speed) == (True, 4.0)
        assert "PLAYING 4×" in text_of(pilot)
        await press(pilot, "<", "<", "<", "<", "<", "<", "space", "_")
        assert (replay.playing, replay.speed, replay.idle_cap) == (False, 0.25, 0.0)


async def test_a_record_is_jumped_to_from_live_and_from_a_replay(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app.show_replay(MIGRATE, Cursor(epoch=1, seq=6))
        await press(pilot)
        assert (app.selected, replay.moment.index) == (MIGRATE, 6)
        assert isinstance(app.screen, SessionScreen)
        app.show_replay(AUTH, Cursor(epoch=1, seq=3))
        await press(pilot)
        assert (app.selected, replay.moment.index) == (AUTH, 3)
        assert len(app.screen_stack) == 2
        app.show_replay(AUTH, Cursor(epoch=1, seq=99))
        await press(pilot)
        assert "does not hold record 99" in toasts(pilot)[-1]
        assert len(core.asked("replay")) == 1


async def test_a_time_is_gone_to(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "t", *"nonsense", "enter")
        assert "'nonsense' is no time" in toasts(pilot)[-1]
        await press(pilot, "ctrl+u", *"-2m")
        assert "→ 2026-01-05 11:58:00" in text_of(pilot)
        await press(pilot, "enter")
        assert replay.moment.index == 15


async def test_the_last_look_is_gone_to(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        await press(pilot, "u")
        assert "nothing tells when you last looked" in toasts(pilot)[-1]
        replay.looked = 4
        await press(pilot, "u")
        assert replay.moment.index == 4


async def test_a_recording_alone_has_nothing_live_behind_it(replay: FakeReplay) -> None:
    app = WuhuApp(replay=replay)
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await press(pilot)
        assert "REPLAY" in text_of(pilot)
        assert app.recording_title == "wuhu · replay · shop-api"
        assert " L live" not in text_of(pilot)
        await press(pilot, "L")
        assert "there is no live project behind this recording" in toasts(pilot)[-1]
        await press(pilot, "left", "enter")
        assert isinstance(app.screen, SessionScreen)
        await press(pilot, "s")
        assert "this is a recording" in toasts(pilot)[-1]
        assert app.troubles == []
    assert not replay.closed


async def test_what_cannot_be_opened_is_said(core: FakeCore) -> None:
    core.replayed = None
    async with in_replay(core) as pilot:
        assert "this fake has no recording" in toasts(pilot)[-1]
        assert isinstance(app_of(pilot).screen, DashboardScreen)
        assert "REPLAY" not in text_of(pilot)


async def test_a_session_that_was_not_there_yet_is_said_and_comes_back(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "enter", "ctrl+r", "home")
        assert isinstance(app_of(pilot).screen, SessionScreen)
        assert "was not on the board at 11:50:30" in text_of(pilot)
        assert "rebuilt on every start" not in text_of(pilot)
        await press(pilot, "end")
        assert "rebuilt on every start" in text_of(pilot)
        assert "was not on the board" not in text_of(pilot)


async def test_a_diff_follows_the_moment(core: FakeCore, replay: FakeReplay) -> None:
    for moment, name in ((18, "early.py"), (19, "late.py")):
        file = DiffFile(path=name, change=FileChange.ADDED, added=moment)
        replay.worktrees[AUTH, moment] = Diff(base="b" * 40, head="c" * 40, files=(file,))
        view = replay.boards[moment].sessions[AUTH]
        moved = {AUTH: replace(view, cursor=Cursor(epoch=1, seq=moment))}
        sessions = {**replay.boards[moment].sessions, **moved}
        replay.boards[moment] = replace(replay.boards[moment], sessions=sessions)
    await replay.show(replay.boards[19])
    async with in_replay(core) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "d")
        assert "late.py" in text_of(pilot)
        await press(pilot, "left")
        assert "early.py" in text_of(pilot)
        assert "late.py" not in text_of(pilot)
        await press(pilot, "left")
        assert "nothing of the worktree was recorded" in text_of(pilot)
        assert replay.tried == []


async def test_what_a_live_verb_leads_to_waits_for_the_live_screen(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        app.selected = METRICS
        core.hold = slow = asyncio.Event()
        await pilot.press("D")
        core.hold = None
        app.show_replay(METRICS)
        await press(pilot)
        slow.set()
        await press(pilot)
        assert app.core is replay
        assert isinstance(app.screen, DashboardScreen)
        await press(pilot, "L")
        assert isinstance(app.screen, ConfirmDialog)


@pytest.mark.long
async def test_every_screen_opens_over_a_recording_and_asks_nothing_of_it(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with in_replay(core) as pilot:
        for key in ("b", "M", "Q", "c", "enter", "question_mark", "i", "p", "d", "l"):
            await press(pilot, key)
            if not app_of(pilot).screen.is_modal:
                await press(pilot, "left", "left", "home", "end")
                assert "REPLAY" in text_of(pilot)
            await press(pilot, "escape", "escape", "escape")
        assert replay.tried == []


@pytest.mark.parametrize("context", OVER_ALL)
def test_on_no_screen_does_a_key_do_two_things_in_a_replay(context: Context) -> None:
    keys = keys_on(context, DEFAULT_KEYS)
    where = Situation(board=Board(), context=context, now=NOW, replay="no", layered=True)
    actions = actions_for(where)
    bound = [key for action in actions for key in keys.of(action)]
    assert sorted(bound) == sorted(set(bound))
    for action in actions_of(Context.REPLAY):
        assert action.keys[0] in keys.of(action)
        assert action_on(action.keys[0], context, DEFAULT_KEYS) == action.id
    unread = [a.id for a in actions if a.keys and not a.live_only and not keys.of(a)]
    assert unread == []


def test_whatever_changes_something_is_named_as_such() -> None:
    reading = {"go.", "pane.", "list.", "help.", "reading.", "why.", "facts.", "replay.", "find."}
    told = {a.id for a in ACTIONS if a.live_only}
    assert {"session.steer", "inbox.pick_1", "review.comment", "queue.push", "radar.tell"} <= told
    assert [name for name in told if f"{name.partition('.')[0]}." in reading] == []


async def test_a_click_and_a_drag_go_there(core: FakeCore, replay: FakeReplay) -> None:
    async with in_replay(core) as pilot:
        start, count = columns_in(replay.moment_of(0).at, NOW, 140)
        column = replay.column_of(replay.moment_of(8), count)
        await pilot.mouse_down(Scrubber, offset=(start + column, 1))
        await settle(pilot)
        assert replay.moment.index == 8
        await pilot.hover(Scrubber, offset=(start + 2, 1))
        await settle(pilot)
        assert replay.moment.index == 1
        await pilot.mouse_up(Scrubber, offset=(start + 2, 1))
        await pilot.hover(Scrubber, offset=(start + column, 1))
        await settle(pilot)
        assert replay.moment.index == 1
        await pilot.click(Scrubber, offset=(139, 0))
        assert replay.moment.index == 19


async def test_a_replay_that_runs(core: FakeCore, replay: FakeReplay, shot: Shot) -> None:
    async with in_replay(core) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "home", "right", "right", "right", "right", ">", "space")
        replay.read_so_far = 0.43
        app_of(pilot).repaint()
        await settle(pilot)
        assert "reading 43 %" in text_of(pilot)
        assert "PLAYING 2×" in text_of(pilot)
        assert await shot(pilot, "replay-playing-wide")


async def test_a_replay_at_a_question(core: FakeCore, replay: FakeReplay, shot: Shot) -> None:
    async with in_replay(core, size=NARROW) as pilot:
        app_of(pilot).selected = AUTH
        await press(pilot, "[", "[", "[", "[")
        assert "question · auth-api: question of" in text_of(pilot)
        assert await shot(pilot, "replay-question-narrow")


async def test_two_moments_side_by_side(core: FakeCore, replay: FakeReplay, shot: Shot) -> None:
    replay.differences = differences()
    async with in_replay(core) as pilot:
        await press(pilot, "'", "left", "left", "x")
        asked = replay.asked("compare")[0].arguments
        assert asked == {"first": 17, "second": 19}
        assert "shop/total.py" in text_of(pilot)
        await press(pilot, "tab", "tab")
        assert await shot(pilot, "replay-compare-wide")
        await press(pilot, "escape", "end", "'", "x")
        assert "no moment is held yet" in toasts(pilot)[-1]


async def test_where_to_go_is_asked(core: FakeCore, shot: Shot) -> None:
    async with in_replay(core, size=NARROW) as pilot:
        await press(pilot, "t", *"11:55")
        assert await shot(pilot, "replay-go-to-narrow")


async def test_the_project_behind_a_recording_is_opened_when_it_is_wanted_live(
    replay: FakeReplay,
) -> None:
    core = FakeCore()

    async def opens() -> FakeCore:
        return core

    app = WuhuApp(replay=replay, opens_live=opens)
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await press(pilot, "home", "L")
        assert app.core is core
        assert "REPLAY" not in text_of(pilot)
        core.replayed = replay
        await press(pilot, "ctrl+r", "end")
        assert "REPLAY" in text_of(pilot)
        await press(pilot, "L", "s")
        assert isinstance(app.screen, ComposerDialog)
        assert app.troubles == []


async def test_who_goes_live_before_the_replay_is_there_keeps_every_screen(
    core: FakeCore, replay: FakeReplay
) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        await press(pilot, "enter")
        there = app.screen
        for _ in range(3):
            await pilot.press("ctrl+r", "L")
        await press(pilot)
        if app.replaying is not None:
            await press(pilot, "L")
        assert app.screen is there
        assert len(app.screen_stack) == 2
        assert app.core is core


async def test_what_goes_wrong_with_the_recording_is_told_and_what_was_recorded_is_not(
    core: FakeCore, replay: FakeReplay
) -> None:
    def warned(moment: int, words: str) -> Board:
        board = replay.boards[moment]
        return replace(board, project=replace(board.project, warnings=(words,)))

    replay.boards[18] = warned(18, "a runner was lost")
    async with in_replay(core) as pilot:
        await press(pilot, "left", "right")
        assert toasts(pilot) == []
        await replay.show(warned(19, "the journal cannot be read further"))
        await settle(pilot)
        assert "the journal cannot be read further" in toasts(pilot)[-1]


@pytest.mark.long
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(6))
async def test_a_cat_on_the_keyboard_changes_nothing(
    core: FakeCore, replay: FakeReplay, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import random

    keys = sorted({key for action in ACTIONS for key in action.keys} - {"L", "ctrl+r", "ctrl+q"})
    chosen = random.Random(seed)
    async with in_replay(core, size=chosen.choice(((140, 40), (80, 24), (40, 12)))) as pilot:
        app = app_of(pilot)
        monkeypatch.setattr(app, "exit", lambda *_, **__: None)
        for _ in range(12):
            await pilot.press(*(chosen.choice(keys) for _ in range(12)))
            await settle(pilot)
            assert app.core is replay
        assert replay.tried == []
        while app.screen.is_modal or len(app.screen_stack) > 1:
            await press(pilot, "escape")
        await press(pilot, "escape", "L")
        assert app.core is core
        writing = {call.verb for call in core.calls} - {"replay"}
        assert writing == set()


@pytest.mark.parametrize("place", ["b", "M"])
async def test_a_screen_may_be_left_before_it_is_shown_again(core: FakeCore, place: str) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, place)
        opened = asyncio.Event()
        open_at_once = core.replay

        async def open_late() -> Any:
            await opened.wait()
            return await open_at_once()

        core.replay = open_late  # type: ignore[method-assign]
        await press(pilot, "ctrl+r", "escape")
        opened.set()
        await settle(pilot)
        assert app_of(pilot).replaying is not None


async def test_nothing_stays_of_a_replay_that_was_left(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        signal = app_of(pilot).theme_changed_signal
        before = set(signal._subscriptions)
        for _ in range(2):
            await press(pilot, "ctrl+r", "enter", "L")
        await settle(pilot)
        assert set(signal._subscriptions) == before
