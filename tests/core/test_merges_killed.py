"""Merges whose process is killed with -9 at random moments, again and again."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

import pytest

from tests.core.merging_child import FilePort
from tests.core.repositories import NAME_OF_FIRST, Project
from tests.repo.gitbox import make_box
from tests.sampling import sampled
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.project_events import MergeEnded, ProjectOpened
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.repository import open_repository

KILLS = 6
"""How often a merge is killed at most; then it is left in peace."""

FIRST, LONGEST, PEACE = 0.03, 0.25, 30.0
"""Seconds a life has: the first, any later one at most, and the last."""

pytestmark = pytest.mark.crash


async def prepared(path: Path) -> tuple[Project, str, str]:
    """A project on disk with one approved session; returns base and the approved commit too."""
    box = make_box(path)
    box.commit({f"many/{number}.txt": f"{number}\n" for number in range(200)})
    (path / ".wuhu").mkdir()
    port = FilePort(await open_repository(path))
    port.write("", ProjectOpened(project="shop", root=str(path), base_branch="main"))
    project = Project(box, port)
    view = await project.approved({f"many/{number}.txt": "changed\n" for number in range(150)})
    return project, box.head("main"), box.head(view.spec.branch)


async def life(root: Path, seconds: float, manner: str = "merge") -> bool:
    """Let a process merge and kill it after so long; whether it came to its end before."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.core.merging_child",
        str(root),
        manner,
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    async with asyncio.timeout(PEACE):
        assert await child.stdout.readline() == b"ready\n"
    try:
        async with asyncio.timeout(seconds):
            assert await child.wait() == 0
            return True
    except TimeoutError:
        child.kill()
        await child.wait()
        return False


@pytest.mark.parametrize("seed", sampled(range(4), {0}))
async def test_it_lands_exactly_once(tmp_path: Path, seed: int) -> None:
    project, tip, head = await prepared(tmp_path / "shop")
    chance = random.Random(seed)
    kills = 0
    seconds = chance.uniform(0, FIRST)
    while not await life(project.box.path, seconds):
        kills += 1
        seconds = chance.uniform(0, LONGEST) if kills < KILLS else PEACE
        now, *parents = project.box.git("rev-list", "--parents", "-1", "main").split()
        assert now == tip or parents == [tip, head]
    port = FilePort(await open_repository(project.box.path))
    view = port.view(NAME_OF_FIRST)
    assert kills >= 1
    assert view.merge is not None
    assert (view.merge.outcome, view.state) == (MergeOutcome.MERGED, SessionState.MERGED)
    assert project.box.head("main") == view.merge.result
    assert project.box.git("rev-list", "--count", f"{tip}..main", f"^{head}") == "1"
    assert project.box.git("status", "--porcelain") == ""
    assert len(port.told(MergeEnded)) == 1
    assert list(port.folder.scratch.iterdir()) == []
