"""A plain program for every turn."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest

from tests.agents.sink import RecordingSink
from wuhu_tui.agents.command import CommandAgent
from wuhu_tui.agents.process import Patience
from wuhu_tui.agents.protocol import AgentSetting, SteerOutcome
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.events import AgentSaid
from wuhu_tui.model.sessions import AgentLaunch


def setting(folder: Path, *command: str) -> AgentSetting:
    return AgentSetting(
        launch=AgentLaunch(name="script", protocol="command", command=command),
        worktree=folder,
        environment={"PATH": os.environ["PATH"]},
        log=folder / "logs" / "agent.log",
    )


def python(folder: Path, text: str) -> AgentSetting:
    return setting(folder, sys.executable, "-u", "-c", text)


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def started(chosen: AgentSetting) -> tuple[CommandAgent, RecordingSink]:
    agent, sink = CommandAgent(chosen, patience=Patience(terminate=0.3, drain=0.3)), RecordingSink()
    assert (await agent.start(sink, "")).pid == 0
    return agent, sink


async def test_every_turn_is_a_run_of_its_own(tmp_path: Path) -> None:
    text = (
        "import os,sys;"
        "print(os.environ['WUHU_TURN'],os.environ['WUHU_TURN_KIND'],sys.stdin.read(),os.getcwd())"
    )
    agent, sink = await started(python(tmp_path, text))
    assert await agent.prompt("do ä\nthis") == "end_turn"
    assert await agent.prompt("again") == "end_turn"
    assert sink.said == f"1 first do ä\nthis {tmp_path}\n2 later again {tmp_path}\n"
    assert len({event.message for event in sink.all(AgentSaid)}) == 2
    assert sink.exits == []
    await agent.close()
    next_life, sink = CommandAgent(python(tmp_path, text)), RecordingSink()
    await next_life.start(sink, "began")
    await next_life.prompt("on")
    assert sink.said.startswith("1 later on")


async def test_output_is_told_as_it_comes(tmp_path: Path) -> None:
    agent, sink = await started(python(tmp_path, "import time;print('soon');time.sleep(60)"))
    turn = asyncio.create_task(agent.prompt("x"))
    await sink.until(lambda: sink.said == "soon\n")
    assert not turn.done()
    assert await agent.steer("y", "t") is SteerOutcome.NOT_SUPPORTED
    await agent.interrupt()
    assert await turn == "cancelled"
    await agent.interrupt()
    await agent.close()


async def test_a_failure_tells_its_code_and_its_last_words(tmp_path: Path) -> None:
    text = "import sys;print('out');print('no space left',file=sys.stderr);sys.exit(3)"
    agent, sink = await started(python(tmp_path, text))
    with pytest.raises(AgentError, match="exit code 3: no space left"):
        await agent.prompt("x")
    assert sink.said == "out\n"
    assert ("warning", "its last words: no space left") in sink.notes
    assert (tmp_path / "logs" / "agent.log").read_text() == "no space left\n"


async def test_a_killed_one_names_the_signal(tmp_path: Path) -> None:
    agent, _ = await started(python(tmp_path, "import os;os.kill(os.getpid(),9)"))
    with pytest.raises(AgentError, match="killed by SIGKILL"):
        await agent.prompt("x")


async def test_a_stubborn_one_and_its_children_are_killed(tmp_path: Path) -> None:
    text = (
        "import signal,subprocess,sys,time;signal.signal(15,signal.SIG_IGN);"
        "child=subprocess.Popen([sys.executable,'-c','import signal,time;"
        "signal.signal(15,signal.SIG_IGN);print(1,flush=True);time.sleep(60)']);"
        "time.sleep(60)"
    )
    agent, sink = await started(python(tmp_path, text))
    turn = asyncio.create_task(agent.prompt("x"))
    await sink.until(lambda: sink.said == "1\n")
    await agent.close()
    assert await turn == "cancelled"


async def test_what_is_left_in_its_group_ends_with_the_turn(tmp_path: Path) -> None:
    agent, sink = await started(setting(tmp_path, "sh", "-c", "sleep 60 & echo $!"))
    assert await agent.prompt("x") == "end_turn"
    async with asyncio.timeout(10):
        while lives(int(sink.said)):
            await asyncio.sleep(0.01)


async def test_a_program_that_does_not_read_its_words_is_no_failure(tmp_path: Path) -> None:
    agent, _ = await started(setting(tmp_path, "true"))
    assert await agent.prompt("x" * 1_000_000) == "end_turn"


async def test_a_missing_program_is_told_before_any_turn(tmp_path: Path) -> None:
    for command in (("no-such-program",), ("./not-here",), ()):
        agent = CommandAgent(setting(tmp_path, *command))
        with pytest.raises(AgentError, match="no such program"):
            await agent.start(RecordingSink(), "")


async def test_broken_bytes_are_replaced(tmp_path: Path) -> None:
    text = "import sys;sys.stdout.buffer.write(b'a\\xc3\\xa4\\xff\\xc3')"
    agent, sink = await started(python(tmp_path, text))
    assert await agent.prompt("x") == "end_turn"
    assert sink.said == "aä\ufffd\ufffd"
