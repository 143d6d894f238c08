"""Opening a repository, and every reason why not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.repo.gitbox import Box, make_box
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.repository import OLDEST_GIT, open_repository, parse_version


async def refusal(path: Path, *, base: str = "") -> GitError:
    with pytest.raises(GitError) as caught:
        await open_repository(path, base=base)
    error = caught.value
    assert error.where
    assert error.remedy
    return error


async def test_a_fit_repository_opens_from_any_folder_in_it(box: Box) -> None:
    folder = box.write("deep/er/file", "x").parent
    repository = await open_repository(folder)
    assert repository.root == box.path
    assert repository.branch == "main"
    assert repository.head == box.head()
    assert repository.common == box.path / ".git"


async def test_a_linked_worktree_is_its_own_root(box: Box, tmp_path: Path) -> None:
    box.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    repository = await open_repository(tmp_path / "side")
    assert repository.root == tmp_path / "side"
    assert repository.branch == "side"
    assert repository.common == box.path / ".git"


async def test_a_sessions_worktree_leads_to_its_project(box: Box) -> None:
    box.git("worktree", "add", "--quiet", "-b", "side", ".wuhu/worktrees/a")
    repository = await open_repository(box.path / ".wuhu/worktrees/a")
    assert repository.root == box.path
    assert repository.branch == "main"


async def test_not_a_repository(tmp_path: Path) -> None:
    error = await refusal(tmp_path)
    assert "not a git repository" in error.message
    assert "git init" in error.remedy


async def test_no_such_folder(tmp_path: Path) -> None:
    assert "does not exist" in (await refusal(tmp_path / "nowhere")).message


async def test_a_damaged_repository_is_not_called_missing(box: Box) -> None:
    (box.path / ".git" / "HEAD").write_text("")
    error = await refusal(box.path)
    assert "not a git repository any more" in error.message


async def test_no_commits_yet(tmp_path: Path) -> None:
    error = await refusal(make_box(tmp_path / "fresh", commit=False).path)
    assert "no commits yet" in error.message
    assert "git commit" in error.remedy


async def test_bare(tmp_path: Path) -> None:
    path = tmp_path / "bare.git"
    path.mkdir()
    Box(path).git("init", "--quiet", "--bare")
    assert "bare" in (await refusal(path)).message


async def test_inside_the_git_folder(box: Box) -> None:
    assert "inside of a git folder" in (await refusal(box.path / ".git")).message


async def test_detached_head_only_matters_without_a_base(box: Box) -> None:
    box.git("checkout", "--quiet", "--detach")
    error = await refusal(box.path)
    assert "detached" in error.message
    assert "git switch" in error.remedy
    repository = await open_repository(box.path, base="main")
    assert repository.branch == ""


async def test_a_base_that_does_not_exist(box: Box) -> None:
    assert "nobase does not exist" in (await refusal(box.path, base="nobase")).message


async def test_a_damaged_branch_is_named(box: Box) -> None:
    (box.path / ".git/refs/heads/main").write_text("garbage\n")
    error = await refusal(box.path)
    assert "refs/heads/main" in error.message
    assert "reflog" in error.remedy


async def test_a_branch_that_names_a_lost_commit(box: Box) -> None:
    (box.path / ".git/refs/heads/main").write_text("1" * 40 + "\n")
    error = await refusal(box.path)
    assert "refs/heads/main" in error.message


async def test_old_git(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho git version 2.37.9\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    error = await refusal(box.path)
    assert "2.37.9 is too old" in error.message
    assert "2.38" in error.message


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("git version 2.39.5", (2, 39, 5)),
        ("git version 2.45.1 (Apple Git-150)", (2, 45, 1)),
        ("git version 2.40.windows.1", (2, 40)),
        ("git version 3.0-rc1", (3, 0)),
        ("what?", ()),
    ],
)
def test_versions(said: str, version: tuple[int, ...]) -> None:
    assert parse_version(said)[: len(version)] == version
    assert (parse_version(said) >= OLDEST_GIT) == bool(version)


async def test_an_empty_git_folder_above_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(GitError) as caught:
        await open_repository(inside)
    assert "git init" in caught.value.remedy
