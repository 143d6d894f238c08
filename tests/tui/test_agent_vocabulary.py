"""What the lead sees of an agent besides its words: receipts, waits, use, and why it is where it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tui.boards import NOW, ago, session
from tests.tui.conftest import Shot
from tests.tui.dashboard_app import NARROW, WIDE, app_of, dashboard, press, text_of, type_text
from tests.tui.fake_core import FakeCore
from tests.tui.test_dialogs_writing import MIGRATE, SEARCH
from wuhu_tui.core.provenance import Evidence, Provenance, Source
from wuhu_tui.model.agent_events import DelayKind
from wuhu_tui.model.board import BackgroundTask, Delay, Guess, Phase, SessionView
from wuhu_tui.model.budgets import Budget, Resources
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY
from wuhu_tui.model.questions import Option, Question, QuestionKind
from wuhu_tui.model.receipts import Receipt, ReceiptKind, ReceiptStep
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import PlanStep, Usage
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.tui.presentation.provenance import why_content
from wuhu_tui.tui.presentation.receipts import receipt_rows, stands_in_the_way, way
from wuhu_tui.tui.presentation.transcript_title import title_row
from wuhu_tui.tui.presentation.usage import (
    budget_words,
    context_words,
    resources_words,
    size,
    usage_words,
)

Size = tuple[int, int]
SIZES = pytest.mark.parametrize(
    ("name", "size"),
    [
        ("wide", WIDE),
        pytest.param("narrow", NARROW, id="narrow-size1", marks=pytest.mark.long),
    ],
)
"""Narrow in the long suite: how a dialog folds is tried by those that write."""


def receipt(step: ReceiptStep, **fields: Any) -> Receipt:
    values: dict[str, Any] = {
        "id": f"r-{step.value}",
        "kind": ReceiptKind.STEER,
        "text": "Use euros everywhere.",
        "by": "lead",
        "queued_at": ago(minutes=2),
        "step": step,
    }
    return Receipt(**{**values, **fields})


ACTED = receipt(
    ReceiptStep.ACTED_ON,
    delivered_at=ago(minutes=2, seconds=-0.2),
    accepted_at=ago(minutes=2, seconds=-4),
    acted_at=ago(minutes=2, seconds=-65),
)


def permission() -> Question:
    """A permission with the options that every agent's permissions have."""
    return Question(
        id="p1",
        kind=QuestionKind.PERMISSION,
        text="Bash",
        asked_at=ago(minutes=1),
        options=(
            Option(key=ALLOW, label="Allow once"),
            Option(key=ALLOW_SESSION, label="Allow for this session"),
            Option(key=DENY, label="Deny"),
        ),
        context="alembic upgrade head",
    )


# receipts


def test_a_receipt_tells_each_step_with_its_time() -> None:
    assert way(ACTED) == "delivered +0.2s · accepted +4.0s · acted on +1m"
    rows = [row.plain.rstrip() for row in receipt_rows(ACTED, NOW, 60)]
    assert rows[0].startswith(" ● steer acted on")
    assert rows[0].endswith("2m")
    assert rows[1:] == [
        "   Use euros everywhere.",
        "   delivered +0.2s · accepted +4.0s · acted on +1m",
    ]


def test_never_possible_and_not_possible_now_are_told_apart() -> None:
    never = receipt(ReceiptStep.QUEUED, not_supported=True, waits_because="no way to steer")
    not_now = receipt(ReceiptStep.QUEUED, waits_because="a question is open")
    assert "lands when the turn ends" in stands_in_the_way(never)
    assert stands_in_the_way(not_now) == "not possible now: a question is open"
    assert stands_in_the_way(receipt(ReceiptStep.QUEUED)) == ""


# use


def test_what_is_used_is_told_in_few_characters() -> None:
    used = Usage(
        input_tokens=41_000, output_tokens=950, cost=0.4, context_used=60_000, context_size=200_000
    )
    assert usage_words(used) == "41k tokens · $0.40"
    assert context_words(used) == "30% of 200k"
    assert usage_words(Usage()) == context_words(Usage()) == ""
    assert usage_words(Usage(cost=0.001)) == "<$0.01"
    assert budget_words(used, Budget(cost=2, tokens=50_000)) == (
        "$0.40 of $2.00 · 41k of 50k tokens"
    )
    assert resources_words(Resources()) == ""
    assert resources_words(Resources(memory=1_234_000_000, cpu=0.5, processes=3)) == (
        "1.2 GB · 50% CPU · 3 processes"
    )
    assert size(83_000_000) == "83 MB"


# the title of a pane


def doing(view: SessionView) -> str:
    return title_row(view, NOW, 120, focused=False, alive=True).text


def test_a_title_tells_waits_with_a_clock() -> None:
    delay = Delay(
        kind=DelayKind.RETRY,
        since=ago(seconds=3),
        attempt=2,
        limit=10,
        status=529,
        until=NOW + timedelta(seconds=12),
    )
    view = session("x", SessionState.WORKING, delay=delay)
    assert "working: retry 2/10 in 0:12 · 529" in doing(view)
    limited = Delay(kind=DelayKind.RATE_LIMIT, since=NOW, until=NOW + timedelta(hours=2))
    assert "working: rate limit in 2:00:00" in doing(
        session("x", SessionState.WORKING, delay=limited)
    )


def test_a_title_tells_work_beside_the_turn() -> None:
    task = BackgroundTask(task="1", title="npm run dev", kind="command", since=NOW)
    phase = Phase(kind=PhaseKind.BACKGROUND)
    view = session("x", SessionState.WORKING, phase=phase, background=(task,))
    assert "working: npm run dev beside the turn" in doing(view)
    compacting = session("x", SessionState.WORKING, phase=Phase(kind=PhaseKind.COMPACTING))
    assert "working: shortens its memory" in doing(compacting)


def test_a_title_tells_the_plan_and_a_context_that_is_nearly_full() -> None:
    plan = (PlanStep(text="a", status="completed"), PlanStep(text="b"))
    full = Usage(context_used=170_000, context_size=200_000)
    view = session("x", SessionState.WORKING, plan=plan, usage=full)
    assert "working · plan 1/2 · context 85%" in doing(view)
    roomy = Usage(context_used=100_000, context_size=200_000)
    assert "context" not in doing(session("x", SessionState.WORKING, usage=roomy))


# screens


@SIZES
async def test_a_session_tells_all_that_is_known(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    await core.change(
        SEARCH,
        agent_version="Claude Code 2.1.329",
        model="claude-opus-5-5",
        usage=Usage(input_tokens=410_000, output_tokens=9_500, cost=2.2),
        turn_usage=Usage(input_tokens=21_000, output_tokens=400, cost=0.11),
        background=(
            BackgroundTask(task="1", title="npm run dev", kind="command", since=ago(minutes=3)),
        ),
        guess=Guess(state="asking", line="Proceed? (y/n)", at=NOW),
        delay=Delay(kind=DelayKind.RETRY, since=NOW, attempt=1, until=NOW + timedelta(seconds=5)),
        raised_budget=Budget(cost=4),
        receipts=(ACTED,),
    )
    core.used[SEARCH] = Resources(memory=312_000_000, cpu=0.21, processes=4)
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "enter", *(["tab"] if name == "narrow" else []))
        assert "312 MB" in text_of(pilot)
        assert await shot(pilot, f"known-{name}")


@SIZES
async def test_messages_and_their_receipts_are_listed(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    steps = (ReceiptStep.DELIVERED, ReceiptStep.UNSURE, ReceiptStep.CANCELLED, ReceiptStep.REFUSED)
    await core.change(SEARCH, receipts=(*(receipt(step) for step in steps), ACTED))
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "l")
        assert "acted on" in text_of(pilot)
        assert await shot(pilot, f"receipts-{name}")


async def test_a_receipt_cannot_be_taken_back(core: FakeCore) -> None:
    await core.change(SEARCH, waiting=(), receipts=(ACTED,))
    async with dashboard(core, WIDE) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "l", "c", "e", "m", "r")
        assert not [call for call in core.calls if "message" in call.verb or call.verb == "steer"]


WHY = Provenance(
    session=SEARCH,
    state=SessionState.WORKING,
    source=Source.RUNNER,
    cause="a message lands",
    since=ago(minutes=12),
    record=Cursor(epoch=1, seq=17),
    evidence=(
        Evidence(at=ago(minutes=13), words="the turn ended", record=Cursor(epoch=1, seq=15)),
        Evidence(
            at=ago(minutes=12),
            words="became working: a message lands",
            record=Cursor(epoch=1, seq=17),
            at_state=True,
        ),
        Evidence(at=ago(seconds=40), words="tool began: pytest", record=Cursor(epoch=1, seq=31)),
    ),
    facts=("its runner holds its lock", "it waits for its model: try 2 of 10"),
    last_event_at=ago(seconds=4),
    runner_alive=True,
    looked_at=NOW,
)


def test_why_says_whose_word_it_is_and_what_led_to_it() -> None:
    told = [line.rstrip() for line in why_content(WHY, NOW, 70).plain.split("\n")]
    assert "told by  its runner, record 1.17" in told[2]
    assert "12m ago" in told[3]
    assert any(line.startswith("▸  12m") and "a message lands" in line for line in told)


@SIZES
async def test_why_a_session_is_where_it_is(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    core.reasons[SEARCH] = WHY
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = SEARCH
        await press(pilot, "i")
        assert "what led to it" in text_of(pilot).lower()
        assert await shot(pilot, f"why-{name}")
        await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 1


# permissions and budgets


@SIZES
async def test_words_deny_a_permission_and_are_read(
    core: FakeCore, shot: Shot, name: str, size: Size
) -> None:
    await core.change(MIGRATE, questions=(permission(),))
    async with dashboard(core, size) as pilot:
        app_of(pilot).selected = MIGRATE
        await press(pilot, "a", "tab")
        await type_text(pilot, "not before the backup")
        assert await shot(pilot, f"deny-{name}")
        await press(pilot, "enter")
        call = core.asked("answer")[0]
        assert call.arguments["choice"] == DENY
        assert call.arguments["text"] == "not before the backup"


async def test_words_in_the_peek_line_deny_too(core: FakeCore) -> None:
    await core.change(MIGRATE, questions=(permission(),))
    async with dashboard(core, WIDE) as pilot:
        app_of(pilot).selected = MIGRATE
        await press(pilot, "space")
        await type_text(pilot, "no")
        await press(pilot, "enter")
        assert core.asked("answer")[0].arguments["choice"] == DENY


async def test_a_used_up_budget_asks_for_more(core: FakeCore, shot: Shot) -> None:
    budget = Question(
        id="b1",
        kind=QuestionKind.BUDGET,
        text="It has used $2.03 of $2.00. Go on?",
        asked_at=ago(minutes=1),
        options=(
            Option(key="raise", label="Go on, up to $4.00"),
            Option(key="stop", label="Stop the session"),
        ),
    )
    await core.change(MIGRATE, questions=(budget,))
    async with dashboard(core, WIDE) as pilot:
        app_of(pilot).selected = MIGRATE
        await press(pilot, "a")
        assert "has used up its budget" in text_of(pilot)
        assert await shot(pilot, "budget")
        await press(pilot, "tab")
        await type_text(pilot, "5")
        await press(pilot, "enter")
        assert core.asked("answer")[0].arguments["text"] == "5"
