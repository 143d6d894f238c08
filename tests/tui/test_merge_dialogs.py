"""What would land, before Enter puts it in line; and the three ways to settle a conflict."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

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
from tests.tui.fake_merging import SCRATCH
from tests.tui.queueing import APPROVED, CONFLICT, IN_THE_WAY, outlook, queue_core
from wuhu_tui.model.errors import Conflict, GitError
from wuhu_tui.tui.app import WuhuApp

SIZES = pytest.mark.parametrize(("name", "size"), [("wide", WIDE), ("narrow", NARROW)])


@SIZES
async def test_merging_shows_what_would_land(shot: Shot, name: str, size: tuple[int, int]) -> None:
    core = queue_core()
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = APPROVED
        app_of(pilot).repaint()
        await settle(pilot)
        await press(pilot, "m")
        await settle(pilot)
        shown = text_of(pilot)
        for words in (
            "Merge healthcheck into main",
            "approved by you",
            "behind 6, last invoices, mailer, rate-limit",
            "one merge commit",
            "on the merged tree: types, tests",
            "/repo moves along, by a fast-forward only",
            "src/health.py  +18 −0",
            "Enter put in line",
        ):
            assert words in shown
        assert await shot(pilot, f"merge-{name}")
        assert core.asked("queue_merge") == []
        await press(pilot, "enter")
        await settle(pilot)
        assert [call.subject for call in core.asked("queue_merge")] == [APPROVED]
        assert "healthcheck is in line: place 7 of 7 · Q shows the queue" in toasts(pilot)[-1]
        await press(pilot, "m")
        assert "healthcheck is in line already, place 7" in toasts(pilot)[-1]
        assert len(core.asked("queue_merge")) == 1


async def test_what_blocks_is_said_and_a_look_that_failed_is_not_nothing() -> None:
    core = queue_core()
    core.outlooks[APPROVED] = outlook(blocks=("main is checked out with changes in /repo",))
    async with dashboard(core) as pilot:
        app_of(pilot).selected = APPROVED
        await press(pilot, "m")
        await settle(pilot)
        assert "⚠ main is checked out with changes in /repo" in text_of(pilot)
        await press(pilot, "escape")
        core.refuse("merge_outlook", GitError("the object is broken"))
        await press(pilot, "m")
        await settle(pilot)
        assert "could not look: the object is broken" in text_of(pilot)
        await press(pilot, "escape")
        assert core.asked("queue_merge") == []
        core.refusals.clear()
        core.outlooks[APPROVED] = outlook(conflicts=IN_THE_WAY)
        await press(pilot, "m")
        await settle(pilot)
        assert "CONFLICTS WITH main NOW" in text_of(pilot)
        await press(pilot, "S")
        assert "healthcheck conflicts with main" in text_of(pilot)


# conflicts


@SIZES
async def test_both_sides_and_the_ways(shot: Shot, name: str, size: tuple[int, int]) -> None:
    async with dashboard(queue_core(), size) as pilot:
        app_of(pilot).selected = CONFLICT
        app_of(pilot).repaint()
        await settle(pilot)
        await press(pilot, "S")
        await settle(pilot)
        shown = text_of(pilot)
        for words in (
            "main: 3f2c1d0 Pool connections",
            "db-migrate: 26c0ffe Retry lost connections",
            "src/api.py (modify/delete) · settled as once before",
            "send back",
            "fix session",
            "your editor",
            "WHAT A SESSION IS TOLD",
        ):
            assert words in shown
        assert await shot(pilot, f"conflict-{name}")


async def test_sending_back_begins_with_the_brief() -> None:
    core = queue_core()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = CONFLICT
        await press(pilot, "S")
        await settle(pilot)
        await press(pilot, "r")
        assert "+pool = Pool()" in text_of(pilot)
        await press(pilot, "enter")
        [call] = core.asked("verdict")
        assert call.arguments["note"] == core.briefs[CONFLICT].strip()
        assert len(pilot.app.screen_stack) == 1


async def test_half_done_is_seen_gone_on_with_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, tuple[str, ...]]] = []

    def editor(app: WuhuApp, place: str, *, files: tuple[str, ...] = ()) -> None:
        opened.append((place, files))

    monkeypatch.setattr(WuhuApp, "open_editor", editor)
    monkeypatch.setattr(WuhuApp, "is_headless", property(lambda app: False))
    core = queue_core()
    async with dashboard(core) as pilot:
        app_of(pilot).selected = CONFLICT
        await press(pilot, "S")
        await settle(pilot)
        await press(pilot, "g")
        assert "nothing was begun: e opens your editor" in toasts(pilot)[-1]
        await press(pilot, "e")
        await settle(pilot)
        assert opened == [(SCRATCH, ("src/db.py", "src/api.py"))]
        assert f"Half settled in {SCRATCH}" in text_of(pilot)
        core.refuse("settle_conflict", Conflict("src/db.py 12: markers are left"))
        await press(pilot, "g")
        await settle(pilot)
        assert "markers are left" in toasts(pilot)[-1]
        core.refusals.clear()
        await press(pilot, "g")
        await settle(pilot)
        assert core.asked("queue_merge")[-1].subject == CONFLICT
        assert len(pilot.app.screen_stack) == 1


async def test_a_fix_session_is_made_and_what_was_settled_by_hand_can_be_left() -> None:
    core = queue_core()
    merge = core.board.sessions[CONFLICT].merge
    assert merge is not None
    await core.change(CONFLICT, merge=replace(merge, settling=SCRATCH))
    async with dashboard(core) as pilot:
        app_of(pilot).selected = CONFLICT
        await press(pilot, "S", "x")
        await settle(pilot)
        assert [call.subject for call in core.asked("leave_settling")] == [CONFLICT]
        assert "the conflict is as it was" in toasts(pilot)[-1]
        await press(pilot, "p")
        await settle(pilot)
        assert [call.subject for call in core.asked("fix_session")] == [CONFLICT]
        assert len(pilot.app.screen_stack) == 1
