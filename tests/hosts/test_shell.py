"""A shell command in a session's place is the lead's: it ends by itself, not with a dead life."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from wuhu_tui.hosts.local import LocalHost
from wuhu_tui.hosts.shell import TIMED_OUT, run_in_place
from wuhu_tui.journal.layout import ProjectFolder, SessionFolder
from wuhu_tui.model.errors import NotPossible
from wuhu_tui.model.sessions import SessionSpec

LIMIT = 40
LONG = 30.0


@pytest.fixture
def spec(tmp_path: Path) -> SessionSpec:
    worktree = tmp_path / "worktree"
    worktree.mkdir()
    return SessionSpec(id="shop-impl-01", project="shop", task="t", worktree=str(worktree))


async def test_it_runs_in_the_worktree_and_knows_its_session(
    spec: SessionSpec, tmp_path: Path
) -> None:
    folder = ProjectFolder(tmp_path).session(spec.id).path
    told = 'pwd; echo "$WUHU_SESSION_FOLDER"; echo trouble >&2; exit 3'
    code, output = await run_in_place(spec, folder, told, deadline=LONG)
    assert (code, output) == (3, f"{spec.worktree}\n{folder}\ntrouble\n")


async def test_a_late_one_is_ended_with_all_it_began(spec: SessionSpec, tmp_path: Path) -> None:
    async with asyncio.timeout(LIMIT):
        code, output = await run_in_place(
            spec, tmp_path, "echo begun; sleep 600 & sleep 600", deadline=1.0
        )
    assert (code, output) == (TIMED_OUT, "begun\n\n[ended after 1 s]\n")


async def test_sweeping_up_after_a_dead_life_leaves_it_alone(
    spec: SessionSpec, tmp_path: Path
) -> None:
    host = LocalHost(ProjectFolder(tmp_path))
    folder: SessionFolder = await host.place(spec)
    told = "touch begun; while [ ! -e go ]; do sleep 0.02; done; echo whole"
    running = asyncio.create_task(run_in_place(spec, folder.path, told, deadline=LONG))
    async with asyncio.timeout(LIMIT):
        while not Path(spec.worktree, "begun").exists():
            await asyncio.sleep(0.01)
        assert await host.sweep(spec.id) == ()
        Path(spec.worktree, "go").touch()
        assert await running == (0, "whole\n")


async def test_without_a_worktree_nothing_runs(tmp_path: Path) -> None:
    gone = SessionSpec(id="a", project="shop", task="t", worktree=str(tmp_path / "gone"))
    with pytest.raises(NotPossible, match="worktree is not there"):
        await run_in_place(gone, tmp_path, "true", deadline=LONG)
