"""Killed with -9 by what it talks to, at the worst moments: nothing is published twice or lost."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.core import fake_gh
from tests.core.merging_child import FilePort
from tests.core.repositories import NAME_OF_FIRST, Project
from tests.repo.gitbox import git, make_box
from wuhu_tui.model.merges import Merge, MergeOutcome
from wuhu_tui.model.project_events import MergeEnded, ProjectOpened
from wuhu_tui.repo.repository import open_repository

pytestmark = pytest.mark.crash

KILLED = -9


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    """A project on disk with one approved session; `there.git` beside it has its base."""
    box = make_box(tmp_path / "shop")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "there.git")
    box.git("remote", "add", "origin", str(tmp_path / "there.git"))
    box.git("push", "--quiet", "origin", "main")
    (box.path / ".wuhu").mkdir()
    port = FilePort(await open_repository(box.path))
    port.write("", ProjectOpened(project="shop", root=str(box.path), base_branch="main"))
    project = Project(box, port)
    await project.approved()
    return project


async def life(project: Project, how: str) -> int:
    """Let a process merge; how it ended."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.core.publishing_child", str(project.box.path), how),
        cwd=Path(__file__).parents[2],
    )
    async with asyncio.timeout(40):
        return await child.wait()


async def told(project: Project) -> Merge:
    """The merge as the journal has it in the end; it ended once."""
    port = FilePort(await open_repository(project.box.path))
    merge = port.view(NAME_OF_FIRST).merge
    assert merge is not None
    assert len(port.told(MergeEnded)) == 1
    return merge


@pytest.mark.long
async def test_gh_outlives_us_and_makes_no_second_request(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "there.git"
    state = fake_gh.install(tmp_path / "bin", bare)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    for verb in ("pr create", "pr merge"):
        fake_gh.change(state, dies_after=verb)
        assert await life(project, "protected") == KILLED
    fake_gh.change(state, dies_after="")
    assert await life(project, "protected") == 0
    merge = await told(project)
    seen = fake_gh.read(state)
    assert [pull["state"] for pull in seen["pulls"]] == ["MERGED"]
    assert (seen["calls"].count("pr create"), seen["calls"].count("pr merge")) == (1, 1)
    assert merge.outcome is MergeOutcome.MERGED
    assert merge.result == project.box.head("main") == git(bare, "rev-parse", "main")
    assert project.box.git("status", "--porcelain") == ""


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.long
async def test_a_push_that_outlives_us(project: Project, tmp_path: Path, arrives: bool) -> None:
    bare = tmp_path / "there.git"
    hook = project.box.path / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nkill -9 $(ps -o ppid= -p $PPID)\nexit {0 if arrives else 1}\n")
    hook.chmod(0o755)
    assert await life(project, "each") == KILLED
    hook.unlink()
    assert await life(project, "each") == 0
    merge = await told(project)
    assert (merge.outcome, merge.published) == (MergeOutcome.MERGED, "origin/main")
    assert merge.result == project.box.head("main") == git(bare, "rev-parse", "main")
