"""The core over real git, real runners and real agents that follow a script."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.core.conftest import plenty
from tests.core.fake_host import git
from wuhu_tui.core.core import Core
from wuhu_tui.core.samples import prepare_sample
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.joins import JoinMode, JoinUntil, WakeReason
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState

PATIENCE = 50.0


class Shop:
    """The sample shop with its four sessions and a core."""

    def __init__(self, core: Core, root: Path) -> None:
        self.core = core
        self.root = root

    def view(self, title: str) -> SessionView:
        views = self.core.board.sessions.values()
        return next(view for view in views if view.spec.title == title)

    async def until(self, look: Callable[[], bool], words: str) -> None:
        found = await self.core.project.ledger.until(lambda: True if look() else None, PATIENCE)
        states = {view.spec.title: view.state.value for view in self.core.board.sessions.values()}
        assert found, f"{words}: {states}, {self.core.board.project.warnings}"

    async def reaches(self, title: str, *states: SessionState) -> SessionView:
        await self.until(lambda: self.view(title).state in states, f"{title} never got to {states}")
        return self.view(title)

    async def approved(self, title: str) -> None:
        await self.reaches(title, SessionState.IN_REVIEW)

        def is_green() -> bool:
            review = self.view(title).review
            return review is not None and bool(review.checks) and review.checks_green

        await self.until(is_green, f"the checks of {title} never got green")
        review = self.view(title).review
        assert review is not None
        await self.core.verdict(self.view(title).id, VerdictKind.APPROVED, head=review.head)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    prepared = await prepare_sample("shop-api", root=tmp_path / "shop-api", pace=0.02)
    core = await Core.open(prepared.root)
    core.project.memory = plenty
    yield Shop(core, prepared.root)
    running = [name for name in core.board.sessions if core.runner_alive(name)]
    await asyncio.gather(*(core.stop(name) for name in running), return_exceptions=True)
    await core.aclose()


@pytest.mark.slow
@pytest.mark.long
async def test_a_question_a_review_a_merge_and_a_conflict(shop: Shop) -> None:
    core = shop.core
    for title in ("passwords", "discount", "rounding"):
        await core.start(shop.view(title).id)

    join = await core.open_join([shop.view("passwords").id])
    async with asyncio.timeout(PATIENCE):
        wake = await core.wait_join(join.id)
    assert wake.reason is WakeReason.QUESTION
    question = next(q for q in shop.view("passwords").questions if q.id == wake.about)
    await core.answer(shop.view("passwords").id, question.id, choice="scrypt")

    await shop.until(lambda: bool(shop.view("rounding").questions), "rounding never asked")
    permission = shop.view("rounding").questions[0]
    allow = next(option.key for option in permission.options if "allow" in option.key.lower())
    await core.answer(shop.view("rounding").id, permission.id, choice=allow)

    everyone = [shop.view(title).id for title in ("passwords", "discount", "rounding")]
    join = await core.open_join(everyone, mode=JoinMode.ALL, until=JoinUntil.REPORTED)
    async with asyncio.timeout(PATIENCE):
        wake = await core.wait_join(join.id)
    assert wake.reason is WakeReason.REACHED

    for title in ("passwords", "discount"):
        await shop.approved(title)
        merge = await core.merge(shop.view(title).id)
        assert merge.outcome is MergeOutcome.MERGED, merge.detail
    assert "scrypt" in git(shop.root, "show", "main:shop/accounts.py")

    await shop.approved("rounding")
    base = git(shop.root, "rev-parse", "main")
    merge = await core.merge(shop.view("rounding").id)
    assert merge.outcome is MergeOutcome.CONFLICT
    assert git(shop.root, "rev-parse", "main") == base
    await shop.reaches("rounding", SessionState.CONFLICT)
    await core.follow_up(shop.view("rounding").id, "There is a conflict with main; resolve it.")
    await shop.approved("rounding")
    merge = await core.merge(shop.view("rounding").id)
    assert merge.outcome is MergeOutcome.MERGED, merge.detail
    for title in ("passwords", "discount", "rounding"):
        assert shop.view(title).state is SessionState.MERGED
        await core.archive(shop.view(title).id)


@pytest.mark.slow
@pytest.mark.long  # kills at every step are played elsewhere
async def test_a_crashed_agent_and_a_killed_runner_come_back(shop: Shop) -> None:
    core = shop.core
    search, passwords = shop.view("search").id, shop.view("passwords").id
    await core.start(search)
    await core.start(passwords)
    await shop.reaches("search", SessionState.FAILED)
    await shop.until(lambda: shop.view("search").exit is not None, "search has ended")
    view = shop.view("search")
    assert view.exit is not None
    assert "ECONNRESET" in view.exit.last_words
    await core.resume(search)

    await shop.reaches("passwords", SessionState.ASKING)
    os.kill(shop.view("passwords").runner_pid, signal.SIGKILL)
    killed_at = time.monotonic()
    await shop.reaches("passwords", SessionState.LOST)
    assert time.monotonic() - killed_at < 15
    question = shop.view("passwords").questions[0]
    await core.answer(passwords, question.id, choice="scrypt")
    assert core.runner_alive(passwords)

    await shop.reaches("search", SessionState.IN_REVIEW)
    await core.stop(passwords)
    await shop.reaches("passwords", SessionState.STOPPED)


@pytest.mark.slow
async def test_everything_goes_on_without_a_dashboard(shop: Shop) -> None:
    session = shop.view("discount").id
    await shop.core.start(session)
    await shop.reaches("discount", SessionState.WORKING, SessionState.REPORTED)
    await shop.core.aclose()
    again = await Core.open(shop.root)
    shop.core = again
    await shop.reaches("discount", SessionState.IN_REVIEW)
    assert again.transcript(session).items
    await again.stop(session)
    assert shop.view("discount").state is SessionState.IN_REVIEW
    await again.aclose()
