"""What changed since a look, whatever was done to the commits in between."""

from __future__ import annotations

import pytest

from tests.repo.gitbox import Box
from tests.repo.interdiff_steps import CODE, changed, lines_since, looked, opened, since, text, told
from wuhu_tui.repo.listing import Reading
from wuhu_tui.repo.looked import LOOKED_REFS, forget_looked, keep_looked, looked_sessions


@pytest.fixture
def side(box: Box) -> Box:
    """On branch `side`, with a file of forty lines."""
    box.commit({"code.py": text(CODE), "other.py": "other\n"})
    box.git("checkout", "--quiet", "-b", "side")
    return box


def base_moves(box: Box, files: dict[str, str | bytes]) -> None:
    box.git("checkout", "--quiet", "main")
    box.commit(files, "On base")
    box.git("checkout", "--quiet", "side")


def objects(box: Box) -> str:
    return box.git("count-objects", "-v")


async def test_nothing_new(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    found = await since(side, looked(side))
    assert (found.files, found.note) == ((), "")


async def test_a_new_commit(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    side.commit({"code.py": changed((5, "five"), (30, "thirty"))})
    assert await lines_since(side, seen) == ["code.py -line 30", "code.py +thirty"]
    assert (await since(side, seen)).since == seen[1]


async def test_a_rebase_that_changes_nothing_shows_nothing(side: Box) -> None:
    side.commit({"code.py": changed((5, "five")), "new.py": "new\n"})
    seen = looked(side)
    base_moves(side, {"code.py": changed((30, "base")), "base.py": "base\n"})
    side.git("rebase", "--quiet", "main")
    assert looked(side)[0] != seen[0]
    assert await lines_since(side, seen) == []


async def test_a_rebase_with_a_new_change_shows_only_that(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    base_moves(side, {"code.py": changed((30, "base"))})
    side.git("rebase", "--quiet", "main")
    side.commit({"code.py": changed((5, "five!"), (30, "base"))})
    before = objects(side)
    assert await lines_since(side, seen) == ["code.py -five", "code.py +five!"]
    found = await since(side, seen)
    assert (found.base, found.since) == (side.head("main"), seen[1])
    assert objects(side) == before


async def test_base_merged_in(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    base_moves(side, {"code.py": changed((30, "base")), "base.py": "b\n"})
    side.git("merge", "--quiet", "--no-edit", "main")
    side.commit({"new.py": "new\n"})
    assert await lines_since(side, seen) == ["new.py +new"]


async def test_an_amended_commit(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    side.write("code.py", changed((5, "FIVE")))
    side.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    assert await lines_since(side, seen) == ["code.py -five", "code.py +FIVE"]


async def test_squashed_and_rebased(side: Box) -> None:
    start = side.head("main")
    for number in (5, 10, 15):
        side.commit({f"{number}.py": f"{number}\n"})
    seen = looked(side)
    base_moves(side, {"other.py": "base\n"})
    side.git("reset", "--quiet", "--soft", start)
    side.commit(message="All at once")
    side.git("rebase", "--quiet", "main")
    assert await lines_since(side, seen) == []


async def test_a_change_taken_back_is_a_change(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"), (20, "twenty"))})
    seen = looked(side)
    base_moves(side, {"other.py": "base\n"})
    side.git("rebase", "--quiet", "main")
    side.commit({"code.py": changed((5, "five"))})
    assert await lines_since(side, seen) == ["code.py -twenty", "code.py +line 20"]


async def test_a_file_renamed_and_changed(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    base_moves(side, {"code.py": changed((30, "base"))})
    side.git("rebase", "--quiet", "main")
    side.git("mv", "code.py", "core.py")
    side.commit({"core.py": changed((5, "five"), (20, "twenty"), (30, "base"))})
    found = await since(side, seen, paths=["core.py"])
    (file,) = found.files
    assert (file.old_path, file.path, file.added, file.removed) == ("code.py", "core.py", 1, 1)
    assert told(file) == ["core.py -line 20", "core.py +twenty"]


async def test_renamed_by_base(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    side.git("checkout", "--quiet", "main")
    side.git("mv", "code.py", "core.py")
    side.commit()
    side.git("checkout", "--quiet", "side")
    side.git("rebase", "--quiet", "main")
    assert await lines_since(side, seen) == []


async def test_where_it_conflicts_the_whole_file_is_shown_and_says_so(side: Box) -> None:
    side.commit({"code.py": changed((5, "five")), "new.py": "new\n"})
    seen = looked(side)
    base_moves(side, {"code.py": changed((5, "base"))})
    side.git("rebase", "--quiet", "main", check=False)
    side.write("code.py", changed((5, "both")))
    side.git("add", "--all")
    side.git("-c", "core.editor=true", "rebase", "--continue")
    side.commit({"new.py": "newer\n"})
    listing = await since(side, seen)
    assert [(file.path, file.whole) for file in listing.files] == [
        ("code.py", True),
        ("new.py", False),
    ]
    assert "all of it is shown" in listing.files[0].note
    assert await lines_since(side, seen) == [
        "code.py -base",
        "code.py +both",
        "new.py -new",
        "new.py +newer",
    ]


async def test_a_conflict_in_what_is_not_changed_any_more(side: Box) -> None:
    side.commit({"code.py": changed((5, "five")), "new.py": "new\n"})
    seen = looked(side)
    base_moves(side, {"code.py": changed((5, "base"))})
    side.git("reset", "--quiet", "--hard", "main")
    side.commit({"new.py": "new\n"})
    for paths in (None, ["code.py"]):
        (file,) = (await since(side, seen, paths=paths)).files
        assert (file.path, file.whole) == ("code.py", True)
        assert "does not make any more" in file.note


async def test_a_folder_in_the_place_of_a_file_is_no_invented_file(side: Box) -> None:
    side.commit({"thing": "mine\n", "new.py": "new\n"})
    seen = looked(side)
    base_moves(side, {"thing/inside.txt": "base\n"})
    side.git("reset", "--quiet", "--hard", "main")
    side.commit({"thing/mine.txt": "mine\n", "new.py": "new\n"})
    found = await since(side, seen)
    assert [(file.path, file.whole) for file in found.files] == [
        ("thing", True),
        ("thing/mine.txt", True),
    ]
    read = await since(side, seen, paths=["thing/mine.txt"])
    assert [told(file) for file in read.files] == [["thing/mine.txt +mine"]]


async def test_both_renamed_it(side: Box) -> None:
    side.git("mv", "code.py", "mine.py")
    side.commit()
    seen = looked(side)
    side.git("checkout", "--quiet", "main")
    side.git("mv", "code.py", "base.py")
    side.commit()
    side.git("checkout", "--quiet", "-B", "side", "main")
    side.git("mv", "base.py", "mine.py")
    side.commit({"more.py": "more\n"})
    found = await since(side, seen)
    assert {file.path for file in found.files} <= {"mine.py", "more.py", "base.py", "code.py"}
    assert all(file.whole for file in found.files if file.path != "more.py")


@pytest.mark.parametrize("how", ["--filter=blob:none", "--depth=3"])
async def test_in_a_clone_that_lacks_contents_or_history(side: Box, how: str) -> None:
    side.git("config", "uploadpack.allowFilter", "true")
    side.git("config", "uploadpack.allowAnySHA1InWant", "true")
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    side.git("branch", "seen")
    base_moves(side, {"code.py": changed((30, "base"))})
    side.git("rebase", "--quiet", "main")
    side.commit({"code.py": changed((5, "five!"), (30, "base"))})
    place = side.path.parent / "clone"
    side.git("clone", "--quiet", "--no-single-branch", how, f"file://{side.path}", str(place))
    clone = side.at(place)
    clone.git("branch", "--quiet", "main", "origin/main")
    clone.git("branch", "--quiet", "seen", "origin/seen")
    assert await lines_since(clone, seen) == ["code.py -five", "code.py +five!"]


async def test_white_space_alone_is_no_change_when_it_does_not_count(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    base_moves(side, {"other.py": "base\n"})
    side.git("rebase", "--quiet", "main")
    side.commit({"code.py": changed((5, "    five"))})
    (file,) = (await since(side, seen, reading=Reading(whitespace=False))).files
    assert (file.added, file.note) == (0, "only white space changes")
    assert (await since(side, seen)).added == 1


async def test_content_that_is_no_utf_8(side: Box) -> None:
    side.commit({"latin.txt": b"caf\xe9\n"})
    seen = looked(side)
    base_moves(side, {"other.py": "base\n"})
    side.git("rebase", "--quiet", "main")
    side.commit({"latin.txt": b"th\xe9\n"})
    assert await lines_since(side, seen) == ["latin.txt -caf\\xe9", "latin.txt +th\\xe9"]


async def test_what_was_seen_is_kept_alive(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    git = opened(side).git
    await keep_looked(git, "shop-impl-01", seen[1])
    side.git("reset", "--quiet", "--hard", "main")
    side.commit({"code.py": changed((6, "six"))})
    side.git("reflog", "expire", "--expire=now", "--all")
    side.git("gc", "--quiet", "--prune=now")
    assert await lines_since(side, seen) == [
        "code.py -five",
        "code.py -line 6",
        "code.py +line 5",
        "code.py +six",
    ]
    assert await looked_sessions(git) == ("shop-impl-01",)
    await forget_looked(git, "shop-impl-01")
    assert await looked_sessions(git) == ()
    assert side.git("for-each-ref", LOOKED_REFS) == ""


async def test_where_what_was_seen_is_gone_all_is_shown_and_says_so(side: Box) -> None:
    side.commit({"code.py": changed((5, "five"))})
    found = await since(side, (side.head("main"), "1" * 40))
    assert ([file.path for file in found.files], found.since) == (["code.py"], "")
    assert "is gone: all of it is shown" in found.note


async def test_where_git_refuses_all_is_shown_and_says_so(
    side: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wuhu_tui.model.errors import GitError

    async def refuse(*_: object) -> None:
        raise GitError("no room")

    side.commit({"code.py": changed((5, "five"))})
    seen = looked(side)
    base_moves(side, {"other.py": "base\n"})
    side.git("rebase", "--quiet", "main")
    monkeypatch.setattr("wuhu_tui.repo.interdiff._carry", refuse)
    found = await since(side, seen)
    assert [file.path for file in found.files] == ["code.py"]
    assert "cannot be told (no room)" in found.note
