"""What is not committed takes part, without anything of the worktree being touched."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.radar.field import Field, numbered
from tests.repo.gitbox import Box
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo import own_index


async def test_changed_staged_and_new_files_take_part(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20), "g.txt": numbered(20)})
    one, two = field.branch("one"), field.branch("two")
    one.commit({"f.txt": numbered(20, l3="ONE"), "g.txt": numbered(20, l3="ONE"), "n.txt": "1\n"})
    two.write("f.txt", numbered(20, l3="TWO"))
    two.write("g.txt", numbered(20, l3="TWO"))
    two.git("add", "g.txt")
    two.write("n.txt", "2\n")
    files = await field.files("one", "two", uncommitted=True)
    assert {name: file.kind for name, file in files.items()} == {
        "f.txt": "content",
        "g.txt": "content",
        "n.txt": "add/add",
    }
    assert await field.files("one", "two") == {}


async def test_a_deleted_file_takes_part(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    one, two = field.branch("one"), field.branch("two")
    one.write("f.txt", numbered(20, l3="ONE"))
    (two.path / "f.txt").unlink()
    files = await field.files("one", "two", uncommitted=True)
    assert files["f.txt"].kind == "modify/delete"


async def test_nothing_of_the_worktree_is_touched(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    one = field.branch("one")
    one.write("f.txt", numbered(20, l3="ONE"))
    one.write("g.txt", "staged\n")
    one.git("add", "g.txt")
    one.write("new.txt", "new\n")
    before = _state(one)
    seen = await field.seen("one")
    assert seen.uncommitted
    assert _state(one) == before


def _state(box: Box) -> tuple[object, ...]:
    folder = box.path.parent / "project" / ".git" / "worktrees" / box.path.name
    files = {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }
    return files, box.git("diff", "--cached"), box.git("stash", "list")


async def test_a_clean_worktree_is_its_commit(field: Field) -> None:
    one = field.branch("one")
    one.commit({"f.txt": "x\n"})
    seen = await field.seen("one")
    assert (seen.commit, seen.uncommitted) == (one.head(), False)


async def test_what_is_ignored_is_not_read(field: Field) -> None:
    field.box.commit({".gitignore": "build/\n"})
    one = field.branch("one")
    one.write("build/out.bin", "x\n")
    assert not (await field.seen("one")).uncommitted


async def test_a_tracked_file_that_is_ignored_is_read(field: Field) -> None:
    one = field.branch("one")
    one.write(".gitignore", "kept.log\n")
    one.write("kept.log", "1\n")
    one.git("add", "--force", ".gitignore", "kept.log")
    seen = await field.seen("one")
    assert "kept.log" in await _names(field, seen.tree)


async def _names(field: Field, tree: str) -> list[str]:
    git = field.room.git(field.box.path, field.room.desk("one").objects)
    return (await git.read("ls-tree", "-r", "--name-only", tree)).split()


async def test_the_same_work_is_the_same_commit(field: Field) -> None:
    one = field.branch("one")
    one.write("new.txt", "x\n")
    first = await field.seen("one")
    assert await field.seen("one") == first
    one.write("new.txt", "another\n")
    assert (await field.seen("one")).tree != first.tree


async def test_what_was_committed_since_is_the_same_tree(field: Field) -> None:
    one = field.branch("one")
    one.write("new.txt", "x\n")
    before = await field.seen("one")
    one.commit()
    after = await field.seen("one")
    assert after.tree == before.tree
    assert not after.uncommitted


async def test_a_huge_new_file_is_not_read_and_still_in_the_way(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_index, "LARGE", 100)
    for name in ("one", "two"):
        field.branch(name).write("data.bin", name * 200)
    seen = await field.seen("one")
    assert seen.unread == 1
    objects = field.room.desk("one").objects
    assert sum(path.stat().st_size for path in objects.rglob("*") if path.is_file()) < 1000
    files = await field.files("one", "two", uncommitted=True)
    assert files["data.bin"].kind == "add/add"


async def test_a_repository_inside_is_left_out(field: Field) -> None:
    one = field.branch("one")
    inside = one.path / "inside"
    inside.mkdir()
    Box(inside).git("init", "-q")
    (inside / "f.txt").write_text("x")
    assert not (await field.seen("one")).uncommitted


async def test_pipes_are_left_out(field: Field) -> None:
    one = field.branch("one")
    os.mkfifo(one.path / "pipe")
    assert not (await field.seen("one")).uncommitted


async def test_a_missing_worktree_could_not_be_looked_at(field: Field) -> None:
    one = field.branch("one")
    shutil.rmtree(one.path)
    with pytest.raises(GitError, match="missing"):
        await field.seen("one")


async def test_a_worktree_elsewhere_could_not_be_looked_at(field: Field) -> None:
    one = field.branch("one")
    one.git("checkout", "-q", "--detach")
    with pytest.raises(GitError, match="does not stand on one"):
        await field.seen("one")


async def test_a_half_done_rebase_could_not_be_looked_at(field: Field) -> None:
    field.box.commit({"f.txt": "a\n"})
    one = field.branch("one")
    one.commit({"f.txt": "one\n"})
    field.box.commit({"f.txt": "main\n"})
    one.git("rebase", "main", check=False)
    with pytest.raises(GitError, match="a rebase is half-done"):
        await field.seen("one")


async def test_an_unreadable_index_could_not_be_looked_at_and_leaves_nothing(field: Field) -> None:
    one = field.branch("one")
    (field.box.path / ".git" / "worktrees" / "one" / "index").write_bytes(b"nonsense")
    with pytest.raises(GitError):
        await field.seen("one")
    assert not field.room.desk("one").folder.exists()
    assert one.path.exists()


async def test_a_lock_that_a_killed_look_left_is_swept(field: Field) -> None:
    one = field.branch("one")
    one.write("new.txt", "x\n")
    await field.seen("one")
    (field.room.desk("one").folder / "index.lock").touch()
    one.write("new.txt", "y\n")
    with pytest.raises(GitError):
        await field.seen("one")
    assert (await field.seen("one")).uncommitted


async def test_names_that_are_no_text(field: Field) -> None:
    one = field.branch("one")
    name = os.fsdecode(b"caf\xe9 \n\t.txt")
    (one.path / name).write_text("x\n")
    (one.path / "ünï.txt").write_text("x\n")
    assert (await field.seen("one")).uncommitted
    (field.branch("two").path / name).write_text("y\n")
    assert len(await field.files("one", "two", uncommitted=True)) == 1
