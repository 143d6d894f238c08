"""Worktrees: made, adopted, half-made, refused, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repo.gitbox import Box
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.worktrees import (
    add_scratch,
    add_worktree,
    checkout_of,
    drop_scratch,
    list_worktrees,
    remove_worktree,
    require_clean,
    restore_worktree,
    worktree_at,
)


@pytest.fixture
def place(box: Box) -> Path:
    return box.path / ".wuhu" / "worktrees" / "shop-impl-01"


async def test_a_worktree_on_a_new_branch(repository: Repository, box: Box, place: Path) -> None:
    made = await add_worktree(repository, place, "wuhu/one", "main")
    assert made.branch == "wuhu/one"
    assert made.head == box.head()
    assert (place / "readme.txt").exists()
    assert not place.with_name("shop-impl-01.making").exists()
    assert box.git("status", "--porcelain") == ""
    assert box.git("config", "--get-regexp", "branch.wuhu/one", check=False) == ""


async def test_making_it_twice_adopts_it_with_its_commits(
    repository: Repository, box: Box, place: Path
) -> None:
    await add_worktree(repository, place, "wuhu/one", "main")
    commit = box.at(place).commit({"new": "x"})
    again = await add_worktree(repository, place, "wuhu/one", "main")
    assert again.head == commit


async def test_a_namesake_branch_is_never_taken(
    repository: Repository, box: Box, place: Path
) -> None:
    box.git("branch", "wuhu/one")
    with pytest.raises(GitError, match="wuhu/one exists already") as caught:
        await add_worktree(repository, place, "wuhu/one", "main")
    assert "another branch name" in caught.value.remedy
    assert not place.exists()


@pytest.mark.parametrize("crash", ["note", "branch", "folder", "admin", "locked"])
async def test_a_crash_half_way_is_mended(
    repository: Repository, box: Box, place: Path, crash: str
) -> None:
    note = place.with_name(place.name + ".making")
    note.parent.mkdir(parents=True)
    note.write_text(f"wuhu/one\n{box.head()}\n")
    if crash != "note":
        box.git("branch", "wuhu/one")
    if crash == "folder":
        (place / "half").mkdir(parents=True)
    if crash in {"admin", "locked"}:
        box.git("worktree", "add", "--quiet", "--no-checkout", str(place), "wuhu/one")
    if crash == "locked":
        box.git("worktree", "lock", "--reason", "initializing", str(place))
    made = await add_worktree(repository, place, "wuhu/one", "main")
    assert made.branch == "wuhu/one"
    assert not made.locked
    assert (place / "readme.txt").exists()
    assert box.at(place).git("status", "--porcelain") == ""
    assert not note.exists()


async def test_a_half_made_branch_that_moved_is_a_namesake(
    repository: Repository, box: Box, place: Path
) -> None:
    note = place.with_name(place.name + ".making")
    note.parent.mkdir(parents=True)
    note.write_text(f"wuhu/one\n{box.head()}\n")
    box.git("checkout", "--quiet", "-b", "wuhu/one")
    box.commit(message="Somebody's")
    box.git("checkout", "--quiet", "main")
    with pytest.raises(GitError, match="exists already"):
        await add_worktree(repository, place, "wuhu/one", "main")


async def test_a_place_that_is_taken(repository: Repository, box: Box, place: Path) -> None:
    box.at(place).write("mine.txt", "x")
    with pytest.raises(GitError, match="no worktree lies here"):
        await add_worktree(repository, place, "wuhu/one", "main")
    assert (place / "mine.txt").exists()
    assert box.git("branch", "--list", "wuhu/one") == ""


async def test_another_worktree_in_the_place(repository: Repository, place: Path) -> None:
    await add_worktree(repository, place, "wuhu/one", "main")
    with pytest.raises(GitError, match="on wuhu/one, not on wuhu/two"):
        await add_worktree(repository, place, "wuhu/two", "main")


@pytest.mark.parametrize("name", ["", "-x", "a..b", "a b", "HEAD", "@{-1}"])
async def test_bad_branch_names(repository: Repository, place: Path, name: str) -> None:
    with pytest.raises(GitError, match="not a valid branch name"):
        await add_worktree(repository, place, name, "main")


async def test_no_such_base(repository: Repository, place: Path) -> None:
    with pytest.raises(GitError, match="no such commit or branch"):
        await add_worktree(repository, place, "wuhu/one", "nowhere")


async def test_a_missing_worktree_is_listed_as_missing_and_made_again(
    repository: Repository, box: Box, place: Path
) -> None:
    await add_worktree(repository, place, "wuhu/one", "main")
    commit = box.at(place).commit({"new": "x"})
    await _remove_by_hand(place)
    gone = await worktree_at(repository.git, place)
    assert gone is not None
    assert gone.missing
    assert await checkout_of(repository.git, "wuhu/one") is None
    back = await restore_worktree(repository, place, "wuhu/one")
    assert (back.head, back.missing) == (commit, False)
    assert (place / "new").exists()


async def _remove_by_hand(place: Path) -> None:
    import shutil

    shutil.rmtree(place)


async def test_removing(repository: Repository, box: Box, place: Path) -> None:
    assert await remove_worktree(repository, place) is False
    await add_worktree(repository, place, "wuhu/one", "main")
    assert await remove_worktree(repository, place) is True
    assert not place.exists()
    assert len(await list_worktrees(repository.git)) == 1
    assert box.git("branch", "--list", "wuhu/one") != ""


async def test_removing_refuses_what_is_not_committed(
    repository: Repository, box: Box, place: Path
) -> None:
    await add_worktree(repository, place, "wuhu/one", "main")
    box.at(place).write("forgotten.txt", "x")
    box.at(place).write("readme.txt", "changed")
    with pytest.raises(GitError, match=r"forgotten\.txt") as caught:
        await remove_worktree(repository, place)
    assert "readme.txt" in caught.value.message
    assert (place / "forgotten.txt").exists()
    assert await remove_worktree(repository, place, discard=True) is True
    assert not place.exists()


async def test_a_missing_worktree_is_not_called_clean(
    repository: Repository, box: Box, place: Path
) -> None:
    with pytest.raises(GitError, match="worktree is missing"):
        await require_clean(repository.git.at(place))


async def test_scratch_replaces_what_was_left(repository: Repository, box: Box) -> None:
    place = box.path / ".wuhu" / "scratch" / "x"
    first = box.head()
    second = box.commit({"new": "x"})
    await add_scratch(repository, place, first)
    box.at(place).write("junk", "x")
    scratch = await add_scratch(repository, place, second)
    assert await scratch.read("rev-parse", "HEAD") == second
    assert not (place / "junk").exists()
    await drop_scratch(repository, place)
    await drop_scratch(repository, place)
    assert not place.exists()
    assert len(await list_worktrees(repository.git)) == 1


async def test_names_with_spaces_and_odd_letters(repository: Repository, box: Box) -> None:
    place = box.path / ".wuhu" / "worktrees" / 'we"ird näme'
    made = await add_worktree(repository, place, "feature/ünï", "main")
    assert Path(made.path) == place
    assert made.branch == "feature/ünï"


async def test_clearing_one_leaves_the_leads_own_missing_worktrees_alone(
    repository: Repository, box: Box, place: Path, tmp_path: Path
) -> None:
    away = tmp_path / "on-a-stick"
    box.git("worktree", "add", "--quiet", "-b", "side", str(away))
    away.rename(tmp_path / "unplugged")
    await add_worktree(repository, place, "wuhu/one", "main")
    await remove_worktree(repository, place, discard=True)
    assert await worktree_at(repository.git, away) is not None
