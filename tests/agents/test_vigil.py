"""Nobody waits for an agent in vain, and nothing that it waited for ends whoever asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from wuhu_tui.agents.process import AgentProcess, Patience
from wuhu_tui.agents.protocol import AgentSetting
from wuhu_tui.agents.troubles import Troubles
from wuhu_tui.agents.vigil import Vigil
from wuhu_tui.model.errors import AgentError
from wuhu_tui.model.sessions import AgentLaunch


class Process:
    """A process that ends when the test says so."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.code = -9

    async def gone(self, patience: Patience) -> None:
        await self.over.wait()

    def last_words(self) -> str:
        return "out of memory"


@pytest.fixture
def troubles(tmp_path: Path) -> Troubles:
    launch = AgentLaunch(name="fake", protocol="fake")
    log = tmp_path / "agent.log"
    return Troubles(AgentSetting(launch=launch, worktree=tmp_path, environment={}, log=log))


async def forever(future: asyncio.Future[str]) -> str:
    return await future


async def test_a_call_whose_answer_was_given_up_fails_and_cancels_nobody(
    troubles: Troubles,
) -> None:
    process = Process()
    vigil = Vigil(cast("AgentProcess", process), troubles, Patience(), lambda code, words: None)
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    calling = asyncio.create_task(vigil.unless_gone(forever(answer)))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(answer.cancel)
    with pytest.raises(AgentError, match="will not answer any more"):
        await calling
    process.over.set()
    async with asyncio.timeout(5):
        while not vigil.ended:
            await asyncio.sleep(0)


async def test_a_call_fails_when_the_process_goes(troubles: Troubles) -> None:
    process = Process()
    told: list[tuple[int | None, str]] = []
    vigil = Vigil(
        cast("AgentProcess", process),
        troubles,
        Patience(),
        lambda code, words: told.append((code, words)),
    )
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    calling = asyncio.create_task(vigil.unless_gone(forever(answer)))
    process.over.set()
    with pytest.raises(AgentError, match="was killed by SIGKILL: out of memory"):
        await calling
    assert told == [(-9, "out of memory")]
    assert vigil.ended
