"""Digests of what a diff changes: marks of what was viewed, which expire when it changes. Pure.

A mark is of one run of changed lines: its path, the lines and the line on either side, but no
numbers. So it survives a rebase, more or fewer lines of context, and changes elsewhere in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import blake2b

from wuhu_tui.model.diff import DiffFile, DiffLine, Hunk, LineKind

_SIZE = 12


def digest(path: str, hunk: Hunk) -> str:
    """One digest of everything a hunk changes."""
    marks = digests(path, hunk)
    return marks[0] if len(marks) == 1 else _digest("hunk", path, *marks)


def digests(path: str, hunk: Hunk) -> tuple[str, ...]:
    """The marks of a hunk: one for each run of changed lines."""
    return tuple(_digest("run", path, *_told(run)) for run in _runs(hunk.lines))


def file_digest(file: DiffFile) -> str:
    """The mark of what no hunk shows: binary content, another name or mode, a submodule."""
    return _digest(
        "file", file.path, file.old_path, file.change.value, file.old_blob, file.new_blob, file.note
    )


def marks_of(file: DiffFile) -> tuple[str, ...]:
    """All marks by which the whole file is viewed; its hunks must have been read."""
    if not file.hunks:
        return (file_digest(file),)
    return tuple(mark for hunk in file.hunks for mark in digests(file.path, hunk))


def is_viewed(path: str, hunk: Hunk, viewed: Collection[str]) -> bool:
    """Whether all that a hunk changes was marked as viewed."""
    return digest(path, hunk) in viewed or all(mark in viewed for mark in digests(path, hunk))


def is_file_viewed(file: DiffFile, viewed: Collection[str]) -> bool:
    """Whether every hunk of a file was marked as viewed; one without hunks, by its own mark."""
    if not file.hunks:
        return file_digest(file) in viewed
    return all(is_viewed(file.path, hunk, viewed) for hunk in file.hunks)


def _runs(lines: tuple[DiffLine, ...]) -> Iterator[tuple[DiffLine, ...]]:
    """Each run of changed lines with the line of context on either side of it."""
    start: int | None = None
    for place, line in enumerate(lines):
        if line.kind is not LineKind.CONTEXT:
            start = place if start is None else start
        elif start is not None:
            yield lines[max(0, start - 1) : place + 1]
            start = None
    if start is not None:
        yield lines[max(0, start - 1) :]


def _told(run: tuple[DiffLine, ...]) -> Iterator[str]:
    return (line.kind.value + line.text for line in run)


def _digest(*parts: str) -> str:
    content = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=_SIZE).hexdigest()
