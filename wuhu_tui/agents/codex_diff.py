"""Edits of codex as unified diffs with their headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from wuhu_tui.agents.codex_messages import Change
from wuhu_tui.agents.codex_text import shown_path

NO_NEWLINE = "\\ No newline at end of file"


def unified_diff(changes: Iterable[Change], worktree: Path) -> str:
    """One diff of all changes."""
    return "".join(_file_diff(change, worktree) for change in changes)


def changed_paths(changes: Iterable[Change], worktree: Path) -> tuple[str, ...]:
    """Every path that is changed, those that files move to included."""
    paths = (path for change in changes for path in (change.path, _target(change)))
    return tuple(dict.fromkeys(shown_path(path, worktree) for path in paths))


def edit_title(changes: Sequence[Change], worktree: Path) -> str:
    """What the edit does, in few words."""
    verbs = {"add": "Create", "delete": "Delete", "update": "Edit"}
    kinds = {str(change.kind.get("type", "")) for change in changes}
    verb = verbs.get(kinds.pop(), "Edit") if len(kinds) == 1 else "Edit"
    names = (shown_path(change.path, worktree) for change in changes)
    return f"{verb} {', '.join(names) or 'files'}"


def _file_diff(change: Change, worktree: Path) -> str:
    path, target = shown_path(change.path, worktree), shown_path(_target(change), worktree)
    match change.kind.get("type"):
        case "add":
            return _headed("/dev/null", f"b/{path}", _whole("+", change.diff))
        case "delete":
            return _headed(f"a/{path}", "/dev/null", _whole("-", change.diff))
    return _headed(f"a/{path}", f"b/{target}", change.diff)


def _headed(before: str, after: str, hunks: str) -> str:
    ending = "" if hunks.endswith("\n") else "\n"
    return (
        f"--- {before}\n+++ {after}\n{hunks}{ending}" if hunks else f"--- {before}\n+++ {after}\n"
    )


def _whole(sign: str, text: str) -> str:
    if not text:
        return ""
    lines = text.removesuffix("\n").split("\n")
    span = f"1,{len(lines)}"
    place = f"@@ -0,0 +{span} @@" if sign == "+" else f"@@ -{span} +0,0 @@"
    body = [place, *(f"{sign}{line}" for line in lines)]
    return "\n".join(body if text.endswith("\n") else [*body, NO_NEWLINE])


def _target(change: Change) -> str:
    moved = change.kind.get("move_path")
    return moved if isinstance(moved, str) and moved else change.path
