"""A remote as it answers, refuses, hangs and is not there; all of it bare repositories beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repo.gitbox import Box, git
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.git import Answer, Git
from wuhu_tui.repo.remotes import (
    gap,
    has_arrived,
    has_remote,
    last_seen,
    push_commit,
    remote_tip,
    said,
    seen_tip,
    unasking,
    unseen_count,
)


def hook(repository: Path, name: str, script: str) -> None:
    path = repository / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bare(box: Box, tmp_path: Path) -> Path:
    """A bare repository that has the box's `main`, as its `origin`."""
    place = tmp_path / "there.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(place))
    box.git("remote", "add", "origin", str(place))
    box.git("push", "--quiet", "origin", "main")
    return place


@pytest.fixture
def other(bare: Path, tmp_path: Path) -> Box:
    """Somebody else's clone of it."""
    git(tmp_path, "clone", "--quiet", str(bare), "other")
    other = Box(tmp_path / "other")
    other.git("config", "user.name", "Other")
    other.git("config", "user.email", "other@example.org")
    return other


async def test_it_is_seen_where_it_stands(box: Box, bare: Path, other: Box) -> None:
    here = Git(box.path)
    start = box.head()
    assert await remote_tip(here, "origin", "main") == start
    there = other.commit({"theirs.txt": "x"}, "Their change")
    other.git("push", "--quiet")
    mine = box.commit({"mine.txt": "x"}, "My change")
    assert await seen_tip(here, "origin", "main") == there
    assert await last_seen(here, "origin", "main") == there
    found = await gap(here, mine, there)
    assert (found.ahead, found.behind) == (1, 1)
    assert [line.partition(" ")[2] for line in found.missing] == ["Their change"]
    assert box.head("main") == mine


async def test_a_branch_that_is_not_there_is_told_from_a_remote_that_is_not(
    box: Box, bare: Path
) -> None:
    here = Git(box.path)
    assert await seen_tip(here, "origin", "nowhere") == ""
    assert not await has_remote(here, "elsewhere")
    bare.rename(bare.with_name("gone.git"))
    with pytest.raises(GitError, match="origin could not be asked") as caught:
        await seen_tip(here, "origin", "main")
    assert "ls-remote" in caught.value.remedy


async def test_a_remote_that_never_answers_is_left(
    box: Box, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.repo.remotes.LOOK", 0.2)
    box.git("config", "remote.origin.uploadpack", "sleep 60; git-upload-pack")
    with pytest.raises(GitError, match="did not end within"):
        await remote_tip(Git(box.path), "origin", "main")


async def test_no_refspec_of_the_user_s_moves_a_local_branch(
    box: Box, bare: Path, other: Box
) -> None:
    there = other.commit({"theirs.txt": "x"})
    other.git("push", "--quiet")
    box.git("config", "remote.origin.fetch", "+refs/heads/*:refs/heads/*")
    before = box.head("main")
    box.git("checkout", "--quiet", "-b", "aside")
    assert await seen_tip(Git(box.path), "origin", "main") == there
    assert box.head("main") == before
    assert not (box.path / ".git" / "FETCH_HEAD").exists()


async def test_nobody_is_asked(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "/usr/bin/ssh -i key")
    assert (await unasking(Git(box.path))).environment["GIT_SSH_COMMAND"] == (
        "/usr/bin/ssh -i key -o BatchMode=yes -o ConnectTimeout=10"
    )
    monkeypatch.setenv("GIT_SSH_COMMAND", "plink -batch")
    assert "GIT_SSH_COMMAND" not in (await unasking(Git(box.path))).environment
    monkeypatch.delenv("GIT_SSH_COMMAND")
    box.git("config", "core.sshCommand", "ssh -F mine")
    quiet = (await unasking(Git(box.path))).environment
    assert quiet["GIT_SSH_COMMAND"].startswith("ssh -F mine -o BatchMode=yes")
    assert (quiet["GIT_ASKPASS"], quiet["SSH_ASKPASS_REQUIRE"]) == ("", "never")


async def test_exactly_the_commit_is_pushed(box: Box, bare: Path) -> None:
    here = Git(box.path)
    first = box.commit({"a.txt": "a"})
    box.commit({"b.txt": "b"})
    box.git("tag", "-a", "-m", "tag", "v1", first)
    box.git("config", "push.followTags", "true")
    assert await unseen_count(here, box.head(), "origin") == 2
    assert await push_commit(here, "origin", first, "main", deadline=20) == ""
    assert git(bare, "rev-parse", "main") == first
    assert git(bare, "tag") == ""
    assert await has_arrived(here, "origin", first, "main")
    assert not await has_arrived(here, "origin", box.head(), "main")


async def test_a_remote_that_moved_refuses_and_keeps_what_it_has(
    box: Box, bare: Path, other: Box
) -> None:
    there = other.commit({"theirs.txt": "x"})
    other.git("push", "--quiet")
    mine = box.commit({"mine.txt": "x"})
    words = await push_commit(Git(box.path), "origin", mine, "main", deadline=20)
    assert "rejected" in words
    assert git(bare, "rev-parse", "main") == there


async def test_a_hook_there_is_quoted(box: Box, bare: Path) -> None:
    hook(bare, "pre-receive", "echo 'no pushes on Fridays'; exit 1")
    mine = box.commit({"mine.txt": "x"})
    words = await push_commit(Git(box.path), "origin", mine, "main", deadline=20)
    assert words == "[remote rejected] (pre-receive hook declined); no pushes on Fridays"


async def test_a_hook_here_is_quoted(box: Box, bare: Path) -> None:
    hook(box.path / ".git", "pre-push", "echo 'tests are red' >&2; exit 1")
    mine = box.commit({"mine.txt": "x"})
    words = await push_commit(Git(box.path), "origin", mine, "main", deadline=20)
    assert "tests are red" in words


async def test_a_hook_that_hangs_is_ended(box: Box, bare: Path) -> None:
    hook(box.path / ".git", "pre-push", "sleep 60")
    mine = box.commit({"mine.txt": "x"})
    words = await push_commit(Git(box.path), "origin", mine, "main", deadline=0.3)
    assert "did not end within 0.3 s" in words
    assert git(bare, "rev-parse", "main") != mine


def test_passwords_are_left_out() -> None:
    words = "fatal: unable to access 'https://me:secret@host/x.git/': no route\n"
    assert said(Answer(128, b"", words)) == "unable to access 'https://host/x.git/': no route"
