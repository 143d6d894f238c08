"""The dashboard's verbs and frames: what keys ask of the core, and how often it paints."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.tui.boards import ago, hash_question, session
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
from wuhu_tui.model.comments import Look
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.states import SessionState

AUTH, MIGRATE, CART, MAILER, SEARCH, INVOICES, LIMIT, EMAILER, HEALTH, METRICS = (
    f"shop-api-impl-{number:02}" for number in range(1, 11)
)


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


async def looked_at(core: FakeCore, head: str = "") -> None:
    """The lead has looked at what lies before them, or at an older commit of it."""
    view = core.board.sessions[LIMIT]
    assert view.review is not None
    seen = Look(head=head or view.review.head, merge_base=view.review.merge_base)
    await core.put(replace(view, looked=seen))


async def test_approving_green_work_that_was_looked_at_is_one_key(core: FakeCore) -> None:
    await looked_at(core)
    async with dashboard(core) as pilot:
        app_of(pilot).selected = LIMIT
        await press(pilot, "y")
        [call] = core.asked("verdict")
        assert call.arguments["head"].startswith("9ab8c7d")
        assert toasts(pilot) == ["rate-limit: approved 9ab8c7d"]


@pytest.mark.parametrize(
    ("older", "told"), [("", "You have not looked at it"), ("0ld0ld0" * 5, "New since you looked")]
)
async def test_what_was_not_looked_at_is_approved_only_after_the_facts(
    core: FakeCore, older: str, told: str
) -> None:
    if older:
        await looked_at(core, older)
    async with dashboard(core) as pilot:
        app_of(pilot).selected = LIMIT
        await press(pilot, "y")
        assert told in text_of(pilot)
        assert core.asked("verdict") == []
        await press(pilot, "enter")
        assert [call.subject for call in core.asked("verdict")] == [LIMIT]


async def test_a_refused_verb_is_told_with_its_remedy(core: FakeCore) -> None:
    await looked_at(core)
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
                ("b", "escape"),
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
            pilot, "w", "tab", "tab", "tab", "tab", "plus", "j", "k", "G", "g", "b", "escape"
        )
        assert core.calls == []
