"""Letters at the runner: changes that come before what they change, and places within a lane."""

from __future__ import annotations

from tests.session.stage import Stage
from tests.session.test_steering import fates, in_step
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model import commands, events
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.receipts import ReceiptStep
from wuhu_tui.model.states import SessionState


def take_back(stage: Stage, message: str) -> commands.CancelMessage:
    command = commands.CancelMessage(
        id=new_id(), by="shop-orch-01", at=now(), message=message, may_come=True
    )
    stage.put(command)
    return command


def place(stage: Stage, message: str, lane: Lane, before: str) -> commands.MoveMessage:
    command = commands.MoveMessage(
        id=new_id(), by="lead", at=now(), message=message, lane=lane, before=before
    )
    stage.put(command)
    return command


async def busy(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.say("I begin.")
    await in_step(stage, "task", ReceiptStep.ACTED_ON)


async def test_a_letter_taken_back_before_it_comes_never_lands(stage: Stage) -> None:
    await stage.idle()
    await stage.taken(take_back(stage, "m1"))
    await stage.taken(stage.steer("look left", "m1"))
    assert stage.view.waiting == ()
    assert stage.agent.turns.empty()
    await stage.taken(take_back(stage, "m1"))
    [refused] = stage.events(events.CommandRefused)
    assert refused.reason.startswith("shop-orch-01 took it back at ")


async def test_what_landed_is_not_taken_back_by_a_letter_s_cancel_either(stage: Stage) -> None:
    await stage.idle()
    stage.steer("look left", "m1")
    turn = await stage.agent.next_turn()
    turn.say("I look.")
    await in_step(stage, "m1", ReceiptStep.ACTED_ON)
    await stage.taken(take_back(stage, "m1"))
    [refused] = stage.events(events.CommandRefused)
    assert "already delivered" in refused.reason


async def test_an_answer_taken_back_before_it_comes_is_none(stage: Stage) -> None:
    await stage.idle()
    await stage.taken(take_back(stage, "a1"))
    answer = Answer(question="q1", by="lead", at=now(), text="so")
    command = commands.AnswerQuestion(id="a1", by="lead", at=now(), answer=answer)
    stage.put(command)
    await stage.taken(command)
    assert stage.events(events.CommandRefused) == []


async def test_messages_change_places_within_their_lane(stage: Stage) -> None:
    await busy(stage)
    for name in ("a", "b", "c"):
        stage.follow_up(name, name)
    await stage.taken(stage.steer("s", "s"))
    await stage.taken(place(stage, "c", Lane.FOLLOW_UP, "a"))
    await stage.taken(place(stage, "b", Lane.STEER, "s"))
    landed = []
    for _ in range(3):
        assert stage.agent.turn is not None
        stage.agent.turn.end()
        landed.append((await stage.agent.next_turn()).text)
    assert landed == ["b\n\ns", "c", "a"]


async def test_no_message_goes_ahead_of_one_that_waits_no_more(stage: Stage) -> None:
    await busy(stage)
    await stage.taken(stage.follow_up("a", "a"))
    await stage.taken(place(stage, "a", Lane.STEER, "task"))
    await stage.taken(place(stage, "a", Lane.STEER, "nobody"))
    first, second = [refusal.reason for refusal in stage.events(events.CommandRefused)]
    assert "already delivered" in first
    assert "no such message waits" in second
    assert fates(stage, "a") == []
    assert stage.log.state is SessionState.WORKING
