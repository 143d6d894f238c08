"""A queue whose worker is killed with -9 at every event of it: nothing unproven ever lands."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.core.queue_steps import ONE, THREE, TWO, in_base, merge_of, queued
from tests.core.queueing_child import opened
from tests.core.repositories import MemoryPort, Project
from tests.repo.gitbox import make_box
from tests.sampling import crossed
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.project_events import MergeEnded, ProjectOpened
from wuhu_tui.model.states import SessionState

PEACE = 40.0
"""Seconds a life has at most."""

NAMES = (ONE, TWO, THREE)


async def prepared(path: Path, together: str) -> Project:
    """Three approved sessions in the queue, of which the second makes base red."""
    box = make_box(path)
    (path / ".wuhu").mkdir()
    port = await opened(path, together)
    port.write("", ProjectOpened(project="shop", root=str(path), base_branch="main"))
    project = Project(box, port)
    for name in NAMES:
        await queued(project, name, {"bad.txt": "x"} if name == TWO else None)
    return project


async def life(root: Path, together: str, events: int) -> bool:
    """Let a process work until it has told so many events; whether it came to its end before."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.core.queueing_child",
        str(root),
        together,
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    try:
        async with asyncio.timeout(PEACE):
            assert await child.stdout.readline() == b"ready\n"
            for _ in range(events):
                if not await child.stdout.readline():
                    assert await child.wait() == 0
                    return True
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return False


async def assert_proven(project: Project, together: str) -> None:
    """Whatever base is, it is green, and the lead's checkout shows it."""
    assert not in_base(project, "bad.txt")
    assert project.box.git("status", "--porcelain") == ""
    port = await opened(project.box.path, together)
    line = project.box.git("rev-list", "--first-parent", "main").splitlines()
    stops = {merge.stack_tip or merge.result for merge in merges(port)}
    assert line[0] in stops | {line[-1]}


def merges(port: MemoryPort) -> list[Merge]:
    return [view.merge for view in port.board.sessions.values() if view.merge]


@pytest.mark.crash
@pytest.mark.parametrize(
    ("together", "events"),
    crossed(["one", "batch"], [5, 9, 16, 23, 30, 37, 44, 60], always={("batch", 30)}),
)
async def test_whatever_is_killed_is_brought_to_its_end(
    tmp_path: Path, together: str, events: int
) -> None:
    project = await prepared(tmp_path / "shop", together)
    await life(project.box.path, together, events)
    await assert_proven(project, together)
    await assert_done(project, together)


@pytest.mark.long
@pytest.mark.crash
@pytest.mark.parametrize("together", ["one", "batch"])
async def test_killed_again_and_again(tmp_path: Path, together: str) -> None:
    project = await prepared(tmp_path / "shop", together)
    events = 6
    while not await life(project.box.path, together, events):
        await assert_proven(project, together)
        events += 7
        assert events < 400
    await assert_done(project, together)


async def assert_done(project: Project, together: str) -> None:
    """In peace it comes to its end: two landed, the culprit went back, nothing is left over."""
    assert await life(project.box.path, together, 10_000)
    port = await opened(project.box.path, together)
    outcomes = {name: merge_of(port, name).outcome for name in NAMES}
    merged, refused = MergeOutcome.MERGED, MergeOutcome.REFUSED
    assert outcomes == {ONE: merged, TWO: refused, THREE: merged}
    states = {name: port.view(name).state for name in NAMES}
    approved, landed = SessionState.APPROVED, SessionState.MERGED
    assert states == {ONE: landed, TWO: approved, THREE: landed}
    assert port.board.queue.entries == ()
    assert in_base(project, f"{ONE}.txt")
    assert in_base(project, f"{THREE}.txt")
    await assert_proven(project, together)
    ended = [event for event in port.told(MergeEnded) if event.outcome is merged]
    assert sorted(event.session for event in ended) == [ONE, THREE]
    assert list(port.folder.scratch.iterdir()) == []
    assert project.box.git("branch", "--list", f"wuhu/{ONE}") == ""
