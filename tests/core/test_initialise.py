from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.core.fake_host import git
from wuhu_tui.core.config import load_config
from wuhu_tui.core.core import Core
from wuhu_tui.core.initialise import initialise, prepare_folder
from wuhu_tui.journal.layout import ProjectFolder
from wuhu_tui.journal.reader import read_from
from wuhu_tui.model.errors import ConfigError, GitError, NotFound
from wuhu_tui.model.project_events import ProjectOpened


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "My Shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "trunk")
    (root / "a").write_text("a")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "begin")
    return root


def opened(folder: ProjectFolder) -> list[ProjectOpened]:
    events = (record.event for record in read_from(folder.journal, "").records)
    return [event for event in events if isinstance(event, ProjectOpened)]


async def test_a_repository_becomes_a_project(repository: Path) -> None:
    folder = await initialise(repository)
    assert folder.root == repository
    assert opened(folder) == [
        ProjectOpened(project="my-shop", root=str(repository), base_branch="trunk")
    ]
    config = load_config(repository)
    assert (config.project.name, config.project.base) == ("my-shop", "trunk")
    assert folder.config.read_text().count("#") > 10
    assert git(repository, "status", "--porcelain") == "?? wuhu.toml"


async def test_doing_it_again_changes_nothing(repository: Path) -> None:
    folder = await initialise(repository)
    folder.config.write_text('[project]\nname = "mine"\n')
    exclude = (repository / ".git/info/exclude").read_text()
    await initialise(repository / ".wuhu")
    assert folder.config.read_text() == '[project]\nname = "mine"\n'
    assert (repository / ".git/info/exclude").read_text() == exclude
    assert len(opened(folder)) == 1


@pytest.mark.parametrize("line", [".wuhu/", "/.wuhu"])
async def test_a_line_that_excludes_it_already_is_enough(repository: Path, line: str) -> None:
    exclude = repository / ".git/info/exclude"
    exclude.write_text(f"*.tmp\n{line}")
    await initialise(repository)
    assert exclude.read_text() == f"*.tmp\n{line}"


async def test_a_last_line_without_an_end_is_kept_whole(repository: Path) -> None:
    exclude = repository / ".git/info/exclude"
    exclude.write_text("*.tmp")
    await initialise(repository)
    assert exclude.read_text() == "*.tmp\n/.wuhu/\n"


async def test_the_workers_command_runs_this_wuhu_from_anywhere(
    repository: Path, tmp_path: Path
) -> None:
    folder = await initialise(repository)
    (tmp_path / "typing.py").write_text("raise SystemExit('the wrong typing')")
    command = folder.commands / "wuhu"
    done = subprocess.run(
        [command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=50
    )
    assert done.returncode == 0, done.stderr
    assert "report" in done.stdout


async def test_a_spoilt_command_is_made_right_again(repository: Path) -> None:
    folder = await initialise(repository)
    command = folder.commands / "wuhu"
    right = command.read_bytes()
    command.write_text("#!/bin/sh\nexit 1\n")
    command.chmod(0o600)
    prepare_folder(folder)
    assert command.read_bytes() == right
    assert os.access(command, os.X_OK)


async def test_settings_that_are_there_name_project_and_base(repository: Path) -> None:
    git(repository, "branch", "release")
    git(repository, "checkout", "-q", "--detach")
    (repository / "wuhu.toml").write_text('[project]\nname = "x"\nbase = "release"\ngoal = "g"\n')
    folder = await initialise(repository)
    assert opened(folder) == [
        ProjectOpened(project="x", root=str(repository), base_branch="release", goal="g")
    ]


async def test_broken_settings_leave_nothing_behind(repository: Path) -> None:
    (repository / "wuhu.toml").write_text("[project]\nnmae = 'x'\n")
    with pytest.raises(ConfigError, match="nmae"):
        await initialise(repository)
    assert not (repository / ".wuhu").exists()


async def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GitError):
        await initialise(tmp_path)
    assert not (tmp_path / ".wuhu").exists()


async def test_a_core_needs_a_project(repository: Path) -> None:
    with pytest.raises(NotFound, match="wuhu init"):
        await Core.open(repository)


async def test_a_core_opens_from_any_folder_inside(repository: Path) -> None:
    await initialise(repository)
    inside = repository / "deep" / "down"
    inside.mkdir(parents=True)
    core = await Core.open(inside, conduct=False)
    assert core.project.folder.root == repository
    assert core.board.project.name == "my-shop"
    assert not core.conducting
    await core.aclose()


async def test_a_base_that_vanished_is_named(repository: Path) -> None:
    folder = await initialise(repository)
    folder.config.write_text('[project]\nbase = "gone"\n')
    with pytest.raises(GitError, match="gone"):
        await Core.open(repository)
