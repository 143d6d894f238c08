"""Each kind of collision, between real branches: found, named, with the lines of both sides."""

from __future__ import annotations

from pathlib import Path

from tests.radar.field import Field, numbered


async def test_content_with_the_lines_of_both_sides(field: Field) -> None:
    field.box.commit({"f.txt": numbered(40)})
    one, two = field.branch("one"), field.branch("two")
    one.commit({"f.txt": "head\nhead\n" + numbered(40, l20="ONE", l21="ONE TOO")})
    two.commit({"f.txt": numbered(40, l20="TWO", l39="far away")})
    files = await field.files("one", "two")
    assert list(files) == ["f.txt"]
    assert files["f.txt"].kind == "content"
    assert files["f.txt"].lines == ((22, 23),)
    assert files["f.txt"].lines_there == ((20, 21),)


async def test_branches_apart_do_not_collide_and_cost_no_merge(field: Field) -> None:
    field.branch("one").commit({"a.txt": "a\n"})
    field.branch("two").commit({"b.txt": "b\n"})
    assert await field.look("one", "two") == {}
    assert field.eye.merges == 0
    assert field.eye.settled == 3


async def test_the_same_file_far_apart_does_not_collide(field: Field) -> None:
    field.box.commit({"f.txt": numbered(40)})
    field.branch("one").commit({"f.txt": numbered(40, l2="ONE")})
    field.branch("two").commit({"f.txt": numbered(40, l30="TWO")})
    assert await field.look("one", "two") == {}
    assert field.eye.merges == 1


async def test_both_made_a_file_of_one_name(field: Field) -> None:
    field.branch("one").commit({"new.txt": "a\nsame\nb\n"})
    field.branch("two").commit({"new.txt": "x\nsame\ny\n"})
    files = await field.files("one", "two")
    assert files["new.txt"].kind == "add/add"
    assert files["new.txt"].lines
    assert files["new.txt"].lines_there


async def test_one_changed_what_the_other_deleted(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    field.branch("one").commit({"f.txt": numbered(20, l7="ONE")})
    two = field.branch("two")
    two.git("rm", "-q", "f.txt")
    two.commit()
    files = await field.files("one", "two")
    assert files["f.txt"].kind == "modify/delete"
    assert files["f.txt"].lines == ((7, 7),)
    assert files["f.txt"].lines_there == ()
    turned = await field.files("two", "one")
    assert turned["f.txt"].lines_there == ((7, 7),)


async def test_a_rename_meets_a_change(field: Field) -> None:
    field.box.commit({"old.txt": numbered(30)})
    one = field.branch("one")
    one.git("mv", "old.txt", "new.txt")
    one.commit({"new.txt": numbered(30, l10="ONE")})
    field.branch("two").commit({"old.txt": numbered(30, l10="TWO")})
    files = await field.files("one", "two")
    assert list(files) == ["new.txt"]
    assert files["new.txt"].lines == ((10, 10),)
    assert files["new.txt"].path_there == "old.txt"


async def test_a_rename_and_a_far_change_merge(field: Field) -> None:
    field.box.commit({"old.txt": numbered(30)})
    one = field.branch("one")
    one.git("mv", "old.txt", "new.txt")
    one.commit()
    field.branch("two").commit({"old.txt": numbered(30, l10="TWO")})
    assert await field.look("one", "two") == {}


async def test_one_file_renamed_to_two_names(field: Field) -> None:
    field.box.commit({"old.txt": numbered(30)})
    for name in ("one", "two"):
        box = field.branch(name)
        box.git("mv", "old.txt", f"{name}.txt")
        box.commit()
    files = await field.files("one", "two")
    assert {file.kind for file in files.values()} == {"rename/rename"}


async def test_a_file_where_the_other_has_a_folder(field: Field) -> None:
    field.branch("one").commit({"thing": "a file\n"})
    field.branch("two").commit({"thing/inside": "in a folder\n"})
    files = await field.files("one", "two")
    assert {file.kind for file in files.values()} == {"file/directory"}


async def test_something_new_in_a_folder_that_was_renamed(field: Field) -> None:
    field.box.commit({f"old/{name}.txt": numbered(20, l1=name) for name in "abc"})
    one = field.branch("one")
    one.git("mv", "old", "new")
    one.commit()
    field.branch("two").commit({"old/d.txt": "more\n"})
    assert await field.files("one", "two")


async def test_binary_files_have_no_lines(field: Field) -> None:
    field.box.commit({"image": b"\0\1\2" * 50})
    field.branch("one").commit({"image": b"\0\1\3" * 50})
    field.branch("two").commit({"image": b"\0\1\4" * 50})
    files = await field.files("one", "two")
    assert files["image"].kind == "binary"
    assert files["image"].lines == ()


async def test_submodules_that_went_two_ways(field: Field, tmp_path: Path) -> None:
    for number, name in enumerate(("main", "one", "two"), start=1):
        box = field.box if name == "main" else field.branch(name)
        entry = f"160000,{str(number) * 40},sub"
        box.git("update-index", "--add", "--cacheinfo", entry)
        box.git("commit", "-q", "-m", "sub")
    files = await field.files("one", "two")
    assert files["sub"].kind == "submodule"


async def test_many_conflicts_in_one_file_each_have_their_place(field: Field) -> None:
    field.box.commit({"f.txt": numbered(100)})
    field.branch("one").commit({"f.txt": numbered(100, l10="A", l50="B", l90="C")})
    field.branch("two").commit({"f.txt": "top\n" + numbered(100, l10="D", l50="E", l90="F")})
    files = await field.files("one", "two")
    assert files["f.txt"].lines == ((10, 10), (50, 50), (90, 90))
    assert files["f.txt"].lines_there == ((11, 11), (51, 51), (91, 91))


async def test_each_branch_is_held_against_base(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    field.branch("one").commit({"f.txt": numbered(20, l3="ONE")})
    field.box.commit({"f.txt": "new top\n" + numbered(20, l3="BASE")})
    found = await field.look("one")
    assert list(found) == ["one base"]
    assert found["one base"].merging.files[0].lines == ((3, 3),)
    assert found["one base"].merging.files[0].lines_there == ((4, 4),)


async def test_base_that_moved_elsewhere_is_settled_by_names(field: Field) -> None:
    field.branch("one").commit({"a.txt": "a\n"})
    field.box.commit({"b.txt": "b\n"})
    assert await field.look("one") == {}
    assert field.eye.merges == 0


async def test_a_branch_from_an_older_base_meets_one_from_a_newer(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    field.branch("one").commit({"f.txt": numbered(20, l3="ONE")})
    field.box.commit({"f.txt": numbered(20, l3="BASE")})
    field.branch("two").commit({"other.txt": "x\n"})
    found = await field.look("one", "two")
    assert set(found) == {"one base", "one two"}


async def test_a_pair_of_trees_is_looked_at_once(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    field.branch("one").commit({"f.txt": numbered(20, l3="ONE")})
    field.branch("two").commit({"f.txt": numbered(20, l3="TWO")})
    await field.look("one", "two")
    asked = field.eye.merges
    again = await field.look("one", "two")
    assert set(again) == {"one two"}
    assert field.eye.merges == asked


async def test_a_stacked_branch_is_merged_by_git(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    field.branch("one").commit({"f.txt": numbered(20, l3="ONE")})
    field.branch("two", "one").commit({"f.txt": numbered(20, l3="TWO")})
    assert await field.look("one", "two") == {}


async def test_lines_without_a_common_commit_are_not_called_free(field: Field) -> None:
    field.branch("one").commit({"a.txt": "a\n"})
    field.box.git("checkout", "-q", "--orphan", "alone")
    field.box.commit({"a.txt": "b\n"})
    field.box.git("checkout", "-q", "main")
    found = await field.look("one", "alone")
    assert "no commit in common" in found["one alone"].merging.refused
    assert "one base" not in found


async def test_settings_of_whoever_looks_change_nothing(field: Field) -> None:
    for name, value in (("merge.renames", "false"), ("merge.x.driver", "true")):
        field.box.git("config", name, value)
    field.box.commit({".gitattributes": "f.txt merge=x\n", "f.txt": numbered(20)})
    field.box.commit({"old.txt": numbered(30)})
    one = field.branch("one")
    one.git("mv", "old.txt", "new.txt")
    one.commit({"f.txt": numbered(20, l3="ONE")})
    field.branch("two").commit({"f.txt": numbered(20, l3="TWO"), "old.txt": numbered(30, l9="2")})
    files = await field.files("one", "two")
    assert list(files) == ["f.txt"]
    assert files["f.txt"].lines == ((3, 3),)


async def test_nothing_is_left_in_the_repository(field: Field) -> None:
    field.box.commit({"f.txt": numbered(20)})
    one, two = field.branch("one"), field.branch("two")
    one.commit({"f.txt": numbered(20, l3="ONE")})
    two.commit({"f.txt": numbered(20, l3="TWO")})
    two.write("new.txt", "not committed\n")
    before = _everything(field.box.path / ".git"), field.box.git("count-objects", "-v")
    assert await field.files("one", "two", uncommitted=True)
    after = _everything(field.box.path / ".git"), field.box.git("count-objects", "-v")
    assert after == before
    assert list(field.room.folder.glob("merging-*")) == []


def _everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}
