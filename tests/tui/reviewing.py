"""Opens a review on a fake core, with nothing or everything standing against it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from tests.tui.boards import ago, sample_review
from tests.tui.dashboard_app import WIDE, make_app
from tests.tui.diffs import sample_diff
from tests.tui.fake_core import FakeCore
from tests.tui.pane_app import strips_text
from wuhu_tui.model.reviews import Check, CheckState, Finding, Verdict, VerdictKind
from wuhu_tui.tui.screens.review import ReviewScreen
from wuhu_tui.tui.widgets.diff_view import DiffView

GREEN = "shop-api-impl-07"
RED = "shop-api-impl-08"


def a_core() -> FakeCore:
    core = FakeCore()
    for name in (GREEN, RED):
        review = core.board.sessions[name].review
        assert review is not None
        core.diffs[name] = sample_diff(review.head)
    return core


@asynccontextmanager
async def reviewing(
    core: FakeCore, session: str = GREEN, size: tuple[int, int] = WIDE, theme: str = "wuhu-dark"
) -> AsyncIterator[Pilot[None]]:
    app = make_app(core, theme=theme)
    async with app.run_test(size=size, notifications=True) as pilot:
        await app.push_screen(ReviewScreen(session))
        await settled(pilot)
        yield pilot
        assert app.troubles == []


async def settled(pilot: Pilot[None]) -> None:
    """Until nothing is read or asked of the core any more, and all of it is painted."""
    async with asyncio.timeout(30):
        await pilot.pause()
        while any(
            worker.group.startswith(("diff", "verbs")) and not worker.is_finished
            for worker in pilot.app.workers
        ):
            await pilot.pause(0.01)
        await pilot.pause(0.06)


def diff_of(pilot: Pilot[None]) -> DiffView:
    return pilot.app.screen.query_one(DiffView)


def text(pilot: Pilot[None]) -> str:
    return "\n".join(strips_text(pilot.app))


async def with_trouble(core: FakeCore) -> None:
    """A review with everything that can stand against it."""
    checks = (
        Check(
            name="tests",
            state=CheckState.FAILED,
            exit_code=1,
            seconds=8.0,
            output="tests/test_mail.py .F..\n\nE   assert 'queued' == 'sent'\n\n1 failed, 3 passed",
        ),
        Check(name="types", state=CheckState.RUNNING),
        Check(name="lint", state=CheckState.BROKEN, output="ruff: command not found"),
    )
    verdict = Verdict(
        kind=VerdictKind.CHANGES_REQUESTED,
        head="1c2d3e4" + "0" * 33,
        by="lead",
        at=ago(minutes=1),
        note="The retry must not block the request.",
        findings=(Finding(path="src/shop/errors.py", line=6, text="needs a test"),),
    )
    review = sample_review(
        head="1c2d3e4" + "0" * 33,
        checks=checks,
        conflicts=("src/db.py",),
        uncommitted=("notes.txt",),
        verdict=verdict,
    )
    await core.change(RED, review=review)
