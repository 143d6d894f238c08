"""What `wuhu merge` says on stderr while it stands in line."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from tests.model.test_merge_queue import board, told, view
from wuhu_tui.cli.merge_waits import saying_why
from wuhu_tui.cli.merging import _say
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.queue_events import QueuePaused


class FakeCore:
    """A door whose board changes twice."""

    def __init__(self) -> None:
        standing = board(view("a"), view("b", after=("a",)))
        self.boards = [standing, told(standing, QueuePaused(by="lead", note="lunch"))]
        self.board = standing

    async def changed(self, since: int) -> int:
        await asyncio.sleep(0)
        if since + 1 >= len(self.boards):
            await asyncio.Event().wait()
        self.board = self.boards[since + 1]
        return since + 1


async def test_its_place_and_why_it_waits_are_told_once_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def merging() -> str:
        for _ in range(10):
            await asyncio.sleep(0)
        return "merged"

    core: Any = FakeCore()
    assert await saying_why(core, "b", merging()) == "merged"
    assert capsys.readouterr().err.splitlines() == [
        "2 of 2 in line; it waits for a",
        "2 of 2 in line; it waits: the queue is paused by lead: lunch",
    ]


@pytest.mark.parametrize("outcome", [MergeOutcome.REFUSED, MergeOutcome.ROLLED_BACK])
def test_what_did_not_stay_on_base_is_not_told_as_there(
    capsys: pytest.CaptureFixture[str], outcome: MergeOutcome
) -> None:
    made = Merge(id="m", head="h" * 40, base_branch="main", result="c" * 40)
    _say("one", replace(made, outcome=outcome))
    assert "on main" not in capsys.readouterr().out
    _say("one", replace(made, outcome=MergeOutcome.MERGED))
    assert "merged as cccccccccccc on main" in capsys.readouterr().out
