"""The server as agents start it: a process of its own, over stdio."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest
from mcp import Client
from mcp_types import TextContent

from tests.mcp.conftest import spawned
from tests.session.stage import make_session
from tests.worker.stand_in import StandIn
from wuhu_tui.agents.protocol import McpServer
from wuhu_tui.model.commands import AnswerTaken
from wuhu_tui.model.sessions import AgentLaunch, Quirks
from wuhu_tui.session.guarded import setting_of

PATIENCE = 40


def _server(runner: StandIn) -> McpServer:
    (server,) = setting_of(runner.spec, runner.folder, 1).mcp_servers
    return server


async def _words(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert not result.is_error, content.text
    return content.text


async def test_a_question_outlives_the_server_that_asked_it(
    runner: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in runner.environment:
        monkeypatch.delenv(name)
    server = _server(runner)
    async with asyncio.timeout(PATIENCE):
        async with spawned(server) as client:
            call = asyncio.create_task(client.call_tool("ask", {"question": "Which?"}))
            question = await asyncio.to_thread(runner.next_question)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        runner.answer(question, text="this one")
        async with spawned(server) as client:
            assert await _words(client, "ask", question="Which?") == "The answer is: this one"
            assert isinstance(runner.next_command(), AnswerTaken)
            assert await _words(client, "report", kind="note", summary="x") == "Reported: note."


def test_it_ends_with_its_input(runner: StandIn) -> None:
    done = subprocess.run(
        _server(runner).command,
        check=False,
        env={**os.environ, **_server(runner).environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_an_agent_is_given_the_tools_of_its_own_life(runner: StandIn) -> None:
    server = _server(runner)
    assert server.name == "wuhu"
    assert server.command == (sys.executable, "-P", "-m", "wuhu_tui.mcp.worker")
    assert server.environment == {**runner.environment, "WUHU_LIFE": "shop-impl-01:1"}


def test_an_agent_can_go_without_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    launch = AgentLaunch(name="plain", quirks=Quirks(mcp=False))
    folder, spec = make_session(tmp_path_factory.mktemp("plain"), agent=launch)
    assert setting_of(spec, folder, 1).mcp_servers == ()
