"""Another mode or model while Claude Code runs: its control requests, and its refusals."""

from __future__ import annotations

import pytest

from tests.agents.claude.conftest import House
from wuhu_tui.model.errors import AgentError, NotPossible

TAKES_AND_REFUSES = """
for wanted in ({"subtype": "set_permission_mode", "mode": "plan"},
               {"subtype": "set_model", "model": "opus"}):
    heard = hear()
    assert heard["request"] == wanted, heard
    answer(heard)
heard = hear()
told = {"subtype": "error", "request_id": heard["request_id"], "error": "bypass_not_launched"}
tell(type="control_response", response=told)
hear()
"""


async def test_mode_and_model_are_asked_for_and_a_refusal_is_told(house: House) -> None:
    async with house.program(TAKES_AND_REFUSES) as stage:
        with pytest.raises(NotPossible, match="no mode “loud”; one of: default, acceptEdits"):
            await stage.agent.set_mode("loud")
        await stage.agent.set_mode("plan")
        await stage.agent.set_model("opus")
        with pytest.raises(AgentError, match="“mode bypassPermissions” with: bypass_not_launched"):
            await stage.agent.set_mode("bypassPermissions")
