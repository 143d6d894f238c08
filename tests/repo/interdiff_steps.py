"""A line of work on branch `side`, looked at, and what changed in it since."""

from __future__ import annotations

from tests.repo.gitbox import Box
from wuhu_tui.model.diff import Diff, DiffFile, LineKind
from wuhu_tui.repo.git import Git
from wuhu_tui.repo.interdiff import Way, changed_since
from wuhu_tui.repo.listing import Reading
from wuhu_tui.repo.repository import Repository

CODE = [f"line {number}" for number in range(1, 41)]


def text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def changed(*changes: tuple[int, str], of: list[str] | None = None) -> str:
    lines = list(of or CODE)
    for number, word in changes:
        lines[number - 1] = word
    return text(lines)


def looked(box: Box) -> tuple[str, str]:
    return box.git("merge-base", "main", "side"), box.head("side")


async def since(
    box: Box,
    seen: tuple[str, str],
    *,
    paths: list[str] | None = None,
    reading: Reading | None = None,
) -> Diff:
    base, head = looked(box)
    way = Way(old_base=seen[0], old_head=seen[1], new_base=base, new_head=head)
    return await changed_since(opened(box), way, reading or Reading(), paths=paths)


def opened(box: Box) -> Repository:
    """The repository as it is opened, without asking git what is known."""
    git = Git(box.path)
    return Repository(root=box.path, common=box.path / ".git", branch="main", head="", git=git)


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
