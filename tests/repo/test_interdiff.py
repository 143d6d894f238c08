"""What changed since a look, whatever was done to the commits in between."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.repo.gitbox import Box, make_box
from wuhu_tui.model.diff import Diff, DiffFile, LineKind
from wuhu_tui.repo.interdiff import Way, changed_since
from wuhu_tui.repo.listing import Reading
from wuhu_tui.repo.looked import LOOKED_REFS, forget_looked, keep_looked, looked_sessions
from wuhu_tui.repo.repository import Repository, open_repository

CODE = [f"line {number}" for number in range(1, 41)]


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def changed(*changes: tuple[int, str], of: list[str] | None = None) -> str:
    lines = list(of or CODE)
    for number, word in changes:
        lines[number - 1] = word
    return text(lines)


@pytest.fixture
def side(box: Box) -> Box:
    """On branch `side`, with a file of forty lines."""
    box.commit({"code.py": text(CODE), "other.py": "other\n"})
    box.git("checkout", "--quiet", "-b", "side")
    return box


def looked(box: Box) -> tuple[str, str]:
    return box.git("merge-base", "main", "side"), box.head("side")


async def since(
    box: Box,
    seen: tuple[str, str],
    *,
    paths: list[str] | None = None,
    reading: Reading | None = None,
) -> Diff:
    repository = await open_repository(box.path, base="main")
    base, head = looked(box)
    way = Way(old_base=seen[0], old_head=seen[1], new_base=base, new_head=head)
    return await changed_since(repository, way, reading or Reading(), paths=paths)


async def lines_since(box: Box, seen: tuple[str, str]) -> list[str]:
    """Every changed line since the look, with its file."""
    listing = await since(box, seen)
    read = await since(box, seen, paths=[file.path for file in listing.files])
    assert [file.path for file in read.files] == [file.path for file in listing.files]
    assert [(one.added, one.removed) for one in read.files] == [
        (one.added, one.removed) for one in listing.files
    ]
    return [line for file in read.files for line in told(file)]


def told(file: DiffFile) -> list[str]:
    return [
        f"{file.path} {line.kind.value}{line.text}"
        for hunk in file.hunks
        for line in hunk.lines
        if line.kind is not LineKind.CONTEXT
    ]


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
    git = (await open_repository(side.path, base="main")).git
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


def fast_import(box: Box, commits: list[tuple[str, str, dict[str, str]]]) -> None:
    """Commits made by one process: (branch, parent, files)."""
    said: list[str] = []
    for number, (branch, parent, files) in enumerate(commits, start=1):
        said.append(f"commit refs/heads/{branch}\nmark :{number}\n")
        said.append("committer A <a@b> 1000000000 +0000\ndata 1\nx\n")
        said.append(f"from {parent}\n" if parent else "")
        said += [
            f"M 100644 inline {name}\ndata {len(content)}\n{content}\n"
            for name, content in files.items()
        ]
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=box.path,
        input="".join(said).encode(),
        check=True,
        timeout=30,
    )


@pytest.fixture(scope="module")
def pen(tmp_path_factory: pytest.TempPathFactory) -> Box:
    return make_box(tmp_path_factory.mktemp("pen") / "project")


_numbers = st.integers(1, 20)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    own=st.sets(_numbers, min_size=1, max_size=4),
    base=st.sets(_numbers, max_size=3),
    data=st.data(),
)
async def test_an_untouched_rebase_is_empty_and_a_changed_hunk_is_all_there_is(
    pen: Box, own: set[int], base: set[int], data: st.DataObject
) -> None:
    """Base changes the even tens of the file, the session the odd ones: nothing conflicts."""
    lines = [f"line {number}" for number in range(1, 401)]
    mine = [(20 * number - 15, f"mine {number}") for number in sorted(own)]
    theirs = [(20 * number - 5, f"base {number}") for number in sorted(base)]
    again = data.draw(st.sampled_from(sorted(own)))
    newer = [(20 * again - 15, "newer")]
    everything = [*mine, *theirs]
    fast_import(
        pen,
        [
            ("old", "", {"f": changed(of=lines)}),
            ("seen", ":1", {"f": changed(*mine, of=lines)}),
            ("base", ":1", {"f": changed(*theirs, of=lines), "base": "x"}),
            ("now", ":3", {"f": changed(*everything, of=lines)}),
            ("next", ":4", {"f": changed(*everything, *newer, of=lines)}),
        ],
    )
    repository = await open_repository(pen.path)
    way = Way(
        old_base=pen.head("old"),
        old_head=pen.head("seen"),
        new_base=pen.head("base"),
        new_head=pen.head("now"),
    )
    assert (await changed_since(repository, way, Reading())).files == ()
    assert await _next(repository, way, pen) == [f"f -mine {again}", "f +newer"]


async def _next(repository: Repository, way: Way, pen: Box) -> list[str]:
    from msgspec.structs import replace

    later = replace(way, new_head=pen.head("next"))
    found = await changed_since(repository, later, Reading(), paths=["f"])
    return [line for file in found.files for line in told(file)]


_NAMES = ("a", "b", "c")
_content = st.lists(st.sampled_from(["1", "2", "3", "4"]), min_size=1, max_size=6)
_tree = st.tuples(_content, _content, _content)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(trees=st.tuples(_tree, _tree, _tree, _tree))
async def test_nothing_that_changed_is_left_out(
    pen: Box, trees: tuple[tuple[list[str], ...], ...]
) -> None:
    """Any four states, conflicts and all: what is not shown is what was seen, or base's own."""
    old_base, old_head, new_base, new_head = (
        {name: text([name * 9, *lines]) for name, lines in zip(_NAMES, tree, strict=True)}
        for tree in trees
    )
    fast_import(
        pen,
        [
            ("old", "", old_base),
            ("seen", ":1", old_head),
            ("base", ":1", new_base),
            ("now", ":3", new_head),
        ],
    )
    repository = await open_repository(pen.path)
    names = [pen.head(name) for name in ("old", "seen", "base", "now")]
    way = Way(old_base=names[0], old_head=names[1], new_base=names[2], new_head=names[3])
    listing = await changed_since(repository, way, Reading())
    read = await changed_since(repository, way, Reading(), paths=_NAMES)
    assert [(one.path, one.added, one.removed, one.note) for one in read.files] == [
        (one.path, one.added, one.removed, one.note) for one in listing.files
    ]
    shown = {file.path: file for file in listing.files}
    for name in _NAMES:
        seen, was, now = old_head[name] != old_base[name], new_base[name], new_head[name]
        if name not in shown:
            assert now == (old_head[name] if was == old_base[name] else now if seen else was)
        elif shown[name].whole:
            assert seen
        else:
            assert (now != was) or seen
