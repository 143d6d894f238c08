"""Messages within a turn: when they are handed over, and what becomes of each."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.session.fake_agent import Turn
from tests.session.ruled import tell_policy
from tests.session.stage import QUICK, Stage
from tests.session.test_questions import question
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model import commands, events
from wuhu_tui.model.agent_events import BackgroundEnded, BackgroundStarted
from wuhu_tui.model.budgets import Policy
from wuhu_tui.model.messages import Boundary
from wuhu_tui.model.receipts import Receipt, ReceiptKind, ReceiptStep
from wuhu_tui.model.reports import ExitReason, ReportKind
from wuhu_tui.model.states import PhaseKind, SessionState
from wuhu_tui.model.value import EPOCH_START

NOTHING = Receipt(id="", kind=ReceiptKind.STEER, text="", by="", queued_at=EPOCH_START)


def receipt(stage: Stage, name: str) -> Receipt:
    known = {receipt.id: receipt for receipt in stage.view.receipts}
    return known.get(name, NOTHING)


async def in_step(stage: Stage, name: str, step: ReceiptStep) -> None:
    await stage.until(lambda: receipt(stage, name).step is step)


async def deferred(stage: Stage, times: int) -> None:
    await stage.until(lambda: fates(stage, "m1").count("Deferred") == times)


async def typed(stage: Stage, text: str) -> None:
    await stage.until(lambda: text in stage.agent.screen)


async def queueing(stage: Stage, outcome: SteerOutcome = SteerOutcome.DELIVERED) -> Turn:
    """The first turn of an agent that keeps messages itself until its next boundary."""
    stage.habits.steers_in_turn = stage.habits.queues_steers = True
    stage.habits.outcome = outcome
    turn = await stage.first_turn()
    turn.say("I begin.")
    return turn


def fates(stage: Stage, name: str) -> list[str]:
    """What was written about one message after it was queued."""
    return [
        type(record.event).__name__.removeprefix("Message")
        for record in stage.records
        if getattr(record.event, "id", "") == name
    ]


async def test_a_prompt_s_receipt_goes_through_every_step(stage: Stage) -> None:
    turn = await stage.first_turn()
    await in_step(stage, "task", ReceiptStep.DELIVERED)
    turn.say("I look at it.")
    await in_step(stage, "task", ReceiptStep.ACTED_ON)
    assert fates(stage, "task") == ["Offered", "Delivered", "Landed"]


async def test_an_agent_that_queues_itself_gets_a_message_at_once(stage: Stage) -> None:
    turn = await queueing(stage)
    turn.tool("t1")
    stage.steer("go left", "m1")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)
    turn.say("still at it")
    assert receipt(stage, "m1").step is ReceiptStep.DELIVERED
    stage.agent.sink.accepted("m1")
    assert receipt(stage, "m1").step is ReceiptStep.ACCEPTED
    turn.say("I go left.")
    await in_step(stage, "m1", ReceiptStep.ACTED_ON)
    assert fates(stage, "m1") == ["Offered", "Delivered", "Landed"]
    assert stage.agent.steered == ["go left"]


async def test_what_the_agent_has_can_not_be_taken_back(stage: Stage) -> None:
    await queueing(stage)
    stage.steer("go left", "m1")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)
    await stage.taken(stage.cancel("m1"))
    await stage.taken(stage.edit("m1", "go right"))
    reasons = [event.reason for event in stage.events(events.CommandRefused)]
    assert len(reasons) == 2
    assert all(reason.startswith("already with the agent since") for reason in reasons)
    stage.agent.sink.not_accepted("m1", "interrupted", lost=False)
    await stage.taken(stage.cancel("m1"))
    assert receipt(stage, "m1").step is ReceiptStep.CANCELLED


async def test_an_agent_s_word_before_its_call_returns_counts(stage: Stage) -> None:
    stage.habits.outcome_gate = asyncio.Event()
    await queueing(stage)
    stage.steer("go left", "m1")
    await stage.until(lambda: stage.agent.offers == ["m1"])
    stage.agent.sink.accepted("m1")
    stage.steer("and up", "m2")
    stage.habits.outcome_gate.set()
    await in_step(stage, "m2", ReceiptStep.DELIVERED)
    assert fates(stage, "m1") == ["Offered", "Landed"]


async def test_not_now_is_tried_again_at_the_next_boundary(stage: Stage) -> None:
    turn = await queueing(stage, SteerOutcome.NOT_NOW)
    stage.steer("go left", "m1")
    await stage.until(lambda: bool(receipt(stage, "m1").waits_because))
    assert not receipt(stage, "m1").not_supported
    stage.habits.outcome = SteerOutcome.ACCEPTED
    await stage.taken(stage.steer("and up", "m2"))
    assert stage.agent.offers == ["m1"]
    turn.tool("t1")
    turn.tool_done("t1")
    await in_step(stage, "m2", ReceiptStep.ACCEPTED)
    assert stage.agent.steered == ["go left", "and up"]


async def test_an_agent_that_queues_itself_is_asked_again_without_a_boundary(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.session.steering.RETRY_AFTER", 0.01)
    await queueing(stage, SteerOutcome.NOT_NOW)
    stage.steer("go left", "m1")
    await deferred(stage, 2)
    stage.habits.outcome = SteerOutcome.ACCEPTED
    await in_step(stage, "m1", ReceiptStep.ACCEPTED)


async def test_an_agent_that_always_refuses_is_not_asked_for_ever(stage: Stage) -> None:
    most = 4
    tell_policy(stage, Policy(most_refusals=most))
    turn = await queueing(stage, SteerOutcome.NOT_NOW)
    stage.steer("go left", "m1")
    for number in range(most + 3):
        await deferred(stage, min(number + 1, most))
        turn.tool(f"t{number}")
        turn.tool_done(f"t{number}")
    turn.end()
    assert (await stage.agent.next_turn()).text == "go left"
    assert len(stage.agent.offers) == most


async def test_not_supported_waits_for_the_turns_end_and_says_so(stage: Stage) -> None:
    turn = await queueing(stage, SteerOutcome.NOT_SUPPORTED)
    stage.steer("go left", "m1")
    await stage.until(lambda: receipt(stage, "m1").not_supported)
    stage.steer("and up", "m2")
    await stage.until(lambda: receipt(stage, "m2").not_supported)
    turn.tool("t1")
    turn.tool_done("t1")
    turn.end()
    assert (await stage.agent.next_turn()).text == "go left\n\nand up"
    assert stage.agent.offers == ["m1"]
    assert fates(stage, "m1") == ["Offered", "Deferred", "Offered", "Delivered"]


async def test_of_an_agent_that_takes_none_every_message_is_told_so(stage: Stage) -> None:
    turn = await stage.first_turn()
    stage.steer("go left", "m1")
    await stage.until(lambda: receipt(stage, "m1").not_supported)
    turn.tool("t1")
    turn.tool_done("t1")
    await stage.taken(stage.follow_up("later", "m2"))
    assert fates(stage, "m1") == ["Deferred"]
    assert fates(stage, "m2") == []


async def test_what_comes_back_at_an_interrupt_waits_for_the_next_turn(stage: Stage) -> None:
    await queueing(stage)
    stage.steer("go left", "m1")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)
    stage.agent.sink.not_accepted("m1", "the turn was cancelled", lost=False)
    stage.interrupt()
    turn = await stage.agent.next_turn()
    assert turn.text == "go left"
    turn.say("I go left.")
    await in_step(stage, "m1", ReceiptStep.ACTED_ON)
    assert stage.agent.steered == ["go left"]


@pytest.mark.parametrize("how", ["told", "raised", "never decided"])
async def test_what_may_have_arrived_is_not_sent_again(stage: Stage, how: str) -> None:
    turn = await queueing(stage)
    stage.habits.steer_fails = how == "raised"
    stage.steer("go left", "m1")
    await stage.until(lambda: stage.agent.offers == ["m1"])
    if how == "told":
        await in_step(stage, "m1", ReceiptStep.DELIVERED)
        stage.agent.sink.not_accepted("m1", "no receipt came", lost=True)
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert receipt(stage, "m1").step is ReceiptStep.UNSURE
    assert [message.id for message in stage.view.unsure] == ["m1"]
    assert stage.agent.turns.empty()
    assert stage.agent.offers == ["m1"]


async def test_a_word_shortly_after_the_turn_counts(stage: Stage) -> None:
    turn = await queueing(stage)
    stage.steer("go left", "m1")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)
    turn.end()
    asyncio.get_running_loop().call_soon(stage.agent.sink.accepted, "m1")
    await stage.in_state(SessionState.IDLE)
    assert stage.events(events.MessageUnsure) == []
    assert receipt(stage, "m1").step is ReceiptStep.ACCEPTED


async def test_a_word_long_after_the_turn_ends_the_doubt(stage: Stage) -> None:
    turn = await queueing(stage)
    stage.steer("go left", "m1")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)
    turn.end()
    await stage.in_state(SessionState.IDLE)
    assert receipt(stage, "m1").step is ReceiptStep.UNSURE
    stage.agent.sink.accepted("m1")
    assert receipt(stage, "m1").step is ReceiptStep.ACCEPTED
    assert stage.view.unsure == ()
    stage.agent.sink.accepted("m1")
    stage.agent.sink.not_accepted("nothing", "who knows", lost=True)
    assert fates(stage, "m1") == ["Offered", "Delivered", "Unsure", "Landed"]


async def test_a_life_goes_on_while_its_agent_makes_up_its_mind(stage: Stage) -> None:
    stage.habits.outcome_gate = asyncio.Event()
    turn = await queueing(stage)
    asked = turn.ask(question())
    await stage.in_state(SessionState.ASKING)
    stage.steer("go left", "m1")
    await stage.until(lambda: stage.agent.offers == ["m1"])
    stage.answer("q1", "a")
    answer = await asyncio.wait_for(asked, 5)
    assert answer is not None
    await in_step(stage, "q1", ReceiptStep.DELIVERED)
    turn.say("argon2 it is")
    await in_step(stage, "q1", ReceiptStep.ACTED_ON)
    stage.stop()
    assert (await stage.ended()).reason is ExitReason.STOPPED
    assert receipt(stage, "m1").step is ReceiptStep.UNSURE


async def test_killed_between_delivered_and_accepted_is_unsure(stage: Stage) -> None:
    await queueing(stage)
    stage.steer("go left", "m1")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)
    await stage.kill()
    text = (await stage.first_turn()).text
    assert receipt(stage, "m1").step is ReceiptStep.UNSURE
    assert "may not have reached you" in text
    assert "go left" in text
    assert stage.agent.offers == []


async def test_nothing_is_handed_into_a_turn_that_was_interrupted(stage: Stage) -> None:
    stage.habits.heeds_interrupt = False
    turn = await queueing(stage)
    await stage.taken(stage.interrupt())
    await stage.taken(stage.steer("go left", "m1"))
    turn.tool("t1")
    turn.tool_done("t1")
    await stage.taken(stage.follow_up("later"))
    assert stage.agent.offers == []
    await stage.until(lambda: any("goes on all the same" in w for w in stage.view.warnings))
    turn.say("I go on")
    turn.tool("t2")
    turn.tool_done("t2")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)


async def test_words_a_protocol_cannot_carry_are_a_message(stage: Stage) -> None:
    turn = await stage.first_turn()
    stage.agent.sink.pass_on("use argon2id, not argon2i")
    turn.end()
    assert (await stage.agent.next_turn()).text == "use argon2id, not argon2i"
    message = stage.events(events.MessageQueued)[-1].message
    assert (message.by, message.lane.value) == ("lead", "steer")


async def test_a_message_that_lands_after_the_report_asks_for_another(stage: Stage) -> None:
    turn = await queueing(stage)
    await stage.taken(stage.report(ReportKind.DONE, "hashed"))
    stage.steer("and salt them", "m1")
    await in_step(stage, "m1", ReceiptStep.DELIVERED)
    stage.agent.sink.accepted("m1")
    turn.end()
    await stage.in_state(SessionState.IDLE)
    view = stage.folded()
    assert view.no_report
    assert view.report is not None
    assert view.report.summary == "hashed"


async def test_a_turn_whose_work_runs_on_is_not_idle(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.sink.emit(BackgroundStarted(task="b1", title="pytest"))
    turn.end()
    await stage.until(lambda: bool(stage.events(events.TurnEnded)))
    await stage.until(lambda: stage.view.phase.kind is PhaseKind.BACKGROUND)
    await stage.taken(stage.hibernate())
    assert stage.log.state is SessionState.WORKING
    stage.follow_up("and the docs")
    turn = await stage.agent.next_turn()
    assert turn.text == "and the docs"
    turn.end()
    await stage.until(lambda: len(stage.events(events.TurnEnded)) == 2)
    stage.agent.sink.emit(BackgroundEnded(task="b1"))
    await stage.in_state(SessionState.IDLE)
    assert stage.states == ["starting", "working", "idle"]


async def test_an_agent_that_goes_on_by_itself_is_not_idle(stage: Stage) -> None:
    await stage.idle()
    stage.agent.sink.emit(events.PhaseChanged(kind=PhaseKind.THINKING))
    await stage.in_state(SessionState.WORKING)
    stage.agent.sink.emit(events.AgentSaid(text="The tests are green."))
    stage.agent.sink.emit(events.PhaseChanged(kind=PhaseKind.NONE))
    await stage.in_state(SessionState.IDLE)


async def test_a_report_outweighs_work_that_runs_on(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.sink.emit(BackgroundStarted(task="b1", title="serve"))
    await stage.taken(stage.report(ReportKind.DONE, "served"))
    turn.end()
    await stage.in_state(SessionState.REPORTED)


async def test_keys_reach_the_agent_and_leave_no_trace(stage: Stage) -> None:
    old = commands.Keys(id=new_id(), by="lead", at=now() - timedelta(minutes=1), text="old")
    stage.put(old)
    stage.open(asked_at=now(), patience=QUICK)
    await stage.in_state(SessionState.WORKING)
    for text in "hi":
        stage.put(commands.Keys(id="same", by="lead", at=now(), text=text))
        await typed(stage, text)
    stage.put(commands.Resize(id=new_id(), by="lead", at=now(), columns=80, rows=24))
    await stage.until(lambda: "80x24" in stage.agent.screen)
    await stage.until(lambda: not any((stage.folder.mailbox / "new").iterdir()))
    assert stage.agent.screen == ["h", "i", "80x24"]
    assert not any((stage.folder.mailbox / "cur").iterdir())
    assert stage.events(events.CommandTaken) == []


async def test_boundaries_of_what_landed_are_told(stage: Stage) -> None:
    turn = await queueing(stage, SteerOutcome.ACCEPTED)
    stage.steer("go left", "m1")
    await in_step(stage, "m1", ReceiptStep.ACCEPTED)
    turn.end()
    landed = {event.id: event.boundary for event in stage.events(events.MessageLanded)}
    assert landed == {"task": Boundary.AWAITING_INPUT, "m1": Boundary.TOOL_END}
