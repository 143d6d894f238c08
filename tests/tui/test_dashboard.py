"""The dashboard as a lead uses it: selection, panels, panes, verbs, and what it looks like."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, hash_question, sample_board, session
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
    type_text,
)
from tests.tui.fake_core import FakeCore
from wuhu_tui.model import events
from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.records import Record
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.widgets.lists import InboxList, SessionList
from wuhu_tui.tui.widgets.live_pane import LivePane
from wuhu_tui.tui.widgets.pane_grid import PaneGrid

AUTH, MIGRATE, CART, MAILER, SEARCH, INVOICES, LIMIT, EMAILER, HEALTH, METRICS = (
    f"shop-api-impl-{number:02}" for number in range(1, 11)
)


@pytest.mark.parametrize(
    ("name", "size"), [("wide", WIDE), ("narrow", NARROW), ("huge", (200, 60))]
)
async def test_the_dashboard_says_who_needs_the_lead(
    core: FakeCore, shot: Shot, name: str, size: tuple[int, int]
) -> None:
    async with dashboard(core, size) as pilot:
        assert app_of(pilot).selected == MIGRATE
        assert "? 2 asking" in text_of(pilot)
        assert await shot(pilot, f"dashboard-{name}")


async def test_an_empty_project_says_how_to_begin(shot: Shot) -> None:
    core = FakeCore(Board(project=sample_board().project))
    async with dashboard(core) as pilot:
        assert await shot(pilot, "dashboard-empty")
        await press(pilot, "s")
        assert toasts(pilot) == ["steer: not now no session is selected"]


# selection


async def test_the_selection_is_an_identity(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "j", "j")
        assert app_of(pilot).selected == INVOICES
        await core.move(AUTH, SessionState.WORKING)
        await core.put(session("another", SessionState.FAILED, number=11, since=ago(hours=1)))
        await settle(pilot)
        assert app_of(pilot).selected == INVOICES
        assert pilot.app.screen.query_one(SessionList).selected == INVOICES
        await press(pilot, "s", "x", "enter")
        assert [call.subject for call in core.asked("steer")] == [INVOICES]


async def test_a_session_that_leaves_hands_the_selection_to_its_neighbour(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "j")
        assert app_of(pilot).selected == SEARCH
        board = core.board
        await core.show(
            replace(board, sessions={n: v for n, v in board.sessions.items() if n != SEARCH})
        )
        await settle(pilot)
        assert app_of(pilot).selected == INVOICES


async def test_a_question_does_not_steal_the_selection(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "G")
        assert app_of(pilot).selected == METRICS
        await core.change(SEARCH, questions=(replace(hash_question(), id="q9"),))
        await settle(pilot)
        assert app_of(pilot).selected == METRICS
        assert "Needs you (5)" in text_of(pilot)


async def test_w_goes_to_the_next_that_needs_the_lead(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        seen = []
        for _ in range(7):
            await press(pilot, "w")
            seen.append(app_of(pilot).selected)
        assert seen == [AUTH, MAILER, CART, LIMIT, EMAILER, HEALTH, MIGRATE]
        await press(pilot, "W")
        assert app_of(pilot).selected == HEALTH


async def test_after_something_is_settled_w_begins_with_the_most_pressing(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        for _ in range(4):
            await press(pilot, "w")
        assert app_of(pilot).selected == LIMIT
        await core.put(session("rate-limit", SessionState.APPROVED, number=7))
        await press(pilot, "w")
        assert app_of(pilot).selected == MIGRATE


async def test_when_nobody_needs_the_lead_w_says_so() -> None:
    view = session("calm", SessionState.WORKING)
    async with dashboard(FakeCore(Board(sessions={view.id: view}))) as pilot:
        await press(pilot, "w")
        assert toasts(pilot) == ["nobody needs you just now"]


async def test_the_mouse_selects_too(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await pilot.click(SessionList, offset=(6, 4))
        await settle(pilot)
        assert app_of(pilot).selected == AUTH
        await pilot.click(InboxList, offset=(6, 1))
        await settle(pilot)
        assert app_of(pilot).selected == MIGRATE


async def test_no_cursor_is_on_another_session_than_the_one_keys_act_on(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        inbox = pilot.app.screen.query_one(InboxList)
        assert inbox.selected == f"{MIGRATE}/q2"
        await press(pilot, "j")
        assert app_of(pilot).selected == SEARCH
        assert inbox.selected == ""
        await press(pilot, "tab", "tab")
        assert inbox.has_focus
        assert (app_of(pilot).selected, inbox.selected) == (SEARCH, "")
        await press(pilot, "j")
        assert (app_of(pilot).selected, inbox.selected) == (MIGRATE, f"{MIGRATE}/q2")
        await press(pilot, "j")
        assert (app_of(pilot).selected, inbox.selected) == (AUTH, f"{AUTH}/q1")


# filter


async def test_the_filter_says_what_it_hides(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "mail")
        sessions = pilot.app.screen.query_one(SessionList)
        assert sessions.keys == [MAILER, EMAILER]
        assert app_of(pilot).selected in sessions.keys
        assert "8 hidden" in text_of(pilot)
        assert await shot(pilot, "dashboard-filter")
        await press(pilot, "enter", "g", "j")
        assert app_of(pilot).selected == EMAILER
        await press(pilot, "escape")
        assert len(sessions.keys) == 10
        assert app_of(pilot).selected == EMAILER


async def test_keys_typed_into_the_filter_do_nothing_else(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "slash")
        await press(pilot, *"sXmyq")
        assert core.calls == []
        assert len(pilot.app.screen_stack) == 1


async def test_w_finds_what_the_filter_hides(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "slash")
        await type_text(pilot, "invoices")
        await press(pilot, "enter", "w")
        assert app_of(pilot).selected == MIGRATE
        assert "hidden" not in text_of(pilot)


# panels and panes


async def test_tab_goes_through_the_panels(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        seen = []
        for _ in range(4):
            await press(pilot, "tab")
            focused = pilot.app.focused
            seen.append(type(focused).__name__)
        assert seen == ["PaneGrid", "InboxList", "QueueList", "SessionList"]
        await press(pilot, "shift+tab")
        assert type(pilot.app.focused).__name__ == "QueueList"
        await press(pilot, "escape")
        assert type(pilot.app.focused).__name__ == "SessionList"


async def test_a_narrow_terminal_shows_one_panel_at_a_time(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core, NARROW) as pilot:
        for name in ("live", "inbox", "reviews"):
            await press(pilot, "tab")
            assert await shot(pilot, f"dashboard-narrow-{name}")


async def test_resizing_folds_and_unfolds(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await pilot.resize_terminal(*NARROW)
        await settle(pilot)
        assert "Needs you (4)" not in text_of(pilot)
        await pilot.resize_terminal(*WIDE)
        await settle(pilot)
        assert "Needs you (4)" in text_of(pilot)


async def test_more_and_fewer_panes(core: FakeCore, shot: Shot) -> None:
    async with dashboard(core) as pilot:
        grid = pilot.app.screen.query_one(PaneGrid)
        seen = [len(grid.panes)]
        for key in ("plus", "plus", "plus", "minus", "minus", "minus", "minus"):
            await press(pilot, key)
            seen.append(len(grid.panes))
        assert seen == [2, 4, 6, 6, 4, 2, 1, 1]
        await press(pilot, "plus", "plus")
        assert await shot(pilot, "dashboard-four-panes")


async def test_the_selected_session_is_always_in_a_pane(core: FakeCore) -> None:
    async with dashboard(core, panes=2) as pilot:
        grid = pilot.app.screen.query_one(PaneGrid)
        for _ in range(10):
            await press(pilot, "w")
            pane = grid.focused_pane
            assert pane is not None
            assert pane.session == app_of(pilot).selected


async def test_panes_prefer_sessions_that_live(core: FakeCore) -> None:
    async with dashboard(core, panes=6) as pilot:
        shown = {pane.session for pane in pilot.app.screen.query_one(PaneGrid).panes}
        assert {MIGRATE, AUTH, SEARCH, INVOICES} <= shown
        assert METRICS not in shown


async def test_a_click_on_a_pane_selects_its_session(core: FakeCore) -> None:
    async with dashboard(core, panes=2) as pilot:
        [other] = [
            pane
            for pane in pilot.app.screen.query(LivePane)
            if pane.session != app_of(pilot).selected
        ]
        wanted = other.session
        await pilot.click(other)
        await settle(pilot)
        assert app_of(pilot).selected == wanted


async def test_news_of_a_session_reach_its_pane(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        said = events.AgentSaid(text="A line nobody saw before.", message="z")
        record = Record(session=MIGRATE, epoch=1, seq=99, ts=NOW, event=said)
        core.transcript(MIGRATE).apply(record)
        await core.tell()
        await settle(pilot)
        assert "A line nobody saw before." in text_of(pilot)


async def test_a_dead_runner_is_said_so(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        core.dead.add(AUTH)
        await core.tell()
        await settle(pilot)
        row = next(line for line in text_of(pilot).splitlines() if "auth-api" in line)
        assert "no runner" in row


# verbs


async def test_a_dim_key_says_why(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(pilot, "m")
        told = "merge: not now only an approved session can be merged: db-migrate is asking"
        assert toasts(pilot) == [told]
        assert core.calls == []


async def test_resume_starts_what_never_ran(core: FakeCore) -> None:
    fresh = session("fresh", SessionState.INSTANTIATED, number=11)
    await core.put(fresh)
    async with dashboard(core) as pilot:
        app_of(pilot).selected = fresh.id
        await press(pilot, "R")
        app_of(pilot).selected = MAILER
        await press(pilot, "R")
        assert [(c.verb, c.subject) for c in core.calls] == [
            ("start", fresh.id),
            ("resume", MAILER),
        ]


async def test_approving_green_work_is_one_key(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app_of(pilot).selected = LIMIT
        await press(pilot, "y")
        [call] = core.asked("verdict")
        assert call.arguments["head"].startswith("9ab8c7d")
        assert toasts(pilot) == ["rate-limit: approved 9ab8c7d"]


async def test_a_refused_verb_is_told_with_its_remedy(core: FakeCore) -> None:
    refusal = GitError("the worktree is gone", where="rate-limit", remedy="R makes it anew")
    core.refuse("verdict", refusal)
    async with dashboard(core) as pilot:
        app_of(pilot).selected = LIMIT
        await press(pilot, "y")
        assert toasts(pilot) == ["Git refused rate-limit: the worktree is gone\n→ R makes it anew"]


async def test_an_unexpected_failure_is_told_and_the_dashboard_stays(core: FakeCore) -> None:
    core.refusals["resume"] = RuntimeError("a defect")  # type: ignore[assignment]
    async with dashboard(core) as pilot:
        app_of(pilot).selected = MAILER
        await press(pilot, "R")
        [told] = toasts(pilot)
        assert "RuntimeError: a defect" in told
        assert app_of(pilot).is_running
        assert [str(trouble) for trouble in app_of(pilot).troubles] == ["a defect"]
        app_of(pilot).troubles.clear()


async def test_keys_go_on_working_while_a_verb_is_under_way(core: FakeCore) -> None:
    core.hold = asyncio.Event()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = MAILER
        await press(pilot, "R", "R", "w")
        assert len(core.asked("resume")) == 1
        assert "still under way" in toasts(pilot)[0]
        assert app_of(pilot).selected != MAILER
        core.hold.set()


async def test_toasts_never_eat_keys(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        for number in range(12):
            pilot.app.notify(f"news {number}", timeout=60)
        await settle(pilot)
        await press(pilot, "j", "s")
        assert app_of(pilot).selected == SEARCH
        assert "Steer search-idx" in text_of(pilot)


async def test_agent_text_is_neither_markup_nor_control() -> None:
    hostile = "[/b] [INFO] list[int] [@click=app.quit]x[/] \x1b]2;OWNED\x07\u202egnp.exe\r\x9b2J"
    state = SessionState
    question = replace(hash_question(), text=hostile, context=hostile)
    views = (
        session(hostile, state.ASKING, number=1, questions=(question,)),
        session(hostile + "2", state.WORKING, number=2),
    )
    core = FakeCore(Board(sessions={view.id: view for view in views}), {})
    for size in (WIDE, NARROW):
        async with dashboard(core, size) as pilot:
            for keys in (
                ("a", "escape"),
                ("space", "escape"),
                ("i", "escape"),
                ("enter", "escape"),
            ):
                await press(pilot, keys[0])
                shown = text_of(pilot)
                assert "[/b] [INFO] list[int]" in shown
                assert not {"\x1b", "\x07", "\u202e", "\x9b", "\r"} & set(shown)
                await press(pilot, keys[1])
            core.refuse("resume", GitError(hostile))
            app_of(pilot).verbs.tell(hostile, title=hostile)
            await settle(pilot)
            assert "OWNED" not in text_of(pilot)


async def test_frames_come_at_a_bounded_rate(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        app = app_of(pilot)
        painted = 0
        frame = app.screen.frame  # type: ignore[attr-defined]

        def counting(*arguments: object, **options: object) -> None:
            nonlocal painted
            painted += 1
            frame(*arguments, **options)

        app.screen.frame = counting  # type: ignore[attr-defined]
        for _ in range(200):
            await core.tell()
            await asyncio.sleep(0)
        assert 1 <= painted <= 4
        await settle(pilot)


async def test_streaming_paints_panes_and_a_change_of_state_paints_the_lists(
    core: FakeCore,
) -> None:
    async with dashboard(core) as pilot:
        screen = pilot.app.screen
        whole = 0
        paint = screen.paint  # type: ignore[attr-defined]

        def counting(*arguments: object) -> None:
            nonlocal whole
            whole += 1
            paint(*arguments)

        screen.paint = counting  # type: ignore[attr-defined]
        app_of(pilot).repaint()
        assert whole == 1
        for second in range(20):
            streamed = replace(core.board.sessions[SEARCH], last_event_at=ago(seconds=second))
            sessions = {**core.board.sessions, SEARCH: streamed}
            core._board = replace(core.board, sessions=sessions)
            app_of(pilot).repaint(news=True)
        assert whole <= 2
        core._board = replace(
            core.board, sessions={n: v for n, v in core.board.sessions.items() if n != METRICS}
        )
        before = whole
        app_of(pilot).repaint(news=True)
        assert whole == before + 1


async def test_nothing_is_asked_of_the_core_by_looking(core: FakeCore) -> None:
    async with dashboard(core) as pilot:
        await press(
            pilot, "w", "tab", "tab", "tab", "tab", "plus", "j", "k", "G", "g", "i", "escape"
        )
        assert core.calls == []
