"""A structured diff as text: coloured on a terminal, plain in a pipe."""

from __future__ import annotations

from wuhu_tui.cli.output import Painted, Part, say, say_columns
from wuhu_tui.model.diff import Diff, DiffFile, DiffLine, FileChange, LineKind
from wuhu_tui.model.safe import revealed_line

_COLOURS = {LineKind.ADDED: "green", LineKind.REMOVED: "red"}


def say_files(diff: Diff) -> None:
    """Print one line a file."""
    say_columns([_file_row(file) for file in diff.files] or [("no changes",)], indent="  ")


def say_diff(diff: Diff) -> None:
    """Print every hunk; what is hidden in a line is made visible."""
    for file in diff.files:
        say(Painted(f"\n{_title(file)}", "bold"))
        if file.note:
            say(Painted(file.note, "dim"))
        if file.binary:
            say(Painted("binary", "dim"))
        for hunk in file.hunks:
            say(Painted(hunk.header, "cyan"))
            for line in hunk.lines:
                say(_line(line))


def _file_row(file: DiffFile) -> list[Part]:
    return [
        file.change.value,
        Painted(f"+{file.added}", "green"),
        Painted(f"−{file.removed}", "red"),
        _title(file),
    ]


def _title(file: DiffFile) -> str:
    renamed = file.change is FileChange.RENAMED and file.old_path
    return f"{file.old_path} → {file.path}" if renamed else file.path


def _line(line: DiffLine) -> Part:
    text = line.kind.value + revealed_line(line.text)
    colour = _COLOURS.get(line.kind)
    return Painted(text, colour) if colour else text
