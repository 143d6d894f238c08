"""Another mode or model for an agent that lives, each in its protocol's words."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import cast

import pytest
from acp.schema import (
    NewSessionResponse,
    SessionConfigOptionBoolean,
    SessionConfigOptionSelect,
    SessionConfigSelectGroup,
    SessionConfigSelectOption,
)

from tests.agents.conftest import Theatre
from tests.agents.sink import LIMIT
from wuhu_tui.agents.acp_life import Life
from wuhu_tui.agents.acp_settings import Settings
from wuhu_tui.agents.command import CommandAgent
from wuhu_tui.agents.protocol import Agent
from wuhu_tui.agents.terminal import TerminalAgent
from wuhu_tui.model.errors import AgentError, NotPossible


async def test_a_session_of_acp_changes_its_mode_between_two_turns(theatre: Theatre) -> None:
    theatre.play(behaviour={"modes": ["default", "yolo"]})
    async with asyncio.timeout(LIMIT), theatre.show() as show:
        await show.agent.set_mode("yolo")
        with pytest.raises(NotPossible, match="no mode “plan”; one of: default, yolo"):
            await show.agent.set_mode("plan")
        with pytest.raises(NotPossible, match=r"offers no model “opus”$"):
            await show.agent.set_model("opus")
    assert "yolo" in str(show.sink.events)
    with pytest.raises(AgentError, match="does not run"):
        await show.agent.set_mode("yolo")


class OneLife:
    """An agent's life that only takes settings."""

    def __init__(self) -> None:
        self.connection = self
        self.was_set: list[tuple[str, object]] = []

    async def set_config_option(self, config_id: str, session_id: str, value: object) -> None:
        self.was_set.append((config_id, value))

    async def call(self, step: str, change: Coroutine[None, None, None], *, seconds: float) -> None:
        await change


def _option(name: str, *values: str) -> SessionConfigOptionSelect:
    choices = [SessionConfigSelectOption(value=value, name=value) for value in values]
    group = SessionConfigSelectGroup(group="all", name="All", options=choices)
    return SessionConfigOptionSelect(
        id=name, name=name, current_value=values[0], options=[group], type="select"
    )


async def test_mode_and_model_are_set_as_options_where_these_are_offered() -> None:
    life = OneLife()
    options: list[SessionConfigOptionSelect | SessionConfigOptionBoolean] = [
        _option("mode", "build", "plan"),
        _option("model", "small", "big"),
    ]
    opened = NewSessionResponse(session_id="s", config_options=options)
    settings = Settings(cast("Life", life), "s", opened)
    assert settings.has_modes
    assert settings.model == "small"
    await settings.set_mode("plan", 1)
    await settings.set_model("big", 1)
    assert life.was_set == [("mode", "plan"), ("model", "big")]
    with pytest.raises(NotPossible, match="no model “huge”; one of: small, big"):
        await settings.set_model("huge", 1)
    assert len(life.was_set) == 2


@pytest.mark.parametrize("kind", [CommandAgent, TerminalAgent])
async def test_a_program_without_a_protocol_has_neither(
    theatre: Theatre, kind: type[CommandAgent] | type[TerminalAgent]
) -> None:
    agent: Agent = kind(theatre.setting((sys.executable,)))
    with pytest.raises(NotPossible, match="no modes"):
        await agent.set_mode("plan")
    with pytest.raises(NotPossible, match="no models"):
        await agent.set_model("opus")
