"""Two living processes on one queue: whichever gets the lock works it, and each entry lands once."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.core.conftest import Desk, open_desk
from tests.core.fake_host import git
from tests.core.test_queue_conducted import approved
from wuhu_tui.journal.lines import decode_line
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.project_events import MergeEnded, MergeStarted
from wuhu_tui.model.states import SessionState

PEACE = 50.0
"""Seconds both have in all."""

SLOW = '\n[[checks]]\nname = "slow"\ncommand = "sleep 0.2; test -f README.md"\n'


async def wuhu(root: Path, *words: str) -> asyncio.subprocess.Process:
    """A process of its own, as a lead starts it."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "wuhu_tui", *words, "--json"),
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
    )


async def merged(process: asyncio.subprocess.Process) -> str:
    """Wait for its end; how the merge it waited for ended."""
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    return str(json.loads(said)["merge"]["outcome"])


async def all_approved(root: Path) -> list[str]:
    """Five sessions whose work is approved and whose agents are gone."""
    desk = await open_desk(root, conduct=True)
    try:
        sessions = [await approved(desk) for _ in range(5)]
        for session in sessions:
            await desk.core.stop(session)
    finally:
        await desk.core.aclose()
        desk.host.end_all()
    return sessions


@pytest.mark.long
async def test_two_that_merge_work_one_queue(desk: Desk, root: Path) -> None:
    with (root / "wuhu.toml").open("a", encoding="utf-8") as settings:
        settings.write(SLOW)
    git(root, "commit", "-q", "-am", "check")
    sessions = await all_approved(root)
    await desk.core.pause_queue()
    for session in sessions[1:4]:
        await desk.core.queue_merge(session)
    async with asyncio.timeout(PEACE):
        both = [await wuhu(root, "merge", session) for session in (sessions[0], sessions[4])]
        await desk.until(lambda: len(desk.core.board.queue.entries) == 5, "all are in line")
        await desk.core.resume_queue()
        assert await asyncio.gather(*map(merged, both)) == ["merged", "merged"]
    await assert_each_landed_once(desk, root, sessions)


async def assert_each_landed_once(desk: Desk, root: Path, sessions: list[str]) -> None:
    """One merge of each, begun once, ended once, all in the order of their approval."""
    records = desk.folder.journal.read_bytes().splitlines(keepends=True)[1:]
    told = [decode_line(line, "").event for line in records]
    begun = [event.session for event in told if isinstance(event, MergeStarted)]
    ended = [(one.session, one.outcome) for one in told if isinstance(one, MergeEnded)]
    assert begun == sessions
    assert ended == [(session, MergeOutcome.MERGED) for session in sessions]
    assert len(git(root, "log", "--oneline", "--merges", "main").splitlines()) == len(sessions)
    for session in sessions:
        assert git(root, "show", f"main:{session}.txt") is not None
    later = await open_desk(root)
    try:
        states = [later.view(session).state for session in sessions]
        assert states == [SessionState.MERGED] * len(sessions)
        assert later.core.board.queue.entries == ()
    finally:
        await later.core.aclose()
