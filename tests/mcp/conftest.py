"""A session with a stand-in for its runner, and a real client of its worker's tools."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from tests.worker.stand_in import StandIn
from wuhu_tui.agents.protocol import McpServer


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    stand_in = StandIn(tmp_path)
    for name, value in stand_in.environment.items():
        monkeypatch.setenv(name, value)
    yield stand_in
    stand_in.close()


@asynccontextmanager
async def spawned(server: McpServer) -> AsyncIterator[Client]:
    """A client of the server as an agent starts it."""
    parameters = StdioServerParameters(
        command=server.command[0], args=list(server.command[1:]), env=server.environment
    )
    async with Client(stdio_client(parameters), raise_exceptions=True) as client:
        yield client
