"""The lead's words on an agent's screen: counted as they are typed, and never typed over."""

from __future__ import annotations

import pytest

from tests.session.stage import Stage
from tests.session.test_steering import fates, in_step, receipt
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.agent_events import GuessMade
from wuhu_tui.model.capabilities import Capability
from wuhu_tui.model.commands import Keys
from wuhu_tui.model.messages import DRAFT_STANDS
from wuhu_tui.model.receipts import ReceiptStep
from wuhu_tui.session.draft import Draft


@pytest.mark.parametrize(
    ("keys", "stands"),
    [
        ("", False),
        ("a", True),
        ("fix it", True),
        ("fix it\r", False),
        ("fix it\x03", False),
        ("fix it\x15", False),
        ("ab\x7f\x7f", False),
        ("ab\x7f", True),
        ("\x7f\x7fa", True),
        ("\x1b[200~two\nlines\x1b[201~", True),
        ("\x1b[200~two\nlines\x1b[201~\r", False),
        ("\x1b[200~cut off", True),
        ("\x1b[A", True),
        ("\x1bOA", True),
        ("\x1b[A\r", False),
        ("\x1b[C\x1b[D", False),
        ("\x1b[5~", False),
        ("\x1b", False),
        ("one\x1b\r", True),
        ("\x1b\r\x1b\r\r", False),
        ("\t", True),
        ("ä", True),
    ],
)
def test_what_stands_in_the_line_after_these_keys(keys: str, stands: bool) -> None:
    at_once, one_by_one = Draft(), Draft()
    at_once.typed(keys, answers=False)
    assert at_once.stands is stands
    if "\x1b" not in keys:
        for key in keys:
            one_by_one.typed(key, answers=False)
        assert one_by_one.stands is stands


def test_what_answers_a_question_on_the_screen_is_no_draft() -> None:
    draft = Draft()
    draft.typed("y", answers=True)
    assert not draft.stands
    draft.typed("fix", answers=False)
    draft.typed("y\r", answers=True)
    assert not draft.stands


def keys(stage: Stage, text: str) -> None:
    stage.put(Keys(id=new_id(), by="lead", at=now(), text=text))


async def typing(stage: Stage, text: str) -> None:
    before = len(stage.agent.screen)
    keys(stage, text)
    await stage.until(lambda: len(stage.agent.screen) > before)


async def test_no_turn_is_typed_into_a_draft(stage: Stage) -> None:
    """An injected message was merged into a line that a human had half typed, and sent with it."""
    stage.habits.capabilities = (Capability.ATTACH,)
    await stage.idle()
    await typing(stage, "please do not")
    await stage.taken(stage.follow_up("report!", "f1"))
    await stage.until(lambda: receipt(stage, "f1").waits_because == DRAFT_STANDS)
    stage.agent.sink.emit(GuessMade(state="idle", line="$ please do not"))
    await typing(stage, " touch main")
    assert stage.agent.turns.empty()
    assert fates(stage, "f1") == ["Deferred"]
    await typing(stage, "\r")
    turn = await stage.agent.next_turn()
    assert turn.text == "report!"
    turn.say("I do.")
    await in_step(stage, "f1", ReceiptStep.ACTED_ON)


async def test_no_steer_is_typed_into_a_draft_either(stage: Stage) -> None:
    stage.habits.capabilities = (Capability.ATTACH,)
    stage.habits.steers_in_turn = stage.habits.queues_steers = True
    await stage.first_turn()
    await typing(stage, "half a")
    await stage.taken(stage.steer("look left", "s1"))
    await stage.until(lambda: receipt(stage, "s1").waits_because == DRAFT_STANDS)
    assert stage.agent.offers == []
    await typing(stage, "\x15")
    await in_step(stage, "s1", ReceiptStep.ACCEPTED)
    assert stage.agent.steered == ["look left"]


async def test_keys_to_an_agent_without_a_screen_hold_nothing_up(stage: Stage) -> None:
    await stage.idle()
    await typing(stage, "half a")
    stage.follow_up("go on", "f1")
    turn = await stage.agent.next_turn()
    assert turn.text == "go on"
