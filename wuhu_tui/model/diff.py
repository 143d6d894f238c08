"""A structured diff: files, hunks, lines."""

from __future__ import annotations

from enum import StrEnum

from wuhu_tui.model.value import Value


class FileChange(StrEnum):
    """What happened to a file."""

    ADDED = "added"
    DELETED = "deleted"
    MODIFIED = "modified"
    RENAMED = "renamed"
    MODE = "mode"


class LineKind(StrEnum):
    """A diff line's first column."""

    CONTEXT = " "
    ADDED = "+"
    REMOVED = "-"


class DiffLine(Value, frozen=True):
    """One line; a number is 0 where the line does not exist on that side."""

    kind: LineKind
    text: str
    old_number: int = 0
    new_number: int = 0


class Hunk(Value, frozen=True):
    """One run of changes; `header` is git's `@@ … @@` line with its section."""

    header: str
    lines: tuple[DiffLine, ...]


class DiffFile(Value, frozen=True):
    """One changed file; `old_path` differs from `path` for a rename."""

    path: str
    change: FileChange
    old_path: str = ""
    added: int = 0
    removed: int = 0
    binary: bool = False
    hunks: tuple[Hunk, ...] = ()
    note: str = ""
    """What the hunks cannot show: a mode change, a submodule, no newline at the end."""
    old_blob: str = ""
    new_blob: str = ""
    """The ids of its contents as git names them; empty where it does not exist on that side."""
    whole: bool = False
    """Of what changed since a look: it could not be told apart, all of the file's diff is shown."""


class Diff(Value, frozen=True):
    """Everything between two commits."""

    base: str
    head: str
    files: tuple[DiffFile, ...] = ()
    since: str = ""
    """The commit the lead had seen, where only what changed since then is shown."""
    note: str = ""
    """What is to be said of it as a whole, such as why all of it is shown."""

    @property
    def added(self) -> int:
        """Lines added over all files."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines removed over all files."""
        return sum(file.removed for file in self.files)
