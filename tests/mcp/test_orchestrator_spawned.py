"""The orchestrator's server as agents start it, over real sessions whose agents follow scripts."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from tests.core.conftest import plenty
from tests.core.fake_host import git
from tests.mcp.conftest import spawned
from tests.mcp.orchestrating import words
from wuhu_tui.agents.protocol import McpServer
from wuhu_tui.core.core import Core
from wuhu_tui.core.door import NewSession
from wuhu_tui.core.samples import prepare_sample
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.sessions import AgentLaunch, Quirks, SessionSpec
from wuhu_tui.session.guarded import own_servers

PATIENCE = 55.0

CHIEF = """
[agents.chief]
extends = "sample"
command = ["{python}", "-m", "wuhu_tui.sample_agent", "--script", "sessions/chief.toml"]
"""
"""An agent that is in a tool call for ever: the test calls its tools for it."""


class Shop:
    """The sample shop, its lead at a core, and a chief session."""

    def __init__(self, core: Core, root: Path, chief: SessionSpec) -> None:
        self.core = core
        self.root = root
        self.chief = chief

    @property
    def server(self) -> McpServer:
        """The server that the chief's agent is given."""
        folder = self.core.project.folder.session(self.chief.id)
        return own_servers(self.chief, folder, 1)[1]

    async def until(self, look: Any, what: str) -> Any:
        found = await self.core.project.ledger.until(lambda: look() or None, PATIENCE)
        states = {view.id: view.state.value for view in self.core.board.sessions.values()}
        assert found, f"{what}: {states}, {self.core.board.project.warnings}"
        return found

    def asks(self) -> Any:
        """What the chief asks the lead."""
        view: SessionView = self.core.board.sessions[self.chief.id]
        return view.questions


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    prepared = await prepare_sample("shop-api", root=tmp_path / "shop-api", pace=0.02)
    root = prepared.root
    with (root / "wuhu.toml").open("a", encoding="utf-8") as file:
        file.write(CHIEF)
    (root / "sessions" / "chief.toml").write_text("[[turns]]\nsteps = [{ hang = true }]\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a chief")
    core = await Core.open(root)
    core.project.memory = plenty
    wish = NewSession(task="direct them", role="orchestrator", agent="chief")
    chief = await core.instantiate(wish)
    yield Shop(core, root, chief)
    running = [name for name in core.board.sessions if core.runner_alive(name)]
    await asyncio.gather(*(core.stop(name) for name in running), return_exceptions=True)
    await core.aclose()


async def _call(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, words(result)
    return json.loads(words(result))


async def _child(client: Client, agent: str) -> str:
    made = await _call(
        client, "instantiate_session", task=f"do {agent}", title=agent, agent=agent, start=True
    )
    return str(made["session"])


@pytest.mark.slow
async def test_an_orchestrator_directs_real_sessions_and_the_lead_allows_its_merge(
    shop: Shop,
) -> None:
    await shop.core.start(shop.chief.id)
    async with asyncio.timeout(PATIENCE), spawned(shop.server) as client:
        asking, other = await _child(client, "accounts"), await _child(client, "discount")
        woken = await _call(client, "join")
        assert (woken["reason"], woken["session"]) == ("question", asking), woken
        (question,) = woken["questions"]
        assert question["options"][0]["key"] == "scrypt"
        await _call(client, "answer", session=asking, choice="scrypt")
        woken = await _call(client, "join")
        assert woken["reason"] == "reached", woken
        assert woken["outcomes"] == {asking: "done", other: "done"}

        head = (await _call(client, "review_diff", session=asking))["review"]["head"]
        merging = asyncio.create_task(
            _call(client, "request_merge", session=asking, head=head, note="looks right")
        )
        (wish,) = await shop.until(shop.asks, "leave")
        assert "checks: tests passed" in wish.context
        await shop.core.answer(shop.chief.id, wish.id, choice="allow")
        merged = await merging
    assert merged["merge"]["outcome"] == "merged", merged
    assert "scrypt" in git(shop.root, "show", "main:shop/accounts.py")
    assert shop.core.board.sessions[other].spec.parent == shop.chief.id


@pytest.mark.long
@pytest.mark.slow
async def test_a_killed_server_leaves_its_join_to_the_next_one(shop: Shop) -> None:
    await shop.core.start(shop.chief.id)
    async with asyncio.timeout(PATIENCE):
        async with spawned(shop.server) as client:
            asking = await _child(client, "accounts")
            call = asyncio.create_task(client.call_tool("join", {"until": "merged"}))
            (join,) = await shop.until(lambda: list(shop.core.board.joins.values()), "a join")
            for pid in _pids_of_servers(shop.chief.id):
                os.kill(pid, signal.SIGKILL)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        async with spawned(shop.server) as client:
            woken = await _call(client, "join", until="merged")
    assert (woken["join"], woken["adopted"], woken["session"]) == (join.id, True, asking)
    assert woken["reason"] == "question"


def _pids_of_servers(session: str) -> list[int]:
    import psutil

    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        line, environment = process.info["cmdline"] or [], process.info["environ"] or {}
        if (
            line[-1:] == ["wuhu_tui.mcp.orchestrator"]
            and environment.get("WUHU_SESSION") == session
        ):
            found.append(process.pid)
    assert found
    return found


def test_only_who_directs_others_is_given_the_tools_for_that(tmp_path: Path) -> None:
    from wuhu_tui.journal.layout import SessionFolder

    folder = SessionFolder(tmp_path)
    worker = SessionSpec(id="a", project="shop", role="impl")
    assert [one.name for one in own_servers(worker, folder, 1)] == ["wuhu"]
    chief = SessionSpec(id="a", project="shop", role="orchestrator")
    own, directing = own_servers(chief, folder, 1)
    assert (own.name, directing.name) == ("wuhu", "wuhu_orchestrator")
    assert directing.command[1:] == ("-P", "-m", "wuhu_tui.mcp.orchestrator")
    assert directing.environment == own.environment
    assert AgentLaunch(name="x", quirks=Quirks()).quirks.mcp


def test_without_a_project_it_says_how_to_make_one_and_ends(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WUHU_")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "wuhu_tui.cli.main", "mcp"],
        check=False,
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert "wuhu init" in done.stderr
