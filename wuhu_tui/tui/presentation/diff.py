"""Files of a diff as headings, and patches as text."""

from __future__ import annotations

from wuhu_tui.model.diff import DiffFile, FileChange
from wuhu_tui.tui.presentation.transcript_row import Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import crop
from wuhu_tui.tui.safe import revealed_line

SIGNS: dict[FileChange, str] = {
    FileChange.ADDED: "+",
    FileChange.DELETED: "−",
    FileChange.MODIFIED: "~",
    FileChange.RENAMED: "→",
    FileChange.MODE: "m",
}
"""One character for each kind of change; the word stands beside it wherever there is room."""


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
