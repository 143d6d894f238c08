"""Errors of the model's service, as each agent tells them, say what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from acp.exceptions import RequestError

from wuhu_tui.agents.acp_errors import AcpTroubles, model_status
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.model.sessions import AgentLaunch

GEMINI = '{"type":"error","error":{"type":"authentication_error","message":"bad key"}}'


@pytest.mark.parametrize(
    ("code", "message", "data", "status"),
    [
        (-32603, "Internal error: API Error: Rejected", {"errorKind": "rate_limit"}, 429),
        (-32603, "Failed to authenticate. API Error: 401 no", {"errorKind": "x"}, 401),
        (-32603, "Internal error", {"message": "exceeded, last status: 429 Too Many"}, 429),
        (-32603, "Internal error", {"message": "unexpected status 529 <unknown>"}, 529),
        (-32603, "Internal error: fake error 401", {"errorName": "APIError"}, 401),
        (401, GEMINI, None, 401),
        (-32603, "it took 500 lines of 429", None, 0),
    ],
)
def test_the_status_is_read_out_of_what_agents_say(
    code: int, message: str, data: Any, status: int
) -> None:
    assert model_status(RequestError(code, message, data)) == status


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [(401, GEMINI, "log in"), (429, "slow", "wait, then"), (503, "no", "trouble"), (1, "", "log")],
)
def test_the_remedy_fits(code: int, message: str, remedy: str) -> None:
    launch = AgentLaunch(name="gemini", command=("x",))
    setting = AgentSetting(launch=launch, worktree=Path(), environment={}, log=Path("log"))
    error = AcpTroubles(setting).refused("prompt", RequestError(code, message))
    assert remedy in error.remedy
    assert '{"type"' not in error.message
