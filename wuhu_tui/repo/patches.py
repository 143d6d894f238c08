"""Parses what `git diff --raw [--numstat] [-p] -z` writes. Pure.

Names come from the raw part, where they are exact bytes; only hunks are read from the patch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from wuhu_tui.model.diff import DiffFile, FileChange, Hunk, LineKind
from wuhu_tui.repo.hunks import parse_hunks

_SUBMODULE = "160000"
_KINDS = {"100644": "file", "100755": "program", "120000": "symbolic link", _SUBMODULE: "submodule"}
_CHANGES = {
    "A": FileChange.ADDED,
    "C": FileChange.ADDED,
    "D": FileChange.DELETED,
    "R": FileChange.RENAMED,
}
_SECTION = re.compile(rb"^diff --git ", re.MULTILINE)


class Entry(NamedTuple):
    """One changed file of the raw part."""

    old_mode: str
    new_mode: str
    old_blob: str
    new_blob: str
    status: str
    old_path: str
    path: str
    names: tuple[bytes, ...] = ()
    """Both paths as they are on disk; one where they are the same."""

    @property
    def retyped(self) -> bool:
        """Whether one kind of file became another: the patch shows it as two."""
        return self.status == "T"


class Count(NamedTuple):
    """What the numstat part tells of one file."""

    added: int = 0
    removed: int = 0
    binary: bool = False


class Body(NamedTuple):
    """What the patch shows of one file."""

    hunks: tuple[Hunk, ...] = ()
    notes: tuple[str, ...] = ()
    binary: bool = False


def parse_diff(output: bytes) -> tuple[DiffFile, ...]:
    """All changed files, in git's order."""
    entries, patch = parse_raw(output)
    sections = iter(_sections(patch))
    return tuple(_file(entry, _bodies(entry, sections)) for entry in entries)


def parse_listing(output: bytes) -> tuple[DiffFile, ...]:
    """All changed files with their counts and without lines, of `--raw --numstat`."""
    entries, rest = parse_raw(output)
    counts, _ = parse_counts(rest)
    return tuple(_listed(entry, counts.get(entry.names[-1])) for entry in entries)


def parse_counted_diff(output: bytes) -> tuple[DiffFile, ...]:
    """All changed files with their lines, of `--raw --numstat -p`.

    With white space ignored, the patch tells nothing of files that change nothing else; neither
    does the numstat part.
    """
    entries, rest = parse_raw(output)
    counts, patch = parse_counts(rest)
    sections = iter(_sections(patch))
    return tuple(
        _file(entry, _bodies(entry, sections))
        if entry.names[-1] in counts
        else _listed(entry, None)
        for entry in entries
    )


def parse_counts(output: bytes) -> tuple[dict[bytes, Count], bytes]:
    """The numstat part by the files' paths, and the patch that follows it."""
    counts: dict[bytes, Count] = {}
    rest = output
    while rest and not rest.startswith((b"\0", b"diff --git ")):
        line, _, rest = rest.partition(b"\0")
        added, removed, path = line.split(b"\t", 2)
        if not path:
            _, path, rest = rest.split(b"\0", 2)
        counts[path] = Count(_number(added), _number(removed), added == b"-")
    return counts, rest.removeprefix(b"\0")


def _number(text: bytes) -> int:
    return 0 if text == b"-" else int(text)


def _listed(entry: Entry, count: Count | None) -> DiffFile:
    found = count or Count()
    notes = _mode_notes(entry)
    if count is None and entry.status == "M":
        notes.append("only white space changes")
    if entry.status in "AD" and not (found.added or found.removed or found.binary):
        notes.append("empty")
    return DiffFile(
        path=entry.path,
        old_path=entry.old_path,
        change=_change(entry, touched=entry.old_blob != entry.new_blob),
        added=found.added,
        removed=found.removed,
        binary=found.binary,
        note="; ".join(notes),
        old_blob=_blob(entry.old_blob),
        new_blob=_blob(entry.new_blob),
    )


def _blob(name: str) -> str:
    """A content's id; empty where git writes only zeroes."""
    return name if name.strip("0") else ""


def parse_raw(output: bytes) -> tuple[tuple[Entry, ...], bytes]:
    """The entries of the raw part, and the patch that follows them."""
    entries = []
    rest = output
    while rest.startswith(b":"):
        fields, path, rest = rest.split(b"\0", 2)
        old_mode, new_mode, old_blob, new_blob, status = fields[1:].decode("ascii").split(" ")
        old_path = path
        if status[0] in "RC":
            path, rest = rest.split(b"\0", 1)
        entries.append(
            Entry(
                old_mode,
                new_mode,
                old_blob,
                new_blob,
                status[0],
                readable(old_path),
                readable(path),
                (path,) if old_path == path else (old_path, path),
            )
        )
    return tuple(entries), rest.removeprefix(b"\0")


def readable(name: bytes) -> str:
    """A path as text; bytes that are no UTF-8 are shown as escapes."""
    return name.decode("utf-8", "backslashreplace")


def _sections(patch: bytes) -> Iterator[bytes]:
    starts = [found.start() for found in _SECTION.finditer(patch)]
    for start, end in zip(starts, [*starts[1:], len(patch)], strict=True):
        yield patch[start:end]


def _bodies(entry: Entry, sections: Iterator[bytes]) -> list[Body]:
    count = 2 if entry.retyped else 1
    return [_body(section) for _, section in zip(range(count), sections, strict=False)]


def _body(section: bytes) -> Body:
    head, mark, hunks = section.partition(b"\n@@ ")
    if not mark:
        return Body(binary=b"\nBinary files " in head)
    text = (b"@@ " + hunks).decode("utf-8", "backslashreplace")
    parsed, ending = parse_hunks(text)
    notes = [ending] if ending else []
    if not _is_text(hunks):
        notes.append("not UTF-8: odd bytes are shown as escapes")
    return Body(hunks=parsed, notes=tuple(notes))


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _file(entry: Entry, bodies: list[Body]) -> DiffFile:
    hunks = tuple(hunk for body in bodies for hunk in body.hunks)
    lines = [line.kind for hunk in hunks for line in hunk.lines]
    binary = any(body.binary for body in bodies)
    notes = [*_mode_notes(entry), *(note for body in bodies for note in body.notes)]
    if not hunks and not binary and entry.status in "AD":
        notes.append("empty")
    return DiffFile(
        path=entry.path,
        old_path=entry.old_path,
        change=_change(entry, touched=entry.old_blob != entry.new_blob),
        added=lines.count(LineKind.ADDED),
        removed=lines.count(LineKind.REMOVED),
        binary=binary,
        hunks=hunks,
        note="; ".join(notes),
        old_blob=_blob(entry.old_blob),
        new_blob=_blob(entry.new_blob),
    )


def _change(entry: Entry, *, touched: bool) -> FileChange:
    if entry.status in _CHANGES:
        return _CHANGES[entry.status]
    return FileChange.MODIFIED if touched else FileChange.MODE


def _mode_notes(entry: Entry) -> list[str]:
    if entry.status in "AD":
        mode = entry.new_mode if entry.status == "A" else entry.old_mode
        return [_kind(mode)] if _kind(mode) != "file" else []
    if entry.old_mode == _SUBMODULE == entry.new_mode:
        return [f"submodule {entry.old_blob[:12]} → {entry.new_blob[:12]}"]
    if entry.old_mode != entry.new_mode:
        kinds = f"{_kind(entry.old_mode)} → {_kind(entry.new_mode)}"
        return [f"{kinds} (mode {entry.old_mode} → {entry.new_mode})"]
    return []


def _kind(mode: str) -> str:
    return _KINDS.get(mode, f"mode {mode}")
