"""The head of a worktree, and what is said when git does not say."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.session.stage import Stage
from wuhu_tui.model.errors import GitError
from wuhu_tui.model.states import SessionState
from wuhu_tui.repo.plain import head_of


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", *arguments]
    told = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return told.stdout.strip()


async def test_the_commit_and_its_subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "Grüße — first\n\nbody")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    sha, subject = await head_of(tmp_path)
    monkeypatch.delenv("GIT_DIR")
    assert (sha, subject) == (git(tmp_path, "rev-parse", "HEAD"), "Grüße — first")


@pytest.mark.parametrize("name", ["nowhere", "empty"])
async def test_no_worktree_or_no_commit_is_told(tmp_path: Path, name: str) -> None:
    git(tmp_path, "init", "-q", "empty")
    with pytest.raises(GitError):
        await head_of(tmp_path / name)


async def test_a_git_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    async with asyncio.timeout(30):
        with pytest.raises(GitError, match=r"did not answer within 0.1 s"):
            await head_of(tmp_path, deadline=0.1)


async def test_a_life_goes_on_when_git_does_not_say(stage: Stage) -> None:
    async def mute(worktree: Path) -> tuple[str, str]:
        raise GitError("index.lock is busy")

    stage.head_of = mute
    turn = await stage.first_turn()
    turn.end()
    await stage.in_state(SessionState.IDLE)
    stage.steer("again")
    (await stage.agent.next_turn()).end()
    await stage.until(lambda: stage.view.turn == 2 and stage.log.state is SessionState.IDLE)
    told = [warning for warning in stage.view.warnings if "index.lock is busy" in warning]
    assert len(told) == 1
