"""What a killed git left in a session's worktree does not stop the next life from committing."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.session.real import make_repository
from tests.session.stage import Stage
from wuhu_tui.model.events import Noted
from wuhu_tui.session.stale_locks import own_git_folder


def git(folder: Path, *command: str) -> None:
    subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A session in a real worktree of a real repository."""
    repository, worktree = tmp_path / "repository", tmp_path / "own"
    make_repository(repository)
    git(repository, "worktree", "add", "-q", "-b", "wuhu/shop-impl-01", str(worktree))
    stage = Stage(tmp_path, worktree=str(worktree))
    yield stage
    await stage.close()


def locks_of(stage: Stage) -> list[Path]:
    folder = own_git_folder(Path(stage.spec.worktree))
    assert folder is not None
    locks = [folder / "index.lock", folder / "HEAD.lock"]
    for lock in locks:
        lock.touch()
    return locks


def warnings(stage: Stage) -> list[str]:
    return [event.text for event in stage.events(Noted) if event.level == "warning"]


async def test_a_new_life_removes_them_and_says_so(stage: Stage) -> None:
    locks = locks_of(stage)
    await stage.first_turn()
    assert not any(lock.exists() for lock in locks)
    assert warnings(stage) == [
        f"removed {name}, which a killed git had left in this worktree"
        for name in ("index.lock", "HEAD.lock")
    ]
    git(Path(stage.spec.worktree), "commit", "-q", "--allow-empty", "-m", "Go on")


async def test_what_a_living_git_may_hold_stays(stage: Stage) -> None:
    locks = locks_of(stage)
    reader = subprocess.Popen(
        ["git", "hash-object", "--stdin"], cwd=stage.spec.worktree, stdin=subprocess.PIPE
    )
    try:
        await stage.first_turn()
    finally:
        reader.communicate(b"", timeout=10)
    assert all(lock.exists() for lock in locks)
    assert all(f"process {reader.pid}" in text for text in warnings(stage))
    assert len(warnings(stage)) == len(locks)


async def test_the_lock_of_another_worktree_is_none_of_its_business(
    stage: Stage, tmp_path: Path
) -> None:
    lock = tmp_path / "repository" / ".git" / "index.lock"
    lock.touch()
    await stage.first_turn()
    assert lock.exists()
    assert warnings(stage) == []


def test_a_main_checkout_has_no_folder_of_its_own(tmp_path: Path) -> None:
    make_repository(tmp_path / "repository")
    assert own_git_folder(tmp_path / "repository") is None
    assert own_git_folder(tmp_path) is None
