"""How a worktree stood, look after look: everything git would not ignore, and nothing touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.repo.gitbox import Box, branch_with
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo import history_trees, own_index
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.history_trees import (
    HISTORY_REFS,
    UNREAD,
    SeenTree,
    WorktreeHistory,
    forget_history,
    history_sessions,
)

NAME = "shop-impl-01"
REF = HISTORY_REFS + NAME


@pytest.fixture
def work(box: Box) -> Box:
    """A session's worktree, with files that are tracked, ignored and neither."""
    box.commit({".gitignore": "*.log\n", "src/app.py": "1\n", "src/old.py": "2\n"})
    path = box.path / ".wuhu" / "worktrees" / NAME
    box.git("worktree", "add", "--quiet", "-b", f"wuhu/{NAME}", str(path))
    return box.at(path)


@pytest.fixture
def eye(box: Box, work: Box) -> WorktreeHistory:
    return WorktreeHistory(
        root=box.path, worktree=work.path, session=NAME, room=box.path / ".wuhu" / "room"
    )


async def looked(eye: WorktreeHistory) -> SeenTree:
    seen = await eye.look()
    assert seen is not None
    return seen


def held(box: Box, tree: str) -> dict[str, str]:
    """The files of a tree."""
    names = box.git("ls-tree", "-r", "-z", "--name-only", tree).split("\0")
    return {name: box.git("cat-file", "blob", f"{tree}:{name}") for name in names if name}


async def test_a_look_holds_all_that_git_would_not_ignore(eye: WorktreeHistory, work: Box) -> None:
    work.write("src/app.py", "staged\n")
    work.git("add", "src/app.py")
    work.write("src/app.py", "changed again\n")
    work.write("a new\nname", "new\n")
    work.write("noise.log", "ignored\n")
    (work.path / "src" / "old.py").unlink()
    seen = await looked(eye)
    files = held(work, seen.tree)
    assert sorted(files) == [".gitignore", "a new\nname", "readme.txt", "src/app.py"]
    assert (files["src/app.py"], files["a new\nname"]) == ("changed again", "new")
    assert seen.head == work.head()
    assert work.head(f"{seen.commit}^{{tree}}") == seen.tree


async def test_nothing_of_the_worktree_is_touched(eye: WorktreeHistory, work: Box) -> None:
    work.write("src/app.py", "changed\n")
    work.write("new.py", "new\n")
    index = Path(work.git("rev-parse", "--absolute-git-dir")) / "index"
    status = ("--no-optional-locks", "status", "--porcelain")
    before = index.read_bytes(), index.stat().st_mtime_ns, work.git(*status)
    await looked(eye)
    assert (index.read_bytes(), index.stat().st_mtime_ns, work.git(*status)) == before
    assert not list(eye.room.glob("*.lock"))


async def test_what_did_not_change_is_no_news(eye: WorktreeHistory, work: Box) -> None:
    work.write("new.py", "new\n")
    first = await looked(eye)
    assert await eye.look() is None
    work.write("new.py", "new\n")  # written again, the same
    assert await eye.look() is None
    assert work.head(REF) == first.commit


async def test_looks_are_a_chain_that_one_ref_keeps(eye: WorktreeHistory, work: Box) -> None:
    first = await looked(eye)
    work.write("new.py", "one\n")
    second = await looked(eye)
    work.commit(message="Committed")
    third = await looked(eye)
    assert (third.tree, third.head) == (second.tree, work.head())
    work.git("reset", "--quiet", "--hard", "HEAD~1")
    fourth = await looked(eye)
    parents = work.git("log", "--first-parent", "--format=%H", "-4", REF).split("\n")
    assert parents == [fourth.commit, third.commit, second.commit, first.commit]
    work.git("reflog", "expire", "--expire=now", "--all")
    work.git("gc", "--quiet", "--prune=now")
    assert held(work, second.tree)["new.py"] == "one"
    assert work.git("cat-file", "-t", third.head) == "commit"  # although no branch has it any more


async def test_the_next_life_goes_on_where_the_last_one_stood(
    eye: WorktreeHistory, work: Box
) -> None:
    work.write("new.py", "one\n")
    first = await looked(eye)
    eye.clear()
    next_eye = WorktreeHistory(
        root=eye.root, worktree=work.path, session=NAME, room=eye.room, before=first
    )
    assert await next_eye.look() is None
    work.write("new.py", "two\n")
    second = await looked(next_eye)
    assert work.head(f"{second.commit}^1") == first.commit


async def test_large_new_files_stand_there_by_name_alone(
    eye: WorktreeHistory, work: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_index, "LARGE", 100)
    work.write("dump.bin", "x" * 200)
    seen = await looked(eye)
    assert seen.unread == 1
    assert held(work, seen.tree)["dump.bin"].encode() + b"\n" == UNREAD
    assert await eye.look() is None
    work.write("dump.bin", "x" * 300)
    assert await eye.look() is None
    work.write("dump.bin", "small\n")
    assert held(work, (await looked(eye)).tree)["dump.bin"] == "small"


async def test_a_conflict_is_seen_with_its_markers(
    eye: WorktreeHistory, work: Box, box: Box
) -> None:
    branch_with(box, "theirs", {"readme.txt": "theirs\n"})
    work.commit({"readme.txt": "ours\n"})
    work.git("merge", "theirs", check=False)
    seen = await looked(eye)
    assert "<<<<<<<" in held(work, seen.tree)["readme.txt"]


async def test_files_become_folders_links_and_pipes(eye: WorktreeHistory, work: Box) -> None:
    work.write("pipe", "a file still\n")
    await looked(eye)
    work.write("src/new.py", "3\n")
    (work.path / "readme.txt").unlink()
    work.write("readme.txt/inside", "a folder now\n")
    (work.path / "src").rename(work.path / "moved")
    (work.path / "src").symlink_to("moved")
    (work.path / "pipe").unlink()
    os.mkfifo(work.path / "pipe")
    seen = await looked(eye)
    assert held(work, seen.tree) == {
        ".gitignore": "*.log",
        "moved/app.py": "1",
        "moved/new.py": "3",
        "moved/old.py": "2",
        "readme.txt/inside": "a folder now",
        "src": "moved",
    }
    assert await eye.look() is None


async def test_a_repository_inside_is_left_out(eye: WorktreeHistory, work: Box) -> None:
    work.git("init", "--quiet", "inner")
    work.write("inner/file", "1\n")
    work.write("beside", "2\n")
    assert "beside" in held(work, (await looked(eye)).tree)


async def test_what_was_given_up_begins_anew(eye: WorktreeHistory, work: Box, box: Box) -> None:
    work.write("new.py", "one\n")
    first = await looked(eye)
    git = Git(box.path)
    assert list(await history_sessions(git)) == [NAME]
    await forget_history(git, NAME)
    assert await history_sessions(git) == {}
    work.git("reflog", "expire", "--expire=now", "--all")
    work.git("gc", "--quiet", "--prune=now")
    work.write("other.py", "two\n")
    second = await looked(eye)
    assert held(work, second.tree)["new.py"] == "one"
    assert work.git("rev-list", "--count", "--first-parent", f"{first.head}..{REF}") == "1"


async def test_a_lock_that_was_left_does_not_stop_it(eye: WorktreeHistory, work: Box) -> None:
    await looked(eye)
    (eye.room / "index.lock").touch()
    work.write("new.py", "one\n")
    assert "new.py" in held(work, (await looked(eye)).tree)


async def test_a_lock_of_its_ref_that_was_left_does_not_stop_it(
    eye: WorktreeHistory, work: Box, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await looked(eye)
    lock = box.path / ".git" / f"{REF}.lock"
    lock.touch()
    monkeypatch.setattr(history_trees, "LOCK_PATIENCE", 0.0)
    work.write("new.py", "one\n")
    second = await looked(eye)
    assert work.git("rev-parse", REF) == second.commit != first.commit
    assert not lock.exists()


async def test_a_link_in_the_place_of_its_memory_leads_nowhere(
    eye: WorktreeHistory, work: Box, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    eye.room.symlink_to(tmp_path / "mine")
    eye.clear()
    await looked(eye)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["file"]


async def test_no_settings_of_the_worktrees_own_making_count(
    eye: WorktreeHistory, work: Box, tmp_path: Path
) -> None:
    """Whoever works there could otherwise have the runner start programs."""
    (work.path / ".git").unlink()
    work.git("init", "--quiet")
    work.git("config", "filter.bad.clean", f"touch {tmp_path / 'ran'}; cat")
    work.write(".gitattributes", "* filter=bad\n")
    work.write("new.py", "one\n")
    seen = await looked(eye)
    assert "new.py" in held(eye_box(eye), seen.tree)
    assert not (tmp_path / "ran").exists()


def eye_box(eye: WorktreeHistory) -> Box:
    return Box(eye.root)


async def test_a_place_without_git_has_no_history(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    eye = WorktreeHistory(root=tmp_path, worktree=folder, session=NAME, room=tmp_path / "room")
    assert await eye.look() is None
    assert not eye.room.exists()


async def test_a_missing_worktree_is_told(eye: WorktreeHistory, work: Box, box: Box) -> None:
    box.git("worktree", "remove", "--force", str(work.path))
    with pytest.raises(GitError, match="its worktree is missing"):
        await eye.look()


async def test_no_branch_moves_where_the_ref_was_made_a_link_to_it(
    box: Box, eye: WorktreeHistory, work: Box
) -> None:
    main = box.head("main")
    await looked(eye)
    work.git("symbolic-ref", REF, "refs/heads/main")
    work.write("new.py", "new\n")
    seen = await looked(eye)
    assert (box.head("main"), box.head(REF)) == (main, seen.commit)
    work.git("symbolic-ref", REF, "refs/heads/main")
    await forget_history(Git(box.path), NAME)
    assert box.head("main") == main


async def test_a_pipe_in_place_of_the_index_is_refused(eye: WorktreeHistory, work: Box) -> None:
    index = Path(work.git("rev-parse", "--absolute-git-dir")) / "index"
    index.unlink()
    os.mkfifo(index)
    with pytest.raises(OSError, match="no plain file"):
        await eye.look()


async def test_what_stands_there_by_name_is_not_read_again_until_it_changes(
    eye: WorktreeHistory, work: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_index, "MOST_NEW", 1)
    work.write("new.py", "new\n")
    with (work.path / "zero").open("wb") as file:
        file.truncate(own_index.LARGE + 1)
    work.write("zeta", "no room\n")
    before = await looked(eye)
    assert before.unread == 2
    assert await eye.look() is None, "what had no room stays as it was found"
    listing = Git(work.path, environment={"GIT_INDEX_FILE": str(eye.room / "index")})
    assert await listing.read("ls-files", "--modified") == ""
    work.write("zero", "small by now\n")
    seen = await looked(eye)
    assert (seen.unread, held(work, seen.tree)["zero"]) == (1, "small by now")
    (work.path / "zeta").unlink()
    seen = await looked(eye)
    assert (seen.unread, "zeta" in held(work, seen.tree)) == (0, False)
