"""What becomes of a turn's first words: taken, given back, or kept while a screen asks."""

from __future__ import annotations

from tests.session.stage import Stage
from tests.session.test_steering import fates, in_step, receipt
from wuhu_tui.agents.protocol import NOT_TAKEN, PROMPT
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import GuessMade
from wuhu_tui.model.messages import SCREEN_ASKS
from wuhu_tui.model.receipts import ReceiptStep
from wuhu_tui.model.states import PhaseKind


async def test_words_about_an_agent_are_no_sign_that_it_read_its_prompt(stage: Stage) -> None:
    turn = await stage.first_turn()
    turn.sink.emit(events.Noted(text="its screen seems to ask"))
    await in_step(stage, "task", ReceiptStep.DELIVERED)
    turn.say("I look at it.")
    await in_step(stage, "task", ReceiptStep.ACTED_ON)


async def test_no_words_are_typed_to_a_screen_that_seems_to_ask(stage: Stage) -> None:
    await stage.idle()
    sink = stage.agent.sink
    sink.emit(GuessMade(state="asking", line="overwrite it? [y/n]"))
    await stage.taken(stage.follow_up("and then?", "f1"))
    await stage.until(lambda: receipt(stage, "f1").waits_because == SCREEN_ASKS)
    await stage.taken(stage.edit("f1", "what now?"))
    sink.emit(GuessMade(state="idle", line="$"))
    turn = await stage.agent.next_turn()
    assert turn.text == "what now?"
    turn.say("Now I do that.")
    await in_step(stage, "f1", ReceiptStep.ACTED_ON)
    assert fates(stage, "f1").count("Deferred") == 1


async def test_a_prompt_that_the_agent_never_took_waits_again(stage: Stage) -> None:
    turn = await stage.first_turn()
    await in_step(stage, "task", ReceiptStep.DELIVERED)
    turn.end(NOT_TAKEN)
    again = await stage.agent.next_turn()
    assert again.text == turn.text
    again.say("I look at it.")
    await in_step(stage, "task", ReceiptStep.ACTED_ON)
    assert fates(stage, "task") == [
        *("Offered", "Delivered", "Deferred"),
        *("Offered", "Delivered", "Landed"),
    ]
    assert [end.stop_reason for end in stage.events(events.TurnEnded)] == ["cancelled"]


async def test_what_an_agent_does_by_itself_is_no_sign_that_it_read_its_prompt(
    stage: Stage,
) -> None:
    await stage.idle()
    sink = stage.agent.sink
    sink.emit(events.PhaseChanged(kind=PhaseKind.THINKING))
    stage.follow_up("and then?", "f1")
    turn = await stage.agent.next_turn()
    await in_step(stage, "f1", ReceiptStep.DELIVERED)
    turn.say("The command ended.")
    assert receipt(stage, "f1").step is ReceiptStep.DELIVERED
    sink.accepted(PROMPT)
    assert receipt(stage, "f1").step is ReceiptStep.ACCEPTED
    turn.say("And then I do that.")
    await in_step(stage, "f1", ReceiptStep.ACTED_ON)
