"""Putting a session away: durable? integrated? and only what really happened is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.core.merging_alone import run_merge
from tests.core.repositories import MemoryPort, Project, make_project
from tests.repo.gitbox import Box
from wuhu_tui.core.cleanup import PutAway, processes_inside, put_away

NAME = "shop-impl-01"


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.fixture
def port(project: Project) -> MemoryPort:
    return project.port


@pytest.fixture
async def worktree(project: Project) -> Box:
    return await project.session()


async def away(port: MemoryPort, *, discard: bool = False) -> PutAway:
    return await put_away(port, port.view(NAME), discard=discard)


async def let_nobody_go(port: MemoryPort) -> PutAway:
    """The same where the session must not be let go: what it holds speaks against it first."""
    port.releases = False
    done = await away(port)
    port.releases = True
    return done


async def test_a_session_that_did_nothing_leaves_nothing(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    done = await away(port)
    assert (done.worktree_gone, done.branch_gone) == (True, True)
    assert done.said == "worktree removed; branch wuhu/one deleted"
    assert not worktree.path.exists()
    assert project.box.git("branch", "--list", "wuhu/*") == ""
    assert (await away(port)).said == ""


async def test_commits_that_base_lacks_keep_the_branch(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    head = worktree.commit({"a": "b"})
    done = await away(port)
    assert (done.worktree_gone, done.branch_gone) == (True, False)
    assert done.removed == ("worktree removed",)
    assert done.kept == ("branch wuhu/one kept: main does not have its commits",)
    assert project.box.head("wuhu/one") == head
    discarded = await away(port, discard=True)
    assert discarded.branch_gone is False


async def test_what_is_not_committed_keeps_the_worktree(port: MemoryPort, worktree: Box) -> None:
    worktree.write("forgotten.txt", "x")
    done = await let_nobody_go(port)
    assert (done.worktree_gone, done.branch_gone) == (False, False)
    assert done.said == "worktree kept: not committed: forgotten.txt"
    assert (worktree.path / "forgotten.txt").exists()
    assert (await away(port, discard=True)).worktree_gone
    assert not worktree.path.exists()


async def test_ignored_files_do_not_count(port: MemoryPort, worktree: Box) -> None:
    worktree.write(".gitignore", "build/\n")
    worktree.commit()
    worktree.write("build/out.o", "x")
    assert (await away(port)).worktree_gone


async def test_an_operation_half_done_keeps_the_worktree(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    worktree.commit({"readme.txt": "theirs\n"})
    project.box.commit({"readme.txt": "mine\n"})
    worktree.git("rebase", "main", check=False)
    worktree.git("checkout", "--quiet", "--ours", "readme.txt")
    worktree.git("add", "readme.txt")
    done = await let_nobody_go(port)
    assert done.said == "worktree kept: a rebase is half-done"


async def test_commits_on_no_branch_keep_the_worktree(port: MemoryPort, worktree: Box) -> None:
    worktree.git("checkout", "--quiet", "--detach")
    head = worktree.commit({"a": "b"})
    done = await let_nobody_go(port)
    assert done.said == f"worktree kept: no branch has the commit {head[:12]}"
    assert worktree.path.exists()


async def test_a_running_session_keeps_the_worktree_whatever_is_said(
    port: MemoryPort, worktree: Box
) -> None:
    port.releases = False
    for discard in (False, True):
        done = await away(port, discard=discard)
        assert done.said == "worktree kept: the session still runs"
    assert worktree.path.exists()


async def test_this_very_process_inside_counts(
    port: MemoryPort, worktree: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worktree.path / "deep"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert any(f"({os.getpid()})" in one for one in processes_inside(worktree.path))
    assert "in use by" in (await away(port)).said
    monkeypatch.undo()
    assert processes_inside(worktree.path) == ()


async def test_a_branch_that_is_also_checked_out_elsewhere_stays(
    project: Project, port: MemoryPort, worktree: Box, tmp_path: Path
) -> None:
    worktree.git("checkout", "--quiet", "--detach")
    project.box.git("worktree", "add", "--quiet", str(tmp_path / "mine"), "wuhu/one")
    done = await away(port)
    assert (done.worktree_gone, done.branch_gone) == (True, False)
    assert "it is checked out in" in done.said


async def test_a_branch_that_moved_on_after_the_merge_stays(
    project: Project, port: MemoryPort
) -> None:
    view = await project.approved()
    port.releases = False
    await run_merge(port, view)
    port.releases = True
    head = project.box.at(Path(view.spec.worktree)).commit({"more": "x"})
    done = await away(port)
    assert (done.worktree_gone, done.branch_gone) == (True, False)
    assert project.box.head(view.spec.branch) == head


async def test_a_locked_worktree_is_kept_and_nothing_fails(
    project: Project, port: MemoryPort, worktree: Box
) -> None:
    project.box.git("worktree", "lock", str(worktree.path))
    done = await away(port)
    assert not done.worktree_gone
    assert "worktree kept" in done.said
    assert worktree.path.exists()
