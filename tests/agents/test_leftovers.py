"""What an interrupted command leaves is found and ended; the agent's own helpers are not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.agents.conftest import Theatre
from tests.agents.sink import LIMIT, RecordingSink
from wuhu_tui.agents.leftovers import Leftovers, below
from wuhu_tui.agents.process import Patience

PARENT = """
import subprocess, sys
for line in sys.stdin:
    child = subprocess.Popen(["/bin/sh", "-c", line.strip()], start_new_session=True)
    print(child.pid, flush=True)
"""
DEAF = "trap '' TERM INT HUP; while :; do sleep 60; done"
AGENT = (sys.executable, "-S", str(Path(__file__).with_name("acp_stubborn.py")))


class _Parent:
    """A process that starts what it is told to."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", PARENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, command: str) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture
def parent() -> Iterator[_Parent]:
    """A parent whose processes are all gone afterwards."""
    parent = _Parent()
    yield parent
    left = below(parent.process.pid)
    parent.process.kill()
    for process in left:
        process.kill()
    for pipe in (parent.process.stdin, parent.process.stdout):
        if pipe is not None:
            pipe.close()
    parent.process.wait(timeout=LIMIT)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_the_turn_began_ends_and_what_was_there_stays(parent: _Parent) -> None:
    helper = parent.begin("exec sleep 60")
    spared = below(parent.process.pid)
    command = parent.begin(DEAF)
    left = Leftovers(parent.process.pid, 0.0, spared).look()
    assert {process.pid for process in left.seen} >= {command}
    assert left.end(grace=0) >= 1
    assert not _lives(command)
    assert _lives(helper)


def test_what_is_older_than_the_command_stays(parent: _Parent) -> None:
    helper = parent.begin("exec sleep 60")
    assert Leftovers(parent.process.pid, time.time() + 60).look().end(grace=0) == 0
    assert _lives(helper)


def test_what_ends_by_itself_in_time_is_not_killed(parent: _Parent) -> None:
    parent.begin("exec true")
    assert Leftovers(parent.process.pid, 0.0).look().end(grace=LIMIT) == 0


def test_an_orphan_seen_before_is_found_when_its_parent_is_gone(parent: _Parent) -> None:
    command = parent.begin(DEAF)
    left = Leftovers(parent.process.pid, 0.0).look()
    parent.process.kill()
    parent.process.wait(timeout=LIMIT)
    assert below(parent.process.pid) == ()
    assert left.end(grace=0) >= 1
    assert not _lives(command)


async def test_an_agent_that_goes_on_is_cancelled_again_and_its_command_killed(
    theatre: Theatre,
) -> None:
    patience = Patience(cancel=LIMIT, cancel_again=0.05, leftovers=0.0)
    agent, sink = theatre.adapter(patience, AGENT), RecordingSink()
    async with asyncio.timeout(LIMIT):
        await agent.start(sink, "")
        turn = asyncio.create_task(agent.prompt("Go"))
        await sink.until(lambda: bool(sink.said))
        command = int(sink.said)
        await agent.interrupt()
        assert await turn == "cancelled"
        assert not _lives(command)
        await agent.close()
    assert [text for _, text in sink.notes if "they were killed" in text]
