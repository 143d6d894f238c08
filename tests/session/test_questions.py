"""Questions: first answer wins, deadlines, and askers that go."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.session.stage import Stage
from wuhu_tui.journal.clock import now
from wuhu_tui.model import events
from wuhu_tui.model.questions import OnTimeout, Option, Question, QuestionKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.session.desk import as_it_holds

OPTIONS = (Option(key="a", label="argon2", recommended=True), Option(key="b", label="bcrypt"))


def question(name: str = "q1", **changes: Any) -> Question:
    asked = Question(
        id=name,
        kind=QuestionKind.CHOICE,
        text="Which hash?",
        asked_at=now(),
        options=OPTIONS,
    )
    return replace(asked, **changes)


async def test_a_question_makes_the_session_ask_until_it_is_answered(stage: Stage) -> None:
    turn = await stage.first_turn()
    asked = turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    stage.answer("q1", "a")
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    assert answer.choice == "a"
    await stage.in_state(SessionState.WORKING)
    assert stage.folded().questions == ()


async def test_the_second_answer_is_refused_and_names_who_won(stage: Stage) -> None:
    turn = await stage.first_turn()
    asked = turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    stage.answer("q1", "a", by="ann")
    second = stage.answer("q1", "b", by="bob")
    await stage.taken(second)
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    assert answer.by == "ann"
    refused = stage.events(events.AnswerRefused)
    assert [(r.by, r.won_by) for r in refused] == [("bob", "ann")]
    assert "ann answered at" in refused[0].reason


@pytest.mark.parametrize(
    ("choice", "text", "reason"),
    [("c", "", "no option is named c"), ("", " ", "needs a choice or words")],
)
async def test_what_is_no_answer_is_refused(
    stage: Stage, choice: str, text: str, reason: str
) -> None:
    turn = await stage.first_turn()
    turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    await stage.taken(stage.answer("q1", choice, text))
    assert reason in stage.events(events.CommandRefused)[0].reason
    assert stage.log.state is SessionState.ASKING


async def test_an_answer_to_nothing_is_refused(stage: Stage) -> None:
    await stage.idle()
    await stage.taken(stage.answer("q9", "a"))
    assert stage.events(events.CommandRefused)[0].reason == "there is no question q9"


async def test_the_deadline_applies_the_default(stage: Stage) -> None:
    turn = await stage.first_turn()
    soon = now() + timedelta(milliseconds=30)
    asked = turn.ask(question(deadline=soon, default="b", on_timeout=OnTimeout.DEFAULT))
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    assert (answer.choice, answer.by) == ("b", "deadline")
    assert stage.events(events.QuestionAnswered)[0].expired
    await stage.in_state(SessionState.WORKING)


async def test_an_answer_after_the_deadline_becomes_a_message(stage: Stage) -> None:
    turn = await stage.first_turn()
    asked = turn.ask(question(deadline=now(), default="b", on_timeout=OnTimeout.DEFAULT))
    await asyncio.wait_for(asked, 5)
    await stage.taken(stage.answer("q1", "a", by="ann"))
    refused = stage.events(events.AnswerRefused)[0]
    assert refused.won_by == "deadline"
    assert "passed on as a message" in refused.reason
    turn.end()
    later = await stage.agent.next_turn()
    assert "Which hash?" in later.text
    assert "argon2" in later.text


async def test_fail_at_the_deadline_answers_that_nobody_did(stage: Stage) -> None:
    turn = await stage.first_turn()
    asked = turn.ask(question(deadline=now(), on_timeout=OnTimeout.FAIL))
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    assert (answer.choice, answer.text) == ("", "nobody answered in time")


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": QuestionKind.PERMISSION, "default": "a", "on_timeout": OnTimeout.DEFAULT},
        {"default": "a", "on_timeout": OnTimeout.BLOCK},
        {"default": "", "on_timeout": OnTimeout.DEFAULT},
    ],
)
async def test_what_blocks_outlives_its_deadline(stage: Stage, changes: dict[str, Any]) -> None:
    turn = await stage.first_turn()
    turn.ask(question(deadline=now(), **changes))
    await stage.in_state(SessionState.ASKING)
    marker = turn.ask(question("q2", deadline=now(), default="a", on_timeout=OnTimeout.DEFAULT))
    await asyncio.wait_for(marker, 5)
    assert [open_.id for open_ in stage.view.questions] == ["q1"]
    assert stage.log.state is SessionState.ASKING


def test_what_is_recorded_is_what_happens_at_the_deadline() -> None:
    permission = question(kind=QuestionKind.PERMISSION, default="a", on_timeout=OnTimeout.DEFAULT)
    assert as_it_holds(permission).on_timeout is OnTimeout.BLOCK
    no_default = question(on_timeout=OnTimeout.DEFAULT)
    assert as_it_holds(no_default).on_timeout is OnTimeout.BLOCK
    hurried = question(blocking=False, default="a", on_timeout=OnTimeout.DEFAULT)
    assert as_it_holds(hurried).deadline == hurried.asked_at + timedelta(minutes=5)
    blocking = question(default="a", on_timeout=OnTimeout.DEFAULT)
    assert as_it_holds(blocking) == blocking


async def test_an_interrupt_withdraws_the_question(stage: Stage) -> None:
    turn = await stage.first_turn()
    asked = turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    stage.interrupt()
    assert await asyncio.wait_for(asked, 5) is None
    await stage.in_state(SessionState.IDLE)
    assert stage.events(events.QuestionWithdrawn)[0].reason == "interrupted by lead"
    await stage.taken(stage.answer("q1", "a"))
    assert "withdrawn" in stage.events(events.CommandRefused)[0].reason


async def test_the_question_of_a_dead_agent_stays_and_its_answer_is_a_message(
    stage: Stage,
) -> None:
    turn = await stage.first_turn()
    turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    stage.agent.die()
    await stage.ended()
    assert [open_.detached for open_ in stage.folded().questions] == [True]
    stage.answer("q1", "a")
    turn = await stage.first_turn()
    assert "Earlier you asked: Which hash?\nThe answer is: argon2" in turn.text
    assert stage.view.questions == ()


async def test_a_dying_agent_that_drops_its_question_does_not_withdraw_it(stage: Stage) -> None:
    turn = await stage.first_turn()
    asked = turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    asked.cancel()
    await stage.in_state(SessionState.WORKING)
    stage.agent.die()
    await stage.ended()
    assert stage.events(events.QuestionWithdrawn) == []
    assert [open_.id for open_ in stage.folded().questions] == ["q1"]


async def test_a_living_agent_may_drop_its_question(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.session.desk.ABANDONED", 0.01)
    turn = await stage.first_turn()
    asked = turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    asked.cancel()
    await stage.until(lambda: bool(stage.events(events.QuestionWithdrawn)))
    assert stage.folded().questions == ()


async def test_a_stop_keeps_the_question(stage: Stage) -> None:
    turn = await stage.first_turn()
    asked = turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    stage.stop()
    await stage.ended()
    assert await asyncio.wait_for(asked, 5) is None
    assert [open_.detached for open_ in stage.folded().questions] == [True]


async def test_an_answer_the_agent_may_not_have_heard_is_told_again(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    stage.answer("q1", "a")
    await stage.in_state(SessionState.WORKING)
    await stage.kill()
    turn = await stage.first_turn()
    assert "Answers you were given" in turn.text
    assert "argon2" in turn.text
