"""A session's diff for an orchestrator: its files at once, their lines in parts of bounded length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from wuhu_tui.mcp.orchestrator_shapes import Shape, filled
from wuhu_tui.model.diff import Diff, DiffFile
from wuhu_tui.model.errors import Conflict, NotFound

LONG_DIFF = 40_000
"""Characters of one part of a diff."""

MOST_FILES = 300
"""Files that are named at once; more are counted."""

MOST_LINES = 1_000
"""Changed lines that are read at once, unless one file has more."""


class Reads(Protocol):
    """What reads diffs."""

    async def diff_listing(self, session: str) -> Diff:
        """The files without their lines."""

    async def diff_of(self, session: str, paths: Sequence[str]) -> Diff:
        """These files with their lines."""


async def diff_part(
    core: Reads, session: str, *, head: str, paths: Sequence[str] = (), offset: int = 0
) -> Shape:
    """The files of the diff up to `head`, and one part of their text; no more is read than that.

    Raises:
        Conflict: another commit is under review by now.
        NotFound: a path is none of its files.
    """
    listing = await core.diff_listing(session)
    _check_head(listing, session, head)
    wanted = [file for file in listing.files if not paths or file.path in paths]
    _check_paths(wanted, session, paths)
    start = max(0, offset)
    text, is_whole = "", False
    for files in _portions(wanted):
        if len(text) > start + LONG_DIFF:
            break
        read = await core.diff_of(session, [file.path for file in files])
        _check_head(read, session, head)
        text += "".join(f"{file_text(file)}\n" for file in read.files)
    else:
        is_whole = True
    part = text[start : start + LONG_DIFF]
    end = start + len(part)
    return _files_shape(listing) | filled(
        {"diff": part, "next_offset": None if is_whole and end >= len(text) else end}
    )


def _check_head(diff: Diff, session: str, head: str) -> None:
    if diff.head != head:
        raise Conflict(
            f"{head[:12]} is not under review any more: {diff.head[:12]} is",
            where=session,
            remedy="look at the new diff from its beginning",
        )


def _check_paths(wanted: Sequence[DiffFile], session: str, paths: Sequence[str]) -> None:
    known = {file.path for file in wanted}
    odd = next((path for path in paths if path not in known), "")
    if odd:
        raise NotFound(f"{odd} is not in the diff", where=session, remedy="leave paths out")


def _portions(files: Sequence[DiffFile]) -> Iterator[list[DiffFile]]:
    """The files in their order, as many together as have few enough changed lines."""
    portion: list[DiffFile] = []
    lines = 0
    for file in files:
        if portion and lines + file.added + file.removed > MOST_LINES:
            yield portion
            portion, lines = [], 0
        portion.append(file)
        lines += file.added + file.removed
    if portion:
        yield portion


def _files_shape(listing: Diff) -> dict[str, Any]:
    named = [f"{file.path} +{file.added} -{file.removed}" for file in listing.files[:MOST_FILES]]
    left = len(listing.files) - len(named)
    return {
        "files": len(listing.files),
        "added": listing.added,
        "removed": listing.removed,
        "changed": [*named, f"… and {left} more"] if left else named,
    }


def file_text(file: DiffFile) -> str:
    """One file as text, much as `git diff` shows it."""
    moved = f" (was {file.old_path})" if file.old_path and file.old_path != file.path else ""
    head = f"=== {file.path}{moved}  {file.change.value} +{file.added} -{file.removed}"
    notes = [note for note in ("binary" if file.binary else "", file.note) if note]
    lines = [
        text
        for hunk in file.hunks
        for text in (hunk.header, *(f"{line.kind.value}{line.text}" for line in hunk.lines))
    ]
    return "\n".join((head, *notes, *lines))
