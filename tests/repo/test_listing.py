"""Diffs listed first and read file by file: the same files either way, whatever they hold."""

from __future__ import annotations

import os

import pytest

from tests.repo.gitbox import Box, make_box
from wuhu_tui.model.diff import DiffFile, FileChange
from wuhu_tui.repo.contents import file_at, text_lines
from wuhu_tui.repo.diffs import structured_diff
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.listing import Reading, listed, read_files, renamed

PLAIN = Reading()
NO_SPACE = Reading(whitespace=False)


def pointer(octets: int, mark: str = "a") -> str:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{mark * 64}\nsize {octets}\n"


@pytest.fixture
def side(box: Box) -> Box:
    box.git("checkout", "--quiet", "-b", "side")
    return box


async def both(box: Box, reading: Reading = PLAIN) -> dict[str, DiffFile]:
    """The listing of `main..side`, which must agree with the files read one by one."""
    git = Git(box.path)
    listing = await listed(git, "main", "side", reading)
    for file in listing.files:
        assert file.hunks == ()
        (read,) = (await read_files(git, "main", "side", [file.path], reading)).files
        for name in ("path", "old_path", "change", "added", "removed", "binary", "old_blob"):
            assert getattr(read, name) == getattr(file, name), name
        assert read.note.startswith(file.note)
    return {file.path: file for file in listing.files}


async def test_every_kind_of_change(side: Box) -> None:
    side.git("checkout", "--quiet", "main")
    long = "".join(f"line {number}\n" for number in range(40))
    side.commit({"run.sh": "echo\n", "old.txt": long, "gone.txt": "x\n", "data.bin": b"\0" * 1500})
    side.git("checkout", "--quiet", "-B", "side")
    side.git("mv", "old.txt", "new.txt")
    (side.path / "run.sh").chmod(0o755)
    (side.path / "gone.txt").unlink()
    (side.path / "readme.txt").unlink()
    (side.path / "readme.txt").symlink_to("new.txt")
    side.commit(
        {"new.txt": long + "more\n", "data.bin": b"\0" * 2500, "empty": "", "a b.txt": "é\n"}
    )
    files = await both(side)
    assert {path: (file.change, file.added, file.removed) for path, file in files.items()} == {
        "a b.txt": (FileChange.ADDED, 1, 0),
        "data.bin": (FileChange.MODIFIED, 0, 0),
        "empty": (FileChange.ADDED, 0, 0),
        "gone.txt": (FileChange.DELETED, 0, 1),
        "new.txt": (FileChange.RENAMED, 1, 0),
        "readme.txt": (FileChange.MODIFIED, 1, 3),
        "run.sh": (FileChange.MODE, 0, 0),
    }
    assert files["new.txt"].old_path == "old.txt"
    assert (files["data.bin"].binary, files["data.bin"].note) == (True, "1.5 kB → 2.5 kB")
    assert files["empty"].note == "empty"
    assert "program" in files["run.sh"].note
    assert "symbolic link" in files["readme.txt"].note


async def test_it_is_what_the_whole_diff_shows(side: Box) -> None:
    side.commit({"readme.txt": "one\n2\nthree\n", "new.txt": "x\n", "b.bin": b"\0"})
    git = Git(side.path)
    whole = await structured_diff(git, "main", "side")
    read = await read_files(git, whole.base, whole.head, [one.path for one in whole.files], PLAIN)
    assert [file.hunks for file in read.files] == [file.hunks for file in whole.files]


async def test_only_the_files_that_are_asked_for(side: Box) -> None:
    side.commit({f"{name}.txt": "x\n" for name in "abc"})
    found = await read_files(Git(side.path), "main", "side", ["b.txt", "readme.txt"], PLAIN)
    assert [file.path for file in found.files] == ["b.txt"]


async def test_names_are_no_patterns(side: Box) -> None:
    side.commit({"*.txt": "x\n", "a.txt": "y\n", ":(top)b": "z\n"})
    git = Git(side.path)
    for name in ("*.txt", ":(top)b"):
        found = await read_files(git, "main", "side", [name], PLAIN)
        assert [file.path for file in found.files] == [name]
        assert found.files[0].hunks


async def test_names_that_are_no_utf_8(side: Box) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    side.commit({name: "x\n"})
    files = await both(side)
    assert list(files) == ["caf\\xe9.txt"]


async def test_content_that_is_no_utf_8(side: Box) -> None:
    side.commit({"latin.txt": b"caf\xe9\n"})
    (file,) = (await read_files(Git(side.path), "main", "side", ["latin.txt"], PLAIN)).files
    assert file.hunks[0].lines[0].text == "caf\\xe9"
    assert "not UTF-8" in file.note


async def test_white_space_alone_does_not_count(side: Box) -> None:
    side.commit({"readme.txt": "one\n  two\nthree\n", "new.txt": "x\n", "zzz.txt": "q\n"})
    assert (await both(side))["readme.txt"].added == 1
    files = await both(side, NO_SPACE)
    assert (files["readme.txt"].added, files["readme.txt"].note) == (0, "only white space changes")
    names = ["readme.txt", "new.txt", "zzz.txt"]
    read = (await read_files(Git(side.path), "main", "side", names, NO_SPACE)).files
    assert [(file.path, len(file.hunks)) for file in read] == [
        ("new.txt", 1),
        ("readme.txt", 0),
        ("zzz.txt", 1),
    ]


async def test_more_and_fewer_lines_of_context(side: Box) -> None:
    lines = [f"line {number}\n" for number in range(30)]
    side.git("checkout", "--quiet", "main")
    side.commit({"long.txt": "".join(lines)})
    side.git("checkout", "--quiet", "-B", "side")
    lines[15] = "changed\n"
    side.commit({"long.txt": "".join(lines)})
    for context in (0, 1, 10):
        reading = Reading(context=context)
        (file,) = (await read_files(Git(side.path), "main", "side", ["long.txt"], reading)).files
        assert len(file.hunks[0].lines) == 2 + 2 * context


async def test_pointers_to_large_files_are_said(side: Box) -> None:
    side.git("checkout", "--quiet", "main")
    side.commit({"model.bin": pointer(12_300_000), "was.bin": pointer(5000), "plain.txt": "x\n"})
    side.git("checkout", "--quiet", "-B", "side")
    side.commit(
        {
            "model.bin": pointer(14_000_000, "b"),
            "new.bin": pointer(999),
            "was.bin": "plain\n",
            "plain.txt": "version https://git-lfs.github.com/spec/v1\nno pointer\n",
        }
    )
    notes = {path: file.note for path, file in (await both(side)).items()}
    assert notes == {
        "model.bin": "LFS object, 12 MB → 14 MB",
        "new.bin": "LFS object, 999 B",
        "was.bin": "plain now, LFS object before, 5.0 kB",
        "plain.txt": "",
    }


async def test_a_submodule_is_listed(side: Box) -> None:
    inner = make_box(side.path.parent / "inner")
    allow = ("-c", "protocol.file.allow=always")
    side.git(*allow, "submodule", "--quiet", "add", str(inner.path), "lib")
    side.commit()
    side.git("branch", "-f", "main")
    side.git(
        "-C",
        "lib",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "on",
    )
    side.commit()
    (file,) = (await both(side)).values()
    assert file.path == "lib"
    assert file.note.startswith("submodule ")


async def test_many_files_are_read_at_once(side: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wuhu_tui.repo.listing.MOST_NAMED", 2)
    side.commit({f"{number}.txt": "x\n" for number in range(5)})
    names = ["0.txt", "1.txt", "4.txt"]
    found = await read_files(Git(side.path), "main", "side", names, PLAIN)
    assert [file.path for file in found.files] == names


async def test_renames_between_two_commits(side: Box) -> None:
    side.git("mv", "readme.txt", "read me.txt")
    side.commit()
    git = Git(side.path)
    assert await renamed(git, "main", "side") == {"readme.txt": "read me.txt"}
    assert await renamed(git, "0" * 40, "side") == {}


async def test_a_file_of_a_commit(side: Box) -> None:
    git = Git(side.path)
    assert await file_at(git, "main", "readme.txt") == b"one\ntwo\nthree\n"
    assert await file_at(git, "main", "no such file") is None
    assert await file_at(git, "main", "odd\nname") is None
    assert text_lines(b"a\r\nb") == ("a\r", "b")


async def test_three_hundred_files_are_listed_without_their_lines(side: Box) -> None:
    names = [f"d{number % 20}/file {number}.txt" for number in range(300)]
    side.commit({name: f"{name}\n" * (number % 7 + 1) for number, name in enumerate(names)})
    git = Git(side.path)
    listing = await listed(git, "main", "side", PLAIN)
    assert sorted(file.path for file in listing.files) == sorted(names)
    assert all(file.hunks == () for file in listing.files)
    assert listing.added == sum(number % 7 + 1 for number in range(300))
    (one,) = (await read_files(git, "main", "side", [names[299]], PLAIN)).files
    assert (one.path, one.added, len(one.hunks)) == (names[299], 6, 1)
