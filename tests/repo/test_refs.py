"""Commits and branches: what is where, and branches moved only from where they were seen."""

from __future__ import annotations

import pytest

from tests.repo.gitbox import Box, branch_with
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.refs import (
    NOTHING,
    commit_exists,
    has_commit,
    held_by_branch,
    is_ancestor,
    merge_base,
    move_branch,
    published,
    required_tip,
    tip_of,
)
from wuhu_tui.repo.repository import Repository


async def test_questions_about_commits(repository: Repository, box: Box) -> None:
    git = repository.git
    start = box.head()
    head = branch_with(box, "side", {"new.txt": "x"})
    assert await is_ancestor(git, start, head)
    assert not await is_ancestor(git, head, start)
    assert await merge_base(git, "main", "side") == start
    assert await tip_of(git, "side") == head
    assert await tip_of(git, "none") == ""
    assert await commit_exists(git, head)
    assert not await commit_exists(git, "1" * 40)
    assert await has_commit(git, head, start)
    assert await has_commit(git, head, head)
    assert not await has_commit(git, start, head)
    assert not await has_commit(git, head, "1" * 40)
    assert not await has_commit(git, "", "")
    with pytest.raises(GitError, match="none does not exist"):
        await required_tip(git, "none")
    with pytest.raises(GitError):
        await is_ancestor(git, "1" * 40, head)


async def test_a_damaged_branch_is_not_called_missing(repository: Repository, box: Box) -> None:
    box.write(".git/refs/heads/bad", "garbage\n")
    with pytest.raises(GitError, match="bad is damaged"):
        await tip_of(repository.git, "bad")
    box.write(".git/refs/heads/bad", "1" * 40 + "\n")
    with pytest.raises(GitError, match="bad is damaged"):
        await tip_of(repository.git, "bad")


async def test_branches_move_only_from_where_they_were_seen(
    repository: Repository, box: Box
) -> None:
    git, start = repository.git, box.head()
    head = branch_with(box, "side", {"new.txt": "x"})
    assert await move_branch(git, "fresh", NOTHING, start, "make")
    assert not await move_branch(git, "fresh", NOTHING, head, "make again")
    assert not await move_branch(git, "fresh", head, start, "from elsewhere")
    assert not await move_branch(git, "fresh", head, NOTHING, "delete from elsewhere")
    assert await tip_of(git, "fresh") == start
    assert await move_branch(git, "fresh", start, NOTHING, "delete")
    assert await tip_of(git, "fresh") == ""


async def test_what_others_have(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    assert await published(repository.git, head) == ()
    box.git("update-ref", "refs/remotes/origin/side", head)
    assert await published(repository.git, head) == ("origin/side",)
    box.git("branch", "-D", "--quiet", "side")
    assert await held_by_branch(repository.git, head)
    box.git("update-ref", "-d", "refs/remotes/origin/side")
    assert not await held_by_branch(repository.git, head)
