"""What the lead has marked as viewed of a diff, and what remains."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from wuhu_tui.model.diff import DiffFile
from wuhu_tui.model.hunk_digest import digests, file_digest, is_file_viewed, is_viewed

__all__ = ["FileMark", "file_marks", "hunk_marks", "is_viewed", "left_words", "mark_of"]


class FileMark(StrEnum):
    """How far a file was viewed; `unknown`: it was not read, so nobody could compare it yet."""

    NONE = "none"
    PART = "part"
    VIEWED = "viewed"
    CHANGED = "changed since"
    UNKNOWN = "unknown"


SIGNS = {
    FileMark.NONE: " ",
    FileMark.PART: "◐",
    FileMark.VIEWED: "✓",
    FileMark.CHANGED: "↻",
    FileMark.UNKNOWN: "?",
}
"""One character for each."""


def mark_of(file: DiffFile, viewed: Collection[str], *, was_viewed: bool = False) -> FileMark:
    """How far a file that was read is viewed; `was_viewed`: it once was, as a whole."""
    if is_file_viewed(file, viewed):
        return FileMark.VIEWED
    if was_viewed:
        return FileMark.CHANGED
    part = any(is_viewed(file.path, hunk, viewed) for hunk in file.hunks)
    return FileMark.PART if part else FileMark.NONE


def hunk_marks(file: DiffFile, hunk: int) -> tuple[str, ...]:
    """The marks by which a hunk is viewed; -1, or a file without hunks: all of the file."""
    if not file.hunks:
        return (file_digest(file),)
    if hunk < 0:
        return file_marks(file)
    return digests(file.path, file.hunks[hunk])


def file_marks(file: DiffFile) -> tuple[str, ...]:
    """The marks by which a whole file is viewed."""
    if not file.hunks:
        return (file_digest(file),)
    return tuple(mark for hunk in file.hunks for mark in digests(file.path, hunk))


def left_words(marks: Sequence[FileMark]) -> str:
    """What remains: `3 of 12 files left`."""
    if not marks:
        return ""
    left = sum(mark is not FileMark.VIEWED for mark in marks)
    files = f"{len(marks)} file{'s' * (len(marks) != 1)}"
    return f"{left} of {files} left" if left else f"{files} viewed, none left"
