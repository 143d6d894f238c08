"""When a turn is over, and what is true of each message that was handed into it."""

from __future__ import annotations

import asyncio

import pytest

from tests.agents.sink import LIMIT, RecordingSink
from wuhu_tui.agents.claude_frames import Result
from wuhu_tui.agents.claude_turn import AGENT_GONE, NO_SIGN, TAKEN_BACK, Turns
from wuhu_tui.agents.protocol import PROMPT

FIRST, SECOND = Result(result="first"), Result(result="second")


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


async def test_a_result_ends_the_turn(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    over = turns.begin("p")
    turns.agent_began()
    assert (turns.running, turns.prompted) == (True, True)
    turns.ended(FIRST)
    assert over.result() is FIRST
    assert (turns.running, turns.prompted) == (False, False)
    assert sink.accepted_tokens == []


async def test_a_message_is_accepted_only_with_a_sign_of_it(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    turns.begin("p")
    turns.steer("u", "m1")
    turns.taken("somebody's")
    assert sink.accepted_tokens == []
    turns.taken("u")
    turns.taken("u")
    assert sink.accepted_tokens == ["m1"]


async def test_a_late_message_makes_a_turn_of_its_own(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    over = turns.begin("p")
    turns.steer("u", "m1")
    turns.ended(FIRST)
    assert not over.done()
    turns.agent_began()
    turns.taken("u")
    turns.ended(SECOND)
    assert over.result() is SECOND
    assert sink.accepted_tokens == ["m1"]


async def test_a_result_that_names_a_message_is_a_sign(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    over = turns.begin("p")
    turns.steer("u", "m1")
    turns.ended(Result(user_message_uuids=["p", "u"]))
    assert over.done()
    assert sink.accepted_tokens == ["m1"]


async def test_without_a_sign_a_message_is_lost_after_a_while(sink: RecordingSink) -> None:
    turns = Turns(sink, 0.01)
    over = turns.begin("p")
    turns.steer("u", "m1")
    turns.ended(FIRST)
    async with asyncio.timeout(LIMIT):
        assert await over is FIRST
    assert sink.not_accepted_tokens == [("m1", NO_SIGN, True)]


async def test_a_message_taken_back_is_not_lost(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    over = turns.begin("p")
    turns.steer("u", "m1")
    assert turns.waiting == ("u",)
    turns.taken_back("u")
    turns.taken_back("u")
    turns.ended(FIRST)
    assert over.done()
    assert sink.not_accepted_tokens == [("m1", TAKEN_BACK, False)]


async def test_a_prompt_during_a_turn_of_the_agents_own_waits_for_its_own_end(
    sink: RecordingSink,
) -> None:
    turns = Turns(sink, 60)
    turns.agent_began()
    over = turns.begin("p")
    turns.ended(FIRST)
    assert not over.done()
    turns.agent_began()
    turns.taken("p")
    turns.ended(SECOND)
    assert over.result() is SECOND


async def test_a_prompt_that_waits_for_another_turn_can_be_taken_back(
    sink: RecordingSink,
) -> None:
    turns = Turns(sink, 60)
    turns.agent_began()
    over = turns.begin("p")
    assert turns.waiting == ("p",)
    turns.taken_back("p")
    assert not over.done()
    turns.ended(FIRST)
    assert over.result() is FIRST
    assert turns.came_back
    turns.forget()
    turns.begin("q")
    assert not turns.came_back


async def test_a_prompt_that_waited_for_another_turn_is_told_as_taken(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    turns.agent_began()
    turns.begin("p")
    turns.ended(FIRST)
    assert sink.accepted_tokens == []
    turns.taken("p")
    turns.taken_back("p")
    assert sink.accepted_tokens == [PROMPT]
    assert not turns.came_back


async def test_nothing_is_waited_for_when_the_last_message_is_taken_back(
    sink: RecordingSink,
) -> None:
    turns = Turns(sink, 60)
    turns.agent_began()
    over = turns.begin("p")
    turns.steer("u", "m1")
    turns.taken("p")
    turns.ended(FIRST)
    assert not over.done()
    turns.taken_back("u")
    assert over.result() is FIRST


async def test_with_signs_of_everything_no_other_turn_ends_a_prompt(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    turns.tells_all = True
    over = turns.begin("p")
    turns.ended(FIRST)
    assert not over.done()
    turns.taken("p")
    turns.ended(SECOND)
    assert over.result() is SECOND


async def test_the_agents_end_loses_what_it_gave_no_sign_of(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    turns.begin("p")
    turns.steer("u", "m1")
    turns.steer("v", "m2")
    turns.taken("u")
    turns.agent_gone()
    assert sink.accepted_tokens == ["m1"]
    assert sink.not_accepted_tokens == [("m2", AGENT_GONE, True)]


async def test_an_old_deadline_does_not_end_the_next_prompt(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    turns.begin("p")
    turns.hurry(0.01)
    turns.ended(FIRST)
    turns.forget()
    turns.hurry(0.01)
    over = turns.begin("q")
    assert not turns.interrupted
    await asyncio.sleep(0.03)
    assert not over.done()
    turns.ended(SECOND)
    assert over.result() is SECOND


async def test_an_interrupted_turn_that_does_not_end_is_overdue(sink: RecordingSink) -> None:
    turns = Turns(sink, 60)
    over = turns.begin("p")
    turns.hurry(0.01)
    async with asyncio.timeout(LIMIT):
        with pytest.raises(TimeoutError):
            await over
    assert turns.interrupted
