"""Diffs of every odd kind, always exactly merge-base..head."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.repo.gitbox import Box, make_box
from wuhu_tui.model.diff import Diff, DiffFile, FileChange, LineKind
from wuhu_tui.model.errors import GitError
from wuhu_tui.repo.diffs import changed_paths, diff_stat, parting, structured_diff
from wuhu_tui.repo.git import Git


async def only(box: Box) -> DiffFile:
    """The one file that differs between `main` and HEAD."""
    diff = await structured_diff(Git(box.path), "main", "HEAD")
    stat = await diff_stat(Git(box.path), "main", "HEAD")
    assert len(diff.files) == 1
    assert (stat.paths, stat.added, stat.removed) == (
        (diff.files[0].path,),
        diff.added,
        diff.removed,
    )
    return diff.files[0]


@pytest.fixture
def side(box: Box) -> Box:
    """On branch `side`, where changes are made."""
    box.git("checkout", "--quiet", "-b", "side")
    return box


async def test_lines_with_their_numbers(side: Box) -> None:
    side.commit({"readme.txt": "one\n2\nthree\nfour\n"})
    file = await only(side)
    assert file.change is FileChange.MODIFIED
    assert (file.added, file.removed, file.note) == (2, 1, "")
    (hunk,) = file.hunks
    assert hunk.header == "@@ -1,3 +1,4 @@"
    assert [(line.kind, line.text, line.old_number, line.new_number) for line in hunk.lines] == [
        (LineKind.CONTEXT, "one", 1, 1),
        (LineKind.REMOVED, "two", 2, 0),
        (LineKind.ADDED, "2", 0, 2),
        (LineKind.CONTEXT, "three", 3, 3),
        (LineKind.ADDED, "four", 0, 4),
    ]


async def test_several_hunks_keep_their_section(side: Box) -> None:
    body = [f"    line {number}" for number in range(60)]
    side.git("checkout", "--quiet", "main")
    side.commit({"code.py": "def top():\n" + "\n".join(body) + "\n"})
    side.git("checkout", "--quiet", "-B", "side")
    body[10], body[50] = "    ten", "    fifty"
    side.commit({"code.py": "def top():\n" + "\n".join(body) + "\n"})
    file = await only(side)
    assert len(file.hunks) == 2
    assert file.hunks[0].header.endswith("@@ def top():")


async def test_only_what_the_branch_did(side: Box) -> None:
    start = side.head()
    side.commit({"mine.txt": "x\n"})
    side.git("checkout", "--quiet", "main")
    side.commit({"theirs.txt": "y\n"})
    diff = await structured_diff(Git(side.path), "main", "side")
    assert [file.path for file in diff.files] == ["mine.txt"]
    assert (diff.base, diff.head) == (start, side.head("side"))
    assert await parting(Git(side.path), "main", "side") == start
    paths = await changed_paths(Git(side.path), "main", "side")
    assert sorted(paths) == ["mine.txt", "theirs.txt"]


async def test_nothing_changed(side: Box) -> None:
    diff = await structured_diff(Git(side.path), "main", "side")
    assert diff == Diff(base=side.head(), head=side.head())


async def test_a_rename_with_a_change(side: Box) -> None:
    side.git("mv", "readme.txt", "docs.txt")
    side.commit({"docs.txt": "one\ntwo\nthree\nmore\n"})
    file = await only(side)
    assert (file.change, file.old_path, file.path) == (
        FileChange.RENAMED,
        "readme.txt",
        "docs.txt",
    )
    assert (file.added, file.removed) == (1, 0)


async def test_a_pure_rename_has_no_hunks(side: Box) -> None:
    side.git("mv", "readme.txt", "docs.txt")
    side.commit()
    file = await only(side)
    assert (file.change, file.hunks, file.binary) == (FileChange.RENAMED, (), False)


async def test_a_mode_change(side: Box) -> None:
    side.git("update-index", "--chmod=+x", "readme.txt")
    side.git("commit", "--quiet", "-m", "x")
    file = await only(side)
    assert file.change is FileChange.MODE
    assert file.note == "file → program (mode 100644 → 100755)"


async def test_a_mode_change_with_a_change_of_content(side: Box) -> None:
    side.write("readme.txt", "other\n").chmod(0o755)
    side.commit()
    file = await only(side)
    assert file.change is FileChange.MODIFIED
    assert "100755" in file.note
    assert file.added == 1


async def test_binary(side: Box) -> None:
    side.commit({"picture.png": b"\x89PNG\0\1\2"})
    file = await only(side)
    assert (file.change, file.binary, file.hunks) == (FileChange.ADDED, True, ())


async def test_binary_modified_beside_text_keeps_its_place(side: Box) -> None:
    side.git("checkout", "--quiet", "main")
    side.commit({"a.bin": b"\0\1", "m.bin": b"\0\2", "z.bin": b"\0\3"})
    side.git("checkout", "--quiet", "-B", "side")
    side.commit({"a.bin": b"\0\4", "b.txt": "b\n", "m.bin": b"\0\5", "z.bin": b"\0\6"})
    diff = await structured_diff(Git(side.path), "main", "side")
    assert [(file.path, file.binary, file.added) for file in diff.files] == [
        ("a.bin", True, 0),
        ("b.txt", False, 1),
        ("m.bin", True, 0),
        ("z.bin", True, 0),
    ]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("a\n", "b", "no newline at the new end"),
        ("a", "b\n", "no newline at the old end"),
        ("a", "b", "no newline at the end"),
        ("a\nb", "c\nb", "no newline at the end"),
    ],
)
async def test_no_newline_at_the_end(side: Box, before: str, after: str, note: str) -> None:
    side.git("checkout", "--quiet", "main")
    side.commit({"f": before})
    side.git("checkout", "--quiet", "-B", "side")
    side.commit({"f": after})
    file = await only(side)
    assert file.note == note
    assert not any("No newline" in line.text for hunk in file.hunks for line in hunk.lines)


async def test_empty_files(side: Box) -> None:
    side.commit({"empty": ""})
    file = await only(side)
    assert (file.change, file.hunks, file.note) == (FileChange.ADDED, (), "empty")


async def test_an_emptied_file_and_a_deleted_one(side: Box) -> None:
    side.commit({"readme.txt": ""})
    assert ((await only(side)).change, (await only(side)).removed) == (FileChange.MODIFIED, 3)
    side.git("rm", "--quiet", "readme.txt")
    side.commit()
    assert (await only(side)).change is FileChange.DELETED


async def test_a_file_that_becomes_a_link(side: Box) -> None:
    (side.path / "readme.txt").unlink()
    (side.path / "readme.txt").symlink_to("elsewhere")
    side.commit({"zz.txt": "after\n"})
    diff = await structured_diff(Git(side.path), "main", "side")
    link, after = diff.files
    assert link.change is FileChange.MODIFIED
    assert link.note.startswith("file → symbolic link")
    assert (link.added, link.removed) == (1, 3)
    assert (after.path, after.added) == ("zz.txt", 1)


async def test_submodules(side: Box, tmp_path: Path) -> None:
    other = make_box(tmp_path / "lib")
    side.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "lib"
    )
    side.commit()
    diff = await structured_diff(Git(side.path), "main", "side")
    assert {file.path: file.note for file in diff.files}["lib"] == "submodule"
    side.git("branch", "--force", "main", "side")
    old, new = other.head(), other.commit(message="Newer")
    side.at(side.path / "lib").git("fetch", "--quiet")
    side.at(side.path / "lib").git("checkout", "--quiet", new)
    side.commit()
    file = await only(side)
    assert file.note == f"submodule {old[:12]} → {new[:12]}"
    assert file.hunks[0].lines[1].text == f"Subproject commit {new}"


async def test_text_that_is_not_utf8(side: Box) -> None:
    side.commit({"latin.txt": b"caf\xe9\n"})
    file = await only(side)
    assert file.hunks[0].lines[0].text == "caf\\xe9"
    assert "not UTF-8" in file.note


ODD_NAMES = [
    "with space.txt",
    'quo"te.txt',
    "new\nline.txt",
    "tab\there.txt",
    "ümläut-日本.txt",
    "-dash.txt",
    "b a/b/b.txt",
    "back\\slash.txt",
    "a => b.txt",
]


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_odd_names(side: Box, name: str) -> None:
    side.commit({name: "x\n"})
    file = await only(side)
    assert (file.path, file.added) == (name, 1)


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_renames_to_odd_names(side: Box, name: str) -> None:
    (side.path / name).parent.mkdir(parents=True, exist_ok=True)
    side.git("mv", "--", "readme.txt", name)
    side.commit()
    file = await only(side)
    assert (file.change, file.old_path, file.path) == (FileChange.RENAMED, "readme.txt", name)


async def test_a_name_that_is_not_utf8(side: Box) -> None:
    try:
        Path(os.fsdecode(os.fsencode(side.path) + b"/caf\xe9")).write_text("x\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    side.commit()
    assert (await only(side)).path == "caf\\xe9"


async def test_content_that_looks_like_a_diff(side: Box) -> None:
    text = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n\\ No newline\n"
    side.commit({"fake.patch": text, "zz": "z\n"})
    diff = await structured_diff(Git(side.path), "main", "side")
    assert [(file.path, file.added) for file in diff.files] == [("fake.patch", 7), ("zz", 1)]
    assert "\n".join(line.text for line in diff.files[0].hunks[0].lines) + "\n" == text


async def test_carriage_returns_and_form_feeds_split_nothing(side: Box) -> None:
    side.commit({"dos.txt": "a\r\nb\x0cc\u2028d\r\n"})
    lines = (await only(side)).hunks[0].lines
    assert [line.text for line in lines] == ["a\r", "b\x0cc\u2028d\r"]


async def test_the_leads_own_settings_change_nothing(side: Box) -> None:
    side.commit({"readme.txt": "1\n"})
    plain = await structured_diff(Git(side.path), "main", "side")
    for name, value in (
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("color.ui", "always"),
        ("diff.external", "false"),
        ("diff.context", "9"),
        ("diff.renames", "false"),
        ("core.quotePath", "true"),
        ("diff.submodule", "log"),
        ("core.pager", "false"),
    ):
        side.git("config", name, value)
    assert await structured_diff(Git(side.path), "main", "side") == plain


async def test_a_line_of_a_megabyte_is_quick(side: Box) -> None:
    side.commit({"min.js": "x" * 1_000_000 + "\n" + "y" * 1_000_000 + "\n"})
    began = time.perf_counter()
    file = await only(side)
    assert time.perf_counter() - began < 10
    assert [len(line.text) for line in file.hunks[0].lines] == [1_000_000, 1_000_000]


async def test_many_files_and_lines_are_quick(side: Box) -> None:
    side.commit({f"src/{n}.txt": "line\n" * 200 for n in range(200)})
    began = time.perf_counter()
    diff = await structured_diff(Git(side.path), "main", "side")
    assert time.perf_counter() - began < 20
    assert (len(diff.files), diff.added) == (200, 40_000)


async def test_nothing_in_common(side: Box) -> None:
    side.git("checkout", "--quiet", "--orphan", "alone")
    side.commit({"a": "b"})
    with pytest.raises(GitError, match="no commit in common"):
        await structured_diff(Git(side.path), "main", "alone")


async def test_an_unknown_commit(side: Box) -> None:
    with pytest.raises(GitError, match="no such commit"):
        await structured_diff(Git(side.path), "main", "nothing")
