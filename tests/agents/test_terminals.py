"""Commands that an agent runs in terminals of ours: contained, cut, and ended for sure."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import acp
import msgspec
import psutil
import pytest
from acp.schema import EnvVariable

from tests.agents.conftest import QUICK, Theatre
from tests.agents.sink import LIMIT, RecordingSink
from wuhu_tui.agents.acp import AcpAgent
from wuhu_tui.agents.acp_terminals import Ended, Terminals
from wuhu_tui.agents.protocol import McpServer
from wuhu_tui.model.events import ToolEnded, ToolOutput

AGENT = (sys.executable, "-S", str(Path(__file__).with_name("acp_terminal_user.py")))


class _Heard:
    def __init__(self) -> None:
        self.text = ""
        self._news = asyncio.Event()

    def __call__(self, terminal: str, text: str) -> None:
        self.text += text
        self._news.set()

    async def until(self, words: str) -> None:
        while words not in self.text:
            self._news.clear()
            await self._news.wait()


@asynccontextmanager
async def _terminals(theatre: Theatre) -> AsyncIterator[tuple[Terminals, _Heard]]:
    heard = _Heard()
    names = iter(range(1000))
    terminals = Terminals(theatre.setting(), heard, lambda: str(next(names)))
    async with asyncio.timeout(LIMIT):
        try:
            yield terminals, heard
        finally:
            await terminals.close()


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def _until_gone(pid: int) -> None:
    while not _gone(pid):
        await asyncio.sleep(0)


async def test_a_command_runs_in_the_worktree_with_the_agents_environment(
    theatre: Theatre,
) -> None:
    (theatre.worktree / "sub").mkdir()
    theatre.environment["GIVEN"] = "once"
    async with _terminals(theatre) as (terminals, _):
        more = [EnvVariable(name="MORE", value="added")]
        name = await terminals.create("pwd; echo $GIVEN $MORE; exit 3", (), more, "sub", None)
        assert await terminals.named(name).wait() == Ended(3)
        assert terminals.named(name).output == f"{theatre.worktree / 'sub'}\nonce added\n"
        assert not terminals.named(name).truncated
        name = await terminals.create("printf", ("%s|", "a b", "c"), (), ".", None)
        await terminals.named(name).wait()
        assert terminals.named(name).output == "a b|c|"


async def test_of_long_output_the_end_is_kept_cut_between_characters(theatre: Theatre) -> None:
    async with _terminals(theatre) as (terminals, heard):
        name = await terminals.create("printf 'ööööö'", (), (), ".", 5)
        await terminals.named(name).wait()
        assert (terminals.named(name).output, terminals.named(name).truncated) == ("öö", True)
        assert heard.text == "ööööö"
        name = await terminals.create("echo gone", (), (), ".", 0)
        await terminals.named(name).wait()
        assert (terminals.named(name).output, terminals.named(name).truncated) == ("", True)


@pytest.mark.parametrize("folder", ["/", "..", "out"])
async def test_nothing_runs_outside_the_worktree(theatre: Theatre, folder: str) -> None:
    (theatre.worktree / "out").symlink_to("/")
    async with _terminals(theatre) as (terminals, _):
        with pytest.raises(acp.RequestError, match="Invalid params"):
            await terminals.create("touch seen", (), (), folder, None)


async def test_what_cannot_be_started_is_refused(theatre: Theatre) -> None:
    async with _terminals(theatre) as (terminals, _):
        with pytest.raises(acp.RequestError):
            await terminals.create("no-such-program", ("x",), (), ".", None)
        with pytest.raises(acp.RequestError):
            await terminals.create("echo", ("a\0b",), (), ".", None)
        with pytest.raises(acp.RequestError):
            terminals.named("terminal-0")


@pytest.mark.parametrize("way", ["kill", "release", "close"])
async def test_a_command_ends_with_its_whole_group(theatre: Theatre, way: str) -> None:
    command = "trap '' TERM; sleep 60 & echo $!; wait; sleep 60"
    async with _terminals(theatre) as (terminals, heard):
        name = await terminals.create(command, (), (), ".", None)
        await heard.until("\n")
        terminal = terminals.named(name)
        if way == "kill":
            await terminal.kill()
            assert terminals.named(name).ended == Ended(None, "SIGKILL")
            assert terminal.output.strip().isdigit()
        elif way == "release":
            await terminals.release(name)
        else:
            await terminals.close()
        await _until_gone(int(heard.text))
        if way != "kill":
            with pytest.raises(acp.RequestError):
                terminals.named(name)


async def test_an_agent_runs_its_command_in_a_terminal_and_the_pane_sees_it(
    theatre: Theatre,
) -> None:
    agent, sink = theatre.adapter(command=AGENT), RecordingSink()
    async with asyncio.timeout(LIMIT):
        await agent.start(sink, "")
        assert await agent.prompt("echo from here; exit 4") == "end_turn"
        await agent.close()
    assert sink.said == "4: from here\n"
    assert "".join(event.text for event in sink.all(ToolOutput)) == "from here\n"
    assert [event.output for event in sink.all(ToolEnded)] == ["from here\n"]


async def test_terminals_end_with_the_agent(theatre: Theatre) -> None:
    os.mkfifo(theatre.worktree / "gate")
    agent, sink = theatre.adapter(command=AGENT), RecordingSink()
    async with asyncio.timeout(LIMIT):
        await agent.start(sink, "")
        turn = asyncio.create_task(agent.prompt("echo $$; exec cat gate"))
        await sink.until_event(ToolOutput)
        await agent.close()
        await asyncio.wait({turn})
        await _until_gone(int(sink.all(ToolOutput)[0].text))


async def test_terminals_are_offered_only_where_the_quirks_say_so(theatre: Theatre) -> None:
    agent, sink = theatre.adapter(command=AGENT, terminals=False), RecordingSink()
    async with asyncio.timeout(LIMIT):
        await agent.start(sink, "")
        assert await agent.prompt("echo from here") == "end_turn"
        await agent.close()
    assert sink.said == ""


async def test_servers_of_tools_are_given_with_the_session(theatre: Theatre) -> None:
    server = McpServer(name="wuhu", command=("tool", "-x"), environment={"A": "1"})
    setting = msgspec.structs.replace(theatre.setting(AGENT), mcp_servers=(server,))
    agent, sink = AcpAgent(setting, patience=QUICK), RecordingSink()
    async with asyncio.timeout(LIMIT):
        await agent.start(sink, "")
        await agent.prompt("servers")
        await agent.close()
    assert json.loads(sink.said) == [
        {
            "name": "wuhu",
            "command": "tool",
            "args": ["-x"],
            "env": [{"name": "A", "value": "1"}],
        }
    ]
