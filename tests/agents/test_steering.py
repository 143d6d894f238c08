"""Messages into a running turn, and its interruption, for every measured habit of agents."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.agents.conftest import QUICK, Show, Theatre
from tests.agents.sink import LIMIT, RecordingSink
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import SteerOutcome
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid, Noted, ToolEnded, ToolStarted

STEER: dict[str, Any] = {"steer_method": "session/steering"}
FOLD: dict[str, Any] = {"second_prompt": "folded"}


def _gate(theatre: Theatre) -> Path:
    gate = theatre.worktree / "gate"
    os.mkfifo(gate)
    return gate


async def _steered(show: Show, gate: Path, *, folded: bool = False) -> tuple[SteerOutcome, str]:
    """Steer a turn that waits at a gate; whether it was taken, and the turn's end."""
    turn = asyncio.create_task(show.agent.prompt("Go"))
    await show.sink.until_event(ToolStarted)
    taken = await show.agent.steer("use euros", "s1")
    if folded:
        await show.sink.until_event(Noted)
    await asyncio.to_thread(gate.write_text, "")
    return taken, await turn


async def test_steering_by_the_agents_own_method(theatre: Theatre) -> None:
    gate = _gate(theatre)
    theatre.play([{"run": "cat gate"}, {"say": " End."}])
    async with asyncio.timeout(LIMIT), theatre.show(**STEER) as show:
        assert show.started.steers_in_turn
        assert await _steered(show, gate) == (SteerOutcome.ACCEPTED, "end_turn")
    assert show.sink.said == "Understood: use euros End."


async def test_an_idle_agent_takes_no_steer(theatre: Theatre) -> None:
    theatre.play([{"say": "Done."}])
    async with asyncio.timeout(LIMIT), theatre.show(**STEER, **FOLD) as show:
        assert await show.agent.steer("too early", "s1") is SteerOutcome.NOT_NOW
        await show.agent.prompt("Go")
        assert await show.agent.steer("too late", "s1") is SteerOutcome.NOT_NOW
    assert show.sink.said == "Done."


async def test_an_agent_whose_turn_a_denial_ends_takes_no_more_steers_in_it(
    theatre: Theatre,
) -> None:
    gate = _gate(theatre)
    theatre.play([{"permission": "Remove the cart"}, {"run": "cat gate"}])
    async with asyncio.timeout(LIMIT), theatre.show(reject_ends_turn=True, **FOLD) as show:
        show.sink.answers.append({"choice": "deny"})
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolEnded)
        assert await show.agent.steer("move it to attic/", "s1") is SteerOutcome.NOT_NOW
        await asyncio.to_thread(gate.write_text, "")
        assert await turn == "end_turn"


async def test_without_a_known_way_nothing_is_sent(theatre: Theatre) -> None:
    gate = _gate(theatre)
    theatre.play([{"run": "cat gate"}, {"say": "End."}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        assert not show.started.steers_in_turn
        assert await _steered(show, gate) == (SteerOutcome.NOT_SUPPORTED, "end_turn")
    assert show.sink.said == "End."


async def test_a_missing_steering_method_falls_back_to_folding(theatre: Theatre) -> None:
    gate = _gate(theatre)
    theatre.play(
        [{"run": "cat gate"}, {"say": " End."}], behaviour={"steering": False, "tells_folded": True}
    )
    async with asyncio.timeout(LIMIT), theatre.show(**STEER, **FOLD) as show:
        assert await _steered(show, gate, folded=True) == (SteerOutcome.DELIVERED, "end_turn")
    assert show.sink.accepted_tokens == ["s1"]
    assert show.sink.said == "Understood: use euros End."


async def test_a_missing_steering_method_without_fallback_refuses(theatre: Theatre) -> None:
    gate = _gate(theatre)
    theatre.play([{"run": "cat gate"}], behaviour={"steering": False})
    async with asyncio.timeout(LIMIT), theatre.show(**STEER) as show:
        assert await _steered(show, gate) == (SteerOutcome.NOT_SUPPORTED, "end_turn")


@pytest.mark.parametrize(
    ("habit", "quirks"),
    [
        ("together", FOLD),
        ("early", {**FOLD, "hand_over_told": True}),
        ("never", {**FOLD, "folded_call_returns": False}),
    ],
)
async def test_a_turn_ends_with_its_last_word(
    theatre: Theatre, habit: str, quirks: dict[str, Any]
) -> None:
    gate = _gate(theatre)
    theatre.play(
        [{"run": "cat gate"}, {"repeat": 5, "steps": [{"read": "cart.py"}]}, {"say": " End."}],
        behaviour={"second_prompt": habit, "tells_folded": True},
    )
    async with asyncio.timeout(LIMIT), theatre.show(**quirks) as show:
        taken, reason = await _steered(show, gate, folded=True)
        assert (taken, reason) == (SteerOutcome.DELIVERED, "end_turn")
        assert show.sink.accepted_tokens == ["s1"]
        assert show.sink.not_accepted_tokens == []
        assert show.sink.said == "Understood: use euros End."
        assert len(show.sink.all(ToolEnded)) == 6
        assert await show.agent.prompt("and?") == "end_turn"


async def test_a_refused_second_prompt_is_told(theatre: Theatre) -> None:
    gate = _gate(theatre)
    theatre.play(
        [{"run": "cat gate"}, {"ask": "May I end?"}], behaviour={"second_prompt": "refuse"}
    )
    async with asyncio.timeout(LIMIT), theatre.show(**FOLD) as show:
        show.sink.answers.append({"text": "yes"})
        assert await _steered(show, gate) == (SteerOutcome.DELIVERED, "end_turn")
    assert show.sink.accepted_tokens == []
    assert show.sink.not_accepted_tokens == [
        ("s1", "the agent refused it: a turn is running", False)
    ]


async def test_an_interrupt_kills_the_command_and_ends_its_call(theatre: Theatre) -> None:
    gate = _gate(theatre)
    theatre.play([{"run": "cat gate"}, {"say": "after"}], behaviour={"ends_open_tools": False})
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolStarted)
        await show.agent.interrupt()
        assert await turn == "cancelled"
        ended = show.sink.all(ToolEnded)[0]
        assert (ended.ok, ended.output) == (False, "(the agent told no end of this)")
        assert await show.agent.prompt("go on") == "end_turn"
    assert gate.exists()
    assert show.sink.said == "I go on where I was.after"


@pytest.mark.parametrize("kept", [True, False])
async def test_an_interrupt_ends_folded_prompts_too(theatre: Theatre, kept: bool) -> None:
    theatre.play([{"run": "echo up; cat gate"}], behaviour={"second_prompt": "early"})
    _gate(theatre)
    quirks = {**FOLD, "cancel_keeps_folded": kept}
    async with asyncio.timeout(LIMIT), theatre.show(**quirks) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await show.sink.until_event(ToolStarted)
        assert await show.agent.steer("more", "s1") is SteerOutcome.DELIVERED
        await show.agent.interrupt()
        assert await turn == "cancelled"
        assert await show.agent.steer("later", "s2") is SteerOutcome.NOT_NOW
    assert show.sink.accepted_tokens == (["s1"] if kept else [])
    assert [lost for _, _, lost in show.sink.not_accepted_tokens] == ([] if kept else [True])


async def test_interrupting_nothing_does_nothing(theatre: Theatre) -> None:
    theatre.play([{"say": "Hi."}])
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.interrupt()
        assert await show.agent.prompt("Go") == "end_turn"
    assert show.sink.said == "Hi."


async def test_an_agent_deaf_to_interrupts_is_ended(theatre: Theatre) -> None:
    theatre.play([{"log": "deaf"}, {"hang": True}], behaviour={"deaf": True})
    patience = Patience(cancel=0.2, end_of_input=QUICK.end_of_input)
    async with asyncio.timeout(LIMIT), theatre.show(patience=patience) as show:
        turn = asyncio.create_task(show.agent.prompt("Go"))
        await asyncio.sleep(0)
        await show.agent.interrupt()
        with pytest.raises(AgentError):
            await turn
        assert any("did not stop within 0.2 s" in text for _, text in show.sink.notes)
        assert show.sink.order[-1] == "exited"


@pytest.mark.parametrize("answered", [True, False])
async def test_a_prompt_too_late_to_be_folded_in_is_a_turn_that_is_waited_for(
    theatre: Theatre, answered: bool
) -> None:
    late = (sys.executable, "-S", str(Path(__file__).with_name("acp_late.py")))
    agent = theatre.adapter(QUICK, late, second_prompt="folded", folded_call_returns=False)
    sink = RecordingSink()
    if answered:
        sink.answers.append({"choice": "allow"})
    async with asyncio.timeout(LIMIT):
        await agent.start(sink, "")
        turn = asyncio.create_task(agent.prompt("Go"))
        await sink.until_event(AgentSaid)
        assert await agent.steer("and this", "s1") is SteerOutcome.DELIVERED
        if answered:
            assert await turn == "end_turn"
        else:
            await sink.until_asked()
            await asyncio.wait({turn}, timeout=0.2)
            assert not turn.done()
        await agent.close()
        await asyncio.wait({turn})
        assert isinstance(turn.exception(), AgentError) is not answered
    assert sink.said == "Begun. Late." + " Done." * answered
    assert sink.accepted_tokens == ["s1"]
