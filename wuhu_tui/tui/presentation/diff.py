"""Diffs as rows: one line at a time, so that a diff of any length opens at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, Hunk, LineKind
from wuhu_tui.tui.presentation.transcript_row import Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import clip, crop
from wuhu_tui.tui.safe import revealed_line, safe_line

SIGNS: dict[FileChange, str] = {
    FileChange.ADDED: "+",
    FileChange.DELETED: "−",
    FileChange.MODIFIED: "~",
    FileChange.RENAMED: "→",
    FileChange.MODE: "m",
}
"""One character for each kind of change; the word stands beside it wherever there is room."""

_STYLES = {LineKind.ADDED: "added", LineKind.REMOVED: "removed", LineKind.CONTEXT: "text"}

Entry = DiffFile | Hunk | DiffLine | str
"""What one row of the view stands for; a string is a remark on a file."""


@dataclass
class DiffLayout:
    """Every row of a diff without drawing any: what it stands for, and where files and hunks begin."""

    entries: list[Entry] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    hunks: list[int] = field(default_factory=list)
    digits: int = 1

    def file_at(self, row: int) -> int:
        """The number of the file a row belongs to; -1 when there is none."""
        return bisect_right(self.files, row) - 1


def lay_out(diff: Diff) -> DiffLayout:
    """List every row of a diff."""
    layout = DiffLayout()
    most = 0
    for file in diff.files:
        if layout.entries:
            layout.entries.append("")
        layout.files.append(len(layout.entries))
        layout.entries.append(file)
        layout.entries.extend(_remarks(file))
        for hunk in file.hunks:
            layout.hunks.append(len(layout.entries))
            layout.entries.append(hunk)
            layout.entries.extend(hunk.lines)
            most = max(most, *(max(line.old_number, line.new_number) for line in hunk.lines), 0)
    layout.digits = max(2, len(str(most)))
    return layout


def _remarks(file: DiffFile) -> Iterator[str]:
    if file.note:
        yield from file.note.splitlines()
    if file.binary:
        yield "binary file: its content is not shown"
    elif not file.hunks and not file.note:
        yield "no changed lines"


def entry_row(entry: Entry, width: int, digits: int, shift: int = 0) -> Row:
    """Draw one row; `shift` cells of the code are scrolled out at the left."""
    match entry:
        case DiffLine():
            return _line_row(entry, width, digits, shift)
        case Hunk():
            return Row((("hunk", crop(f" {safe_line(entry.header)}", width)),), "hunk")
        case DiffFile():
            return file_row(entry, width)
    return Row((("dim", crop(f"   {safe_line(entry)}", width)),))


def _line_row(line: DiffLine, width: int, digits: int, shift: int) -> Row:
    style = _STYLES[line.kind]
    numbers = "number" if line.kind is LineKind.CONTEXT else f"{style}_number"
    gutter = f" {line.old_number or '':>{digits}} {line.new_number or '':>{digits}} "
    sign = line.kind.value
    room = width - len(gutter) - 2
    if room < 20 and width >= 24:  # narrow: the number that counts is enough
        gutter = f" {line.new_number or line.old_number or '':>{digits}} "
        room = width - len(gutter) - 2
    code = revealed_line(line.text[: shift + room + 64])
    return Row(((numbers, gutter), (style, f"{sign} {clip(code, shift, room)}")), style)


def file_row(file: DiffFile, width: int, *, bar: str = "file") -> Row:
    """A file's heading: sign, path, what happened, how much."""
    counts = f" +{file.added} −{file.removed} "
    word = f" {file.change.value}"
    room = width - len(counts) - len(word) - 4
    path = crop(path_of(file), max(8, room))
    name, rest = ("file", "file_dim") if bar == "file" else (f"{bar}_name", bar)
    spans: tuple[Span, ...] = ((name, f" {SIGNS[file.change]} {path}"), (rest, word + counts))
    return Row(spans, rest)


_PATH_CHARACTERS = 4096


def path_of(file: DiffFile) -> str:
    """A file's path with everything hidden made visible; both paths of a rename."""
    path = revealed_line(file.path[:_PATH_CHARACTERS])
    if file.old_path and file.old_path != file.path:
        return f"{revealed_line(file.old_path[:_PATH_CHARACTERS])} → {path}"
    return path


PATCH_LIMIT = 400
"""Rows of one edit's diff that a pane shows."""


def patch_rows(patch: str, width: int, margin: int) -> list[Row]:
    """A unified diff as text, coloured by its first column; long ones are cut with a word."""
    lines = patch.split("\n", PATCH_LIMIT + 8)
    rest = lines.pop() if len(lines) > PATCH_LIMIT + 8 else ""
    body = [line for line in lines if line and not line.startswith(("--- ", "diff ", "index "))]
    rows = [_patch_row(line, width, margin) for line in body if not line.startswith("+++ ")]
    if rest:
        rows.append(Row((("dim", f"{' ' * margin}… {rest.count(chr(10)) + 1} more lines"),)))
    return rows


def _patch_row(line: str, width: int, margin: int) -> Row:
    style = {"+": "added", "-": "removed", "@": "hunk"}.get(line[0], "output")
    shown = crop(revealed_line(line[: width + 64]), width - margin)
    return Row((("text", " " * margin), (style, shown)), style)


def patch_counts(patch: str) -> tuple[int, int]:
    """Added and removed lines of a unified diff."""
    lines = [f"\n{patch}".count(mark) for mark in ("\n+", "\n+++ ", "\n-", "\n--- ")]
    return lines[0] - lines[1], lines[2] - lines[3]
