"""A branch is integrated when base has what it changed, however that came there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.repositories import Project, make_project
from tests.repo.gitbox import Box
from wuhu_tui.core.cleanup import PutAway, put_away
from wuhu_tui.repo.integrated import how_integrated

NAME = "shop-impl-01"
BRANCH = "wuhu/one"


@pytest.fixture
async def project(tmp_path: Path) -> Project:
    return await make_project(tmp_path / "shop")


@pytest.fixture
async def tree(project: Project) -> Box:
    """A session with two commits that base has not."""
    tree = await project.session()
    tree.commit({"a.txt": "a\n"}, "Add a")
    tree.commit({"readme.txt": "one\ntwo\nthree\nfour\n"}, "Count on")
    return tree


async def how(project: Project) -> str:
    box = project.box
    return await how_integrated(project.port.repository, box.head(BRANCH), box.head("main"))


async def away(project: Project) -> PutAway:
    return await put_away(project.port, project.port.view(NAME))


def squash(project: Project) -> None:
    project.box.git("merge", "--squash", "--quiet", BRANCH)
    project.box.git("commit", "--quiet", "-m", "Squashed elsewhere")


async def test_what_base_lacks_is_not_integrated(project: Project, tree: Box) -> None:
    assert await how(project) == ""
    project.box.commit({"a.txt": "a\n"})
    assert await how(project) == ""


async def test_a_squash_made_elsewhere_is_a_merge(project: Project, tree: Box) -> None:
    squash(project)
    assert await how(project) == "base has its content"
    project.box.commit({"readme.txt": "all other lines\n"})
    assert await how(project) == "base has all of it in one commit"


async def test_a_rebase_made_elsewhere_is_a_merge(project: Project, tree: Box) -> None:
    project.box.commit({"other.txt": "o\n"})
    project.box.git("cherry-pick", f"main..{BRANCH}")
    project.box.commit({"readme.txt": "all other lines\n"})
    assert await how(project) == "base has each of its commits, rebased"


async def test_a_squash_that_was_taken_back_does_not_hide_new_work(
    project: Project, tree: Box
) -> None:
    squash(project)
    tree.commit({"more.txt": "m\n"})
    assert await how(project) == ""


async def test_looking_leaves_no_objects(project: Project, tree: Box) -> None:
    squash(project)
    before = project.box.git("count-objects", "-v")
    project.box.commit({"x": "x"})
    after = project.box.git("count-objects", "-v")
    assert await how(project)
    assert project.box.git("count-objects", "-v") == after != before


async def test_a_squashed_session_is_cleaned_up_and_its_commits_stay(
    project: Project, tree: Box
) -> None:
    squash(project)
    head = project.box.head(BRANCH)
    done = await away(project)
    assert (done.worktree_gone, done.branch_gone) == (True, True)
    (rescue,) = project.port.board.rescues.values()
    assert (rescue.head, rescue.commits) == (head, 2)
    assert done.said == (
        f"worktree removed; branch {BRANCH} deleted; base has its content, "
        f"its own are kept: {rescue.ref}"
    )
    assert head in project.box.git("rev-list", rescue.ref).split()


async def test_a_namesake_proves_nothing(project: Project, tree: Box) -> None:
    """The session's branch was deleted, and somebody made one of that name for work of his own."""
    tree.git("checkout", "--quiet", "--detach", "main")
    project.box.git("branch", "-D", "--quiet", BRANCH)
    project.box.commit({"theirs.txt": "t\n"})
    project.box.git("branch", BRANCH, "main")
    done = await away(project)
    assert (done.worktree_gone, done.branch_gone) == (True, False)
    assert "is not known as the session's work" in done.said
