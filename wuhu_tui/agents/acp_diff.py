"""Edits of agents as unified diffs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from acp.schema import FileEditToolCallContent

MAX_COMPARED_LINES = 4000
"""Texts with more lines are shown as replaced whole: comparing them would hold up reading."""

NO_NEWLINE = "\\ No newline at end of file"


def unified_diff(content: Any, worktree: Path) -> str:
    """The unified diff of all edits in a tool call's content; empty when there are none."""
    edits = [part for part in content or () if isinstance(part, FileEditToolCallContent)]
    return "".join(_file_diff(edit, worktree) for edit in edits)


def _file_diff(edit: FileEditToolCallContent, worktree: Path) -> str:
    path = shown_path(edit.path, worktree)
    old, new = (edit.old_text or "").split("\n"), edit.new_text.split("\n")
    before = f"a/{path}" if edit.old_text is not None else "/dev/null"
    hunks = _replaced(old, new) if _too_long(old, new) else _compared(old, new)
    lines = list(hunks)
    return "\n".join((f"--- {before}", f"+++ b/{path}", *lines, "")) if lines else ""


def shown_path(path: str, worktree: Path) -> str:
    """The path as seen from the worktree, where it lies inside."""
    try:
        return Path(path).relative_to(worktree).as_posix()
    except ValueError:
        return path


def _too_long(old: Sequence[str], new: Sequence[str]) -> bool:
    return max(len(old), len(new)) > MAX_COMPARED_LINES


def _compared(old: list[str], new: list[str]) -> Iterable[str]:
    """Hunks of two texts, each split at its newlines: a last empty part means it ended with one."""
    opened = list(difflib.unified_diff(_marked(old), _marked(new), n=3, lineterm=""))
    for line in opened[2:]:
        yield from line.split("\n")


def _marked(lines: list[str]) -> list[str]:
    """The lines, the last one marked as git does when no newline follows it."""
    if lines[-1] == "":
        return lines[:-1]
    return [*lines[:-1], f"{lines[-1]}\n{NO_NEWLINE}"]


def _replaced(old: list[str], new: list[str]) -> Iterable[str]:
    before, after = _marked(old), _marked(new)
    yield f"@@ -{min(1, len(before))},{len(before)} +{min(1, len(after))},{len(after)} @@"
    for sign, lines in (("-", before), ("+", after)):
        for line in lines:
            yield from f"{sign}{line}".split("\n")
