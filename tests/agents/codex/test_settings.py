"""Another mode or model for codex: with its next turn."""

from __future__ import annotations

import asyncio

import pytest

from tests.agents.codex.stage import Stage
from tests.agents.sink import LIMIT
from wuhu_tui.model.errors import NotPossible

LINES = """
opened()
for _ in range(2):
    call = begun()
    text = json.dumps({key: call["params"].get(key) for key in
                       ("model", "approvalPolicy", "sandboxPolicy", "collaborationMode")})
    note("item/agentMessage/delta", itemId="m", delta=text + ";")
    over()
hear()
"""


async def test_the_next_turns_have_another_mode_and_model(stage: Stage) -> None:
    async with asyncio.timeout(LIMIT), stage.show(stage.program(LINES)) as show:
        with pytest.raises(NotPossible, match="no mode “loud”; one of: on-request, untrusted"):
            await show.agent.set_mode("loud")
        await show.agent.set_mode("full-access")
        await show.agent.set_model("big")
        await show.agent.prompt("Go")
        first = show.sink.said
        assert '"model": "big"' in first
        assert '"approvalPolicy": "never", "sandboxPolicy": {"type": "dangerFullAccess"}' in first
        assert '"collaborationMode": null' in first
        await show.agent.set_mode("plan")
        await show.agent.prompt("Go on")
        second = show.sink.said.removeprefix(first)
        assert '"approvalPolicy": "on-request", "sandboxPolicy": {"type": "readOnly"' in second
        assert '"mode": "plan", "settings": {"model": "big"}' in second
