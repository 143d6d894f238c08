"""Another mode or model for the agent that lives now: taken, refused, or too late."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.session.stage import Stage
from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.model.agent_events import ModelChanged
from wuhu_tui.model.commands import SetMode, SetModel
from wuhu_tui.model.events import CommandRefused, CommandTaken, Noted
from wuhu_tui.model.states import SessionState
from wuhu_tui.session import conversation


def mode(name: str) -> SetMode:
    return SetMode(id=new_id(), by="lead", at=now(), mode=name)


def model(name: str) -> SetModel:
    return SetModel(id=new_id(), by="ada", at=now(), model=name)


async def test_a_running_agent_gets_another_mode_and_model(stage: Stage) -> None:
    await stage.first_turn()
    await stage.taken(stage.put(mode("plan")))
    await stage.taken(stage.put(model("opus")))
    assert stage.agent.settings == {"mode": "plan", "model": "opus"}
    assert "mode: plan, by lead" in [note.text for note in stage.events(Noted)]
    assert stage.events(ModelChanged) == [ModelChanged(model="opus", by="ada")]
    assert stage.folded().model == "opus"
    kinds = [taken.kind for taken in stage.events(CommandTaken)]
    assert kinds == ["set_mode", "set_model"]
    assert stage.events(CommandRefused) == []


async def test_an_unknown_mode_is_refused_before_it_is_taken(stage: Stage) -> None:
    await stage.first_turn()
    command = stage.put(mode("loud"))
    await stage.taken(command)
    reason = "no such mode; one of: plan, opus"
    assert stage.events(CommandRefused) == [CommandRefused(command=command.id, reason=reason)]
    events = [type(record.event) for record in stage.records]
    assert events.index(CommandRefused) < events.index(CommandTaken)
    assert "mode: " not in str(stage.events(Noted))


async def test_an_agent_that_does_not_say_holds_nothing_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "SETTING_DEADLINE", 0.05)
    stage.habits.settings_gate = asyncio.Event()
    turn = await stage.first_turn()
    await stage.taken(stage.put(model("opus")))
    assert "did not say within 0.05 s" in stage.events(CommandRefused)[0].reason
    assert stage.events(ModelChanged) == []
    turn.end()
    await stage.in_state(SessionState.IDLE)


async def test_before_the_agent_is_ready_it_is_refused(stage: Stage) -> None:
    stage.habits.start_gate = asyncio.Event()
    stage.open()
    await stage.taken(stage.put(mode("plan")))
    assert "not ready" in stage.events(CommandRefused)[0].reason
    stage.habits.start_gate.set()


async def test_what_was_meant_for_an_earlier_life_does_not_reach_this_one(stage: Stage) -> None:
    old = SetMode(id=new_id(), by="lead", at=now() - timedelta(hours=1), mode="plan")
    stage.put(old)
    stage.open(asked_at=now())
    await stage.taken(old)
    assert "earlier life" in stage.events(CommandRefused)[0].reason
    await stage.until(lambda: bool(stage.agents))
    await stage.agent.next_turn()
    assert stage.agent.settings == {}
