from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.cli.conftest import PATIENCE, Wuhu
from wuhu_tui.core.core import Core


@pytest.fixture
def conducting(wuhu: Wuhu) -> Iterator[subprocess.Popen[str]]:
    process = wuhu.begin("conduct", "--json")
    assert said(process).startswith("wuhu conduct for shop, process")
    assert said(process) == "conducting"
    yield process
    process.kill()
    process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    text: str = json.loads(process.stdout.readline())["text"]
    return text


def test_it_conducts_until_it_is_told_to_end(wuhu: Wuhu, conducting: subprocess.Popen[str]) -> None:
    assert "conducts and does what is due" in wuhu("conduct", "--once")
    conducting.send_signal(signal.SIGTERM)
    told, words = conducting.communicate(timeout=PATIENCE)
    assert conducting.returncode == 0
    assert json.loads(told)["text"] == "ended; sessions go on running"
    assert words == ""
    assert "nothing more is due" in wuhu("conduct", "--once")


def test_a_dashboard_takes_over_and_it_goes_on_afterwards(
    wuhu: Wuhu, conducting: subprocess.Popen[str]
) -> None:
    async def dashboard() -> None:
        core = await Core.open(wuhu.root, by="dashboard")
        assert core.board.project.conductor_by == "wuhu conduct"
        assert core.board.project.conductor_pid == conducting.pid
        assert await core.take_over(by="dashboard")
        assert core.conducting
        assert said(conducting).startswith("let go: another process asked")
        await core.aclose()

    asyncio.run(dashboard())
    assert said(conducting) == "conducting"


def test_it_waits_in_line_and_takes_over_when_it_is_asked_to(
    wuhu: Wuhu, conducting: subprocess.Popen[str]
) -> None:
    second = wuhu.begin("conduct", "--json", "--take-over")
    said(second)
    assert (
        said(second) == f"process {conducting.pid} (wuhu conduct) conducts; waiting for it to end"
    )
    assert said(second) == "took over"
    assert said(conducting).startswith("let go")
    second.send_signal(signal.SIGINT)
    _, words = second.communicate(timeout=PATIENCE)
    assert (second.returncode, words) == (0, "")
    assert said(conducting) == "conducting"
