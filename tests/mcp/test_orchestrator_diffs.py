"""A long diff in parts: all of it comes, once and in order, and never more is read than is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from wuhu_tui.mcp import orchestrator_diffs
from wuhu_tui.mcp.orchestrator_diffs import diff_part, file_text
from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, Hunk, LineKind
from wuhu_tui.model.errors import Conflict, NotFound


def changed(name: str, lines: int) -> DiffFile:
    """A new file of so many lines."""
    added = tuple(
        DiffLine(kind=LineKind.ADDED, text=f"{name} {number}", new_number=number)
        for number in range(1, lines + 1)
    )
    hunk = Hunk(header=f"@@ -0,0 +1,{lines} @@", lines=added)
    return DiffFile(path=name, change=FileChange.ADDED, added=lines, hunks=(hunk,))


class Shelf:
    """Files that can be read; remembers which were."""

    def __init__(self, files: Sequence[DiffFile], head: str = "new") -> None:
        self.files = tuple(files)
        self.head = head
        self.read: list[str] = []

    async def diff_listing(self, session: str) -> Diff:
        bare = tuple(replace(file, hunks=()) for file in self.files)
        return Diff(base="old", head="new", files=bare)

    async def diff_of(self, session: str, paths: Sequence[str]) -> Diff:
        self.read += paths
        files = tuple(file for file in self.files if file.path in paths)
        return Diff(base="old", head=self.head, files=files)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orchestrator_diffs, "LONG_DIFF", 100)
    monkeypatch.setattr(orchestrator_diffs, "MOST_LINES", 4)


SIZES = (1, 3, 40, 2, 2, 1)
FILES = [changed(f"{letter}.py", lines) for letter, lines in zip("abcdef", SIZES, strict=True)]


async def test_all_of_it_comes_in_parts_once_and_in_order() -> None:
    found, offset = "", 0
    while True:
        part = await diff_part(Shelf(FILES), "s", head="new", offset=offset)
        found += part.get("diff", "")
        if "next_offset" not in part:
            break
        assert part["next_offset"] > offset
        offset = part["next_offset"]
    assert found == "".join(f"{file_text(file)}\n" for file in FILES)


async def test_the_first_part_reads_no_more_than_it_tells() -> None:
    shelf = Shelf(FILES)
    part = await diff_part(shelf, "s", head="new")
    assert shelf.read == ["a.py", "b.py"]
    assert (part["files"], part["added"], len(part["diff"])) == (6, 49, 100)
    assert part["changed"][:2] == ["a.py +1 -0", "b.py +3 -0"]


async def test_only_these_files() -> None:
    shelf = Shelf(FILES)
    part = await diff_part(shelf, "s", head="new", paths=["f.py"])
    assert (shelf.read, part["diff"]) == (["f.py"], f"{file_text(FILES[-1])}\n")
    assert "next_offset" not in part
    with pytest.raises(NotFound, match=r"z\.py is not in the diff"):
        await diff_part(shelf, "s", head="new", paths=["z.py"])


async def test_more_files_than_can_be_named_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orchestrator_diffs, "MOST_FILES", 2)
    part = await diff_part(Shelf(FILES), "s", head="new")
    assert part["changed"] == ["a.py +1 -0", "b.py +3 -0", "… and 4 more"]


async def test_new_commits_while_it_is_read_are_told() -> None:
    with pytest.raises(Conflict, match="not under review any more"):
        await diff_part(Shelf(FILES), "s", head="older")
    with pytest.raises(Conflict, match="not under review any more"):
        await diff_part(Shelf(FILES, head="newer"), "s", head="new")


async def test_nothing_changed() -> None:
    assert await diff_part(Shelf([]), "s", head="new") == {
        "files": 0,
        "added": 0,
        "removed": 0,
        "changed": [],
    }
