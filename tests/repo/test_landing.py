"""Landing: scratch merges, predictions, and base moved by compare-and-swap."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.repo.gitbox import Box, branch_with
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.landing import (
    Move,
    blocked_base,
    carry_checkout,
    merge_in_scratch,
    move_base,
    predict_conflicts,
    revert_in_scratch,
)
from wuhu_tui.repo.repository import Repository
from wuhu_tui.repo.worktrees import add_scratch


def objects(box: Box) -> set[str]:
    return {
        str(file.relative_to(box.path))
        for file in (box.path / ".git/objects").rglob("*")
        if file.is_file()
    }


async def scratch_merge(repository: Repository, box: Box, head: str) -> str:
    scratch = await add_scratch(repository, box.path / ".wuhu/scratch/m", box.head("main"))
    return (await merge_in_scratch(scratch, head, "Merge it\n\nWuhu-Session: x\n")).result


async def test_a_clean_scratch_merge_is_always_a_merge_commit(
    repository: Repository, box: Box
) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    assert box.git("rev-list", "--parents", "-1", result).split() == [result, tip, head]
    assert box.git("log", "-1", "--format=%B", result) == "Merge it\n\nWuhu-Session: x"
    assert box.head("main") == tip


async def test_conflicts_are_named_and_nothing_moves(repository: Repository, box: Box) -> None:
    odd = "odd näme\n.txt"
    box.commit({odd: "x\n", "gone.txt": "x\n"})
    head = branch_with(box, "side", {"readme.txt": "side\n", odd: "side\n", "gone.txt": "side\n"})
    box.git("rm", "--quiet", "gone.txt")
    tip = box.commit({"readme.txt": "main\n", odd: "main\n"})
    scratch = await add_scratch(repository, box.path / ".wuhu/scratch/m", tip)
    merged = await merge_in_scratch(scratch, head, "Merge")
    assert merged.result == ""
    assert set(merged.conflicts) == {"readme.txt", odd, "gone.txt"}
    assert box.head("main") == tip
    assert set(await predict_conflicts(repository, tip, head)) == set(merged.conflicts)


async def test_predictions_leave_no_objects(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"readme.txt": "side\n"})
    clean = branch_with(box, "clean", {"other.txt": "x\n"})
    tip = box.commit({"readme.txt": "main\n"})
    before = objects(box)
    assert await predict_conflicts(repository, tip, head) == ("readme.txt",)
    assert await predict_conflicts(repository, tip, clean) == ()
    assert objects(box) == before


async def test_predictions_in_a_folder_with_odd_letters(tmp_path: Path) -> None:
    from tests.repo.gitbox import make_box
    from wuhu_tui.repo.repository import open_repository

    box = make_box(tmp_path / 'co:lon "quoted"')
    head = branch_with(box, "side", {"readme.txt": "side\n"})
    tip = box.commit({"readme.txt": "main\n"})
    repository = await open_repository(box.path)
    assert await predict_conflicts(repository, tip, head) == ("readme.txt",)


async def test_a_merge_that_git_refuses_is_no_conflict(repository: Repository, box: Box) -> None:
    box.git("checkout", "--quiet", "--orphan", "alone")
    head = box.commit({"a": "b"})
    box.git("checkout", "--quiet", "main")
    with pytest.raises(GitError, match="no commit in common"):
        await scratch_merge(repository, box, head)
    with pytest.raises(GitError, match="no commit in common"):
        await predict_conflicts(repository, box.head("main"), head)


async def test_a_hook_that_says_no_is_told(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    hook = box.write(".git/hooks/commit-msg", "#!/bin/sh\necho error: not like this >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(GitError, match="not like this"):
        await scratch_merge(repository, box, head)


async def test_nobody_to_commit_as(
    repository: Repository, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    for name in ("user.name", "user.email"):
        box.git("config", "--unset", name)
    box.git("config", "user.useConfigOnly", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    with pytest.raises(GitError, match="who commits") as caught:
        await scratch_merge(repository, box, head)
    assert "user.email" in caught.value.remedy


async def test_base_moves_with_its_clean_checkout(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    box.write("untracked.txt", "mine")
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    assert await move_base(repository, "main", tip, result, "test") is Move.DONE
    assert box.head("main") == result
    assert (box.path / "new.txt").exists()
    assert box.git("status", "--porcelain") == "?? untracked.txt"


async def test_base_moves_when_nobody_has_it_checked_out(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    box.git("checkout", "--quiet", "-b", "elsewhere")
    box.write("readme.txt", "dirty, but not on main")
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    assert await move_base(repository, "main", tip, result, "wuhu: merge x") is Move.DONE
    assert box.head("main") == result
    assert not (box.path / "new.txt").exists()
    assert "wuhu: merge x" in box.git("reflog", "-1", "main")


async def test_base_checked_out_in_another_worktree_moves_there(
    repository: Repository, box: Box, tmp_path: Path
) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    box.git("checkout", "--quiet", "-b", "elsewhere")
    box.git("worktree", "add", "--quiet", str(tmp_path / "base"), "main")
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    assert await move_base(repository, "main", tip, result, "test") is Move.DONE
    other = box.at(tmp_path / "base")
    assert (other.head(), other.git("status", "--porcelain")) == (result, "")
    assert (tmp_path / "base" / "new.txt").exists()


@pytest.mark.parametrize("staged", [True, False])
async def test_a_dirty_checkout_is_never_touched(
    repository: Repository, box: Box, staged: bool
) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    box.write("readme.txt", "my work")
    if staged:
        box.git("add", "readme.txt")
    with pytest.raises(GitError, match=r"uncommitted changes: readme\.txt"):
        await move_base(repository, "main", tip, result, "test")
    assert box.head("main") == tip
    assert (box.path / "readme.txt").read_text() == "my work"
    assert not (box.path / "new.txt").exists()


@pytest.mark.parametrize("ignored", [True, False])
async def test_files_in_the_way_are_never_overwritten(
    repository: Repository, box: Box, ignored: bool
) -> None:
    head = branch_with(box, "side", {"secret.env": "theirs"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    box.write("secret.env", "mine")
    if ignored:
        box.write(".git/info/exclude", "/.wuhu/\nsecret.env\n")
    with pytest.raises(GitError, match=r"secret\.env"):
        await move_base(repository, "main", tip, result, "test")
    assert box.head("main") == tip
    assert (box.path / "secret.env").read_text() == "mine"


async def test_base_that_moved_is_not_overwritten(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    theirs = box.commit({"theirs.txt": "y"})
    assert await move_base(repository, "main", tip, result, "test") is Move.BASE_MOVED
    assert box.head("main") == theirs
    box.git("checkout", "--quiet", "side")
    assert await move_base(repository, "main", tip, result, "test") is Move.BASE_MOVED
    assert box.head("main") == theirs


async def test_an_operation_half_done_blocks(repository: Repository, box: Box) -> None:
    branch_with(box, "side", {"readme.txt": "side\n"})
    box.commit({"readme.txt": "main\n"})
    box.git("merge", "side", check=False)
    assert "merge of main is half-done" in await blocked_base(repository, "main")
    box.git("merge", "--abort")
    assert await blocked_base(repository, "main") == ""
    box.git("rebase", "side", check=False)
    assert "main is being rebased" in await blocked_base(repository, "main")
    box.git("rebase", "--abort")


async def test_a_held_lock_leaves_base_alone(
    repository: Repository, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.repo.landing.LOCK_PATIENCE", 0.1)
    monkeypatch.setattr("wuhu_tui.repo.refs.LOCK_PATIENCE", 0.1)
    head = branch_with(box, "side", {"new.txt": "x"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    lock = box.write(".git/index.lock", "")
    with pytest.raises(GitError, match=r"index\.lock"):
        await move_base(repository, "main", tip, result, "test")
    lock.unlink()
    box.git("checkout", "--quiet", "side")
    lock = box.write(".git/refs/heads/main.lock", "")
    with pytest.raises(GitError, match=r"main\.lock"):
        await move_base(repository, "main", tip, result, "test")
    lock.unlink()
    assert box.head("main") == tip


async def test_a_locked_ref_leaves_the_checkout_as_it_was(
    repository: Repository, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wuhu_tui.repo.landing.LOCK_PATIENCE", 0.2)
    head = branch_with(box, "side", {"new/file.txt": "x", "readme.txt": "changed\n"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    lock = box.write(".git/refs/heads/main.lock", "")
    with pytest.raises(GitError, match=r"main\.lock"):
        await move_base(repository, "main", tip, result, "merge")
    assert box.git("status", "--porcelain", "--untracked-files=no") == ""
    assert not (box.path / "new").exists()
    lock.unlink()
    assert await move_base(repository, "main", tip, result, "merge") is Move.DONE


async def test_moving_back_takes_a_clean_checkout_along(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x", "readme.txt": "side\n"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    await move_base(repository, "main", tip, result, "test")
    box.write("untracked.txt", "mine")
    assert await move_base(repository, "main", result, tip, "back") is Move.DONE
    assert box.head("main") == tip
    assert box.git("status", "--porcelain") == "?? untracked.txt"
    assert not (box.path / "new.txt").exists()


@pytest.mark.parametrize("ignored", [True, False])
async def test_moving_back_never_overwrites(
    repository: Repository, box: Box, ignored: bool
) -> None:
    box.git("checkout", "--quiet", "-b", "side")
    box.git("rm", "--quiet", "readme.txt")
    head = box.commit()
    box.git("checkout", "--quiet", "main")
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    await move_base(repository, "main", tip, result, "test")
    box.write("readme.txt", "mine")
    if ignored:
        box.write(".git/info/exclude", "/.wuhu/\nreadme.txt\n")
    with pytest.raises(GitError, match=r"readme\.txt"):
        await move_base(repository, "main", result, tip, "back")
    assert box.head("main") == result
    assert (box.path / "readme.txt").read_text() == "mine"


async def test_a_checkout_left_behind_is_carried_along(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    box.git("update-ref", "refs/heads/main", result)
    assert await carry_checkout(repository, "main", tip, result) is True
    assert box.git("status", "--porcelain") == ""
    assert await carry_checkout(repository, "main", tip, result) is False


async def test_a_checkout_with_work_in_it_is_not_carried(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    box.git("update-ref", "refs/heads/main", result)
    box.write("readme.txt", "mine")
    assert await carry_checkout(repository, "main", tip, result) is False
    assert (box.path / "readme.txt").read_text() == "mine"


async def test_cancelling_does_not_stop_half_way(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {f"many/{n}": "x" * 100 for n in range(500)})
    tip = box.head("main")
    result = await scratch_merge(repository, box, head)
    moving = asyncio.create_task(move_base(repository, "main", tip, result, "test"))
    async with asyncio.timeout(20):
        while not (box.path / ".git/index.lock").exists() and not moving.done():
            await asyncio.sleep(0.001)
    moving.cancel()
    await asyncio.wait([moving])
    assert box.head("main") == result
    assert box.git("status", "--porcelain") == ""


async def test_reverting_a_merge(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"new.txt": "x"})
    result = await scratch_merge(repository, box, head)
    box.git("merge", "--quiet", "--ff-only", result)
    later = box.commit({"later.txt": "y"})
    scratch = await add_scratch(repository, box.path / ".wuhu/scratch/u", later)
    reverted = await revert_in_scratch(scratch, result, "Undo it\n", parent=1)
    assert box.git("log", "-1", "--format=%s", reverted.result) == "Undo it"
    files = box.git("ls-tree", "--name-only", reverted.result).split()
    assert files == ["later.txt", "readme.txt"]


async def test_reverting_what_was_built_upon_conflicts(repository: Repository, box: Box) -> None:
    head = branch_with(box, "side", {"readme.txt": "side\n"})
    result = await scratch_merge(repository, box, head)
    box.git("merge", "--quiet", "--ff-only", result)
    later = box.commit({"readme.txt": "later\n"})
    scratch = await add_scratch(repository, box.path / ".wuhu/scratch/u", later)
    reverted = await revert_in_scratch(scratch, result, "Undo it\n", parent=1)
    assert (reverted.result, reverted.conflicts) == ("", ("readme.txt",))
