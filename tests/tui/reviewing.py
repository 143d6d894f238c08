"""Opens a review on a fake core, with nothing or everything standing against it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec.structs import replace
from textual.pilot import Pilot

from tests.tui.boards import ago, sample_review
from tests.tui.dashboard_app import WIDE, make_app
from tests.tui.diffs import sample_diff
from tests.tui.fake_core import FakeCore
from tests.tui.pane_app import strips_text
from wuhu_tui.model.collisions import CollidingFile, Collision
from wuhu_tui.model.evidence import (
    AskedQuestion,
    CriterionAnswer,
    CriterionEvidence,
    Place,
    ScopeReport,
    evidence_of,
)
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.reviews import (
    Check,
    CheckState,
    Finding,
    Judge,
    RefusedVerdict,
    Verdict,
    VerdictKind,
)
from wuhu_tui.tui.screens.review import ReviewScreen
from wuhu_tui.tui.widgets.diff_view import DiffView

Driver = Pilot[None]
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


async def with_proof(core: FakeCore) -> None:
    """A review with every kind of evidence: criteria, scope, findings, opinions, questions."""
    view = core.board.sessions[GREEN]
    review = view.review
    assert review is not None
    finding = Finding(path="src/shop/errors.py", line=7, text="429 wants a header", severity="must")
    opinion = Verdict(
        kind=VerdictKind.CHANGES_REQUESTED,
        head=review.head,
        by="shop-api-reviewer-01",
        at=ago(minutes=2),
        note="One thing must change.",
        findings=(finding,),
        judge=Judge.REVIEWER,
    )
    refused = RefusedVerdict(replace(opinion, by="shop-api-reviewer-02"), "it wrote into its place")
    place = Place(path="src/shop/errors.py", line=7, found=True)
    answer = CriterionAnswer(by=view.id, met=True, evidence=("errors.py:7",), places=(place,))
    question = Question(
        id="q1", kind=QuestionKind.OPEN, text="Which limit?", asked_at=ago(minutes=20)
    )
    review = replace(
        review, opinions=(opinion,), refused=(refused,), outside=("tests/limits/x.py",)
    )
    await core.change(GREEN, review=review)
    core.proofs[GREEN] = replace(
        evidence_of(core.board.sessions[GREEN], (), usage=Usage(input_tokens=52_000, cost=0.84)),
        report_is_of_head=True,
        criteria=(
            CriterionEvidence(text="too many calls get 429", answers=(answer,)),
            CriterionEvidence(text="limits can be set per key"),
        ),
        scope=ScopeReport(
            scope=("src/shop/",), inside=("src/shop/limits.py",), outside=("tests/limits/x.py",)
        ),
        questions=(AskedQuestion(question=question),),
    )
    file = CollidingFile(path="src/shop/errors.py", lines=((3, 8),))
    collision = Collision(first=GREEN, second=RED, files=(file,))
    await core.show(replace(core.board, collisions={collision.key: collision}))


def review_of(pilot: Driver) -> ReviewScreen:
    assert isinstance(pilot.app.screen, ReviewScreen)
    return pilot.app.screen


def cursor_text(pilot: Driver) -> str:
    """The line of the diff that the cursor is on."""
    line = diff_of(pilot).line
    return line.text if line else ""


def read_pages(pilot: Driver) -> list[int]:
    return [number for number, page in enumerate(diff_of(pilot).pages.pages) if page.is_read]


async def press(pilot: Driver, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def to_line(pilot: Driver, words: str) -> None:
    """Put the cursor onto the line of the diff that has these words."""
    view = diff_of(pilot)
    for _ in range(200):
        if view.line and words in view.line.text:
            return
        view.move(1)
    raise AssertionError(words)
