"""A worker's own questions, asked with wuhu's tool: they outlive turns, agents and runners."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.session.stage import Stage
from tests.session.test_questions import question
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model import commands, events
from wuhu_tui.model.questions import OnTimeout, Option, QuestionKind
from wuhu_tui.model.receipts import ReceiptStep
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.states import SessionState

UNHURRIED: dict[str, Any] = {"blocking": False, "default": "b", "on_timeout": OnTimeout.DEFAULT}


def ask(stage: Stage, name: str = "w1", **changes: Any) -> commands.Ask:
    command = commands.Ask(
        id=new_id(), by="shop-impl-01", at=now(), question=question(name, **changes)
    )
    stage.put(command)
    return command


async def asked(stage: Stage, name: str = "w1", **changes: Any) -> None:
    await stage.taken(ask(stage, name, **changes))


def newest(stage: Stage) -> ReceiptStep:
    """How far the last thing that was sent has come."""
    return stage.view.receipts[-1].step


def fetch(stage: Stage, name: str = "w1") -> commands.AnswerTaken:
    command = commands.AnswerTaken(id=new_id(), by="shop-impl-01", at=now(), question=name)
    stage.put(command)
    return command


def answers_as_messages(stage: Stage) -> list[str]:
    queued = [event.message.id for event in stage.events(events.MessageQueued)]
    return [name for name in queued if name.startswith("answer-")]


async def test_a_fetched_answer_is_no_message(stage: Stage) -> None:
    turn = await stage.first_turn()
    await asked(stage)
    await stage.in_state(SessionState.ASKING)
    await stage.taken(stage.answer("w1", "a"))
    await stage.in_state(SessionState.WORKING)
    assert newest(stage) is ReceiptStep.QUEUED
    await stage.taken(fetch(stage))
    assert newest(stage) is ReceiptStep.DELIVERED
    turn.say("argon2 it is")
    turn.end()
    await stage.in_state(SessionState.IDLE)
    await stage.taken(fetch(stage))
    assert answers_as_messages(stage) == []
    assert stage.events(events.AnswerDelivered) == [events.AnswerDelivered(question="w1")]
    assert newest(stage) is ReceiptStep.ACTED_ON


async def test_an_answer_nobody_fetched_by_the_turns_end_is_a_message(stage: Stage) -> None:
    turn = await stage.first_turn()
    await asked(stage)
    await stage.taken(stage.answer("w1", "a"))
    assert answers_as_messages(stage) == []
    turn.end()
    turn = await stage.agent.next_turn()
    assert turn.text == "Earlier you asked: Which hash?\nThe answer is: argon2"
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert answers_as_messages(stage) == ["answer-w1"]
    ids = [receipt.id for receipt in stage.view.receipts]
    assert ids == ["task", "answer-w1"]


async def test_a_question_outlives_its_turn_and_its_answer_begins_the_next(stage: Stage) -> None:
    turn = await stage.first_turn()
    await asked(stage)
    turn.end()
    await stage.until(lambda: bool(stage.events(events.TurnEnded)))
    await stage.taken(stage.interrupt())
    assert stage.log.state is SessionState.ASKING
    assert stage.events(events.QuestionWithdrawn) == []
    stage.answer("w1", "b")
    assert "bcrypt" in (await stage.agent.next_turn()).text


@pytest.mark.parametrize("how", ["interrupted", "the agent dies", "killed", "stopped"])
async def test_a_question_stays_open_whatever_ends_its_turn(stage: Stage, how: str) -> None:
    await stage.first_turn()
    await asked(stage)
    if how == "interrupted":
        stage.interrupt()
        await stage.until(lambda: bool(stage.events(events.TurnEnded)))
    elif how == "killed":
        await stage.kill()
    else:
        stage.agent.die() if how == "the agent dies" else stage.stop()
        await stage.ended()
    assert [(q.id, q.detached) for q in stage.folded().questions] == [("w1", False)]
    if how != "interrupted":
        before = len(stage.agents)
        stage.open()
        await stage.until(lambda: len(stage.agents) > before)
    stage.answer("w1", "a")
    turn = await stage.agent.next_turn()
    while "The answer is: argon2" not in turn.text:
        turn.end()
        turn = await stage.agent.next_turn()
    assert answers_as_messages(stage) == ["answer-w1"]


async def test_the_same_question_again_is_adopted(stage: Stage) -> None:
    await stage.first_turn()
    await asked(stage)
    await asked(stage)
    await asked(stage, "w2", options=(Option(key="b", label="bcrypt"), question().options[0]))
    assert [event.question.id for event in stage.events(events.QuestionAsked)] == ["w1"]
    adopted = [events.QuestionAdopted(question="w1", again="w2")]
    assert stage.events(events.QuestionAdopted) == adopted
    await stage.taken(stage.answer("w1", "a"))
    await asked(stage, "w3")
    assert len(stage.events(events.QuestionAsked)) == 1
    await stage.taken(fetch(stage))
    await asked(stage)
    assert stage.folded().questions == ()
    await asked(stage, "w4")
    assert [event.question.id for event in stage.events(events.QuestionAsked)] == ["w1", "w4"]
    await asked(stage, "w5", text="Which salt?")
    assert [open_.id for open_ in stage.view.questions] == ["w4", "w5"]


async def test_an_asker_that_comes_back_takes_the_answer_and_no_message_repeats_it(
    stage: Stage,
) -> None:
    turn = await stage.first_turn()
    turn.say("I begin.")
    await asked(stage)
    await stage.taken(stage.answer("w1", "a"))
    await stage.kill()
    stage.habits.fails_to_start = True
    stage.open()
    await stage.ended()
    stage.habits.fails_to_start = False
    fetch(stage)
    turn = await stage.first_turn()
    assert "argon2" not in turn.text
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert answers_as_messages(stage) == []


async def test_a_question_that_need_not_block_holds_nobody_up(stage: Stage) -> None:
    turn = await stage.first_turn()
    await asked(stage, **UNHURRIED)
    open_ = stage.view.questions[-1]
    assert open_.deadline == open_.asked_at + timedelta(minutes=5)
    turn.say("I go on meanwhile")
    assert stage.log.state is SessionState.WORKING
    turn.end()
    await stage.in_state(SessionState.ASKING)


async def test_its_deadline_holds_in_the_next_life(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.say("I begin.")
    await asked(stage, **UNHURRIED, deadline=now() + timedelta(milliseconds=300))
    await stage.kill()
    turn = await stage.first_turn()
    await stage.until(lambda: bool(stage.events(events.QuestionAnswered)))
    answered = stage.events(events.QuestionAnswered)[0]
    assert (answered.answer.choice, answered.answer.by, answered.expired) == ("b", "deadline", True)
    turn.end()
    assert "The answer is: bcrypt" in (await stage.agent.next_turn()).text


async def test_a_report_outweighs_the_question_and_no_deadline_undoes_it(stage: Stage) -> None:
    turn = await stage.first_turn()
    await asked(stage, **UNHURRIED, deadline=now() + timedelta(milliseconds=300))
    await stage.taken(stage.report(ReportKind.DONE, "hashed"))
    turn.end()
    await stage.in_state(SessionState.REPORTED)
    await stage.until(lambda: bool(stage.events(events.QuestionAnswered)))
    await stage.taken(fetch(stage, "nothing"))
    assert stage.log.state is SessionState.REPORTED
    assert answers_as_messages(stage) == []
    assert stage.events(events.CommandRefused)[0].reason == "that question has no answer yet"


async def test_the_leads_answer_after_the_report_is_heard(stage: Stage) -> None:
    turn = await stage.first_turn()
    await asked(stage)
    await stage.taken(stage.report(ReportKind.BLOCKED, "I need to know the hash"))
    turn.end()
    await stage.in_state(SessionState.REPORTED)
    stage.answer("w1", "a")
    assert "argon2" in (await stage.agent.next_turn()).text


async def test_what_a_worker_may_not_ask(stage: Stage) -> None:
    await stage.first_turn()
    await asked(stage, text=" ")
    assert stage.events(events.CommandRefused)[0].reason == "a question needs words"
    await asked(stage, kind=QuestionKind.PERMISSION)
    open_ = stage.view.questions[-1]
    assert (open_.kind, open_.outlives_turn) == (QuestionKind.CHOICE, True)


async def test_the_second_answer_is_refused_here_too(stage: Stage) -> None:
    await stage.first_turn()
    await asked(stage)
    await stage.taken(stage.answer("w1", "a", by="ann"))
    await stage.taken(stage.answer("w1", "b", by="bob"))
    assert [refused.won_by for refused in stage.events(events.AnswerRefused)] == ["ann"]
