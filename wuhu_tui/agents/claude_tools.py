"""Tool calls of Claude Code: what they are called, what they touch, what they changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wuhu_tui.agents.claude_frames import Block
from wuhu_tui.model.events import Event, ToolEnded, ToolStarted

KINDS = {
    **dict.fromkeys(("Read", "NotebookRead", "LS", "BashOutput", "TaskOutput"), "read"),
    **dict.fromkeys(("Glob", "Grep", "ToolSearch"), "search"),
    **dict.fromkeys(("Edit", "Write", "MultiEdit", "NotebookEdit"), "edit"),
    **dict.fromkeys(("Bash", "PowerShell", "KillShell", "KillBash", "TaskStop"), "execute"),
    **dict.fromkeys(("WebFetch", "WebSearch"), "fetch"),
    **dict.fromkeys(("Task", "Agent"), "think"),
}
PATH_KEYS = ("file_path", "notebook_path", "path")
SUBJECT_KEYS = ("command", *PATH_KEYS, "pattern", "url", "query", "description", "skill")
"""What of a call's arguments names it best, in this order."""

QUIET = {"description", "timeout", "run_in_background", "replace_all"}
MAX_TITLE = 100
MAX_ARGUMENTS = 4000
MCP = "mcp__"
NO_NEWLINE = "\\ No newline at end of file"


def kind_of(tool: str) -> str:
    """The kind of a tool."""
    return KINDS.get(tool, "other")


def command_of(tool: str, arguments: dict[str, Any]) -> str:
    """The command line that a call runs; empty: none."""
    command = arguments.get("command")
    return command if kind_of(tool) == "execute" and isinstance(command, str) else ""


def paths_of(arguments: dict[str, Any], worktree: Path) -> tuple[str, ...]:
    """The paths that a call names, as seen from the worktree where they lie inside."""
    named = [arguments[key] for key in PATH_KEYS if isinstance(arguments.get(key), str)]
    return tuple(shown_path(path, worktree) for path in named if path)


def shown_path(path: str, worktree: Path) -> str:
    """A path as seen from the worktree, where it lies inside."""
    whole = os.path.normpath(worktree / path)
    inside = os.path.relpath(whole, worktree)
    return path if inside.startswith("..") else Path(inside).as_posix()


def title_of(tool: str, arguments: dict[str, Any], worktree: Path) -> str:
    """The tool's name and what it is about, on one line."""
    name = tool.removeprefix(MCP).replace("__", " ") if tool.startswith(MCP) else tool
    subject = next((arguments[key] for key in SUBJECT_KEYS if arguments.get(key)), "")
    if paths := paths_of(arguments, worktree):
        subject = paths[0] if not arguments.get("command") else subject
    lines = str(subject).strip().splitlines()
    shown = f"{name} {lines[0]}{' …' if len(lines) > 1 else ''}" if lines else name
    return shown if len(shown) <= MAX_TITLE else shown[: MAX_TITLE - 1] + "…"


def arguments_text(arguments: dict[str, Any]) -> str:
    """A call's arguments as one readable text, a lone command as it is."""
    told = {key: value for key, value in arguments.items() if key not in QUIET}
    if set(told) == {"command"} and isinstance(told["command"], str):
        return told["command"]
    text = json.dumps(told, ensure_ascii=False, default=str) if told else ""
    return text if len(text) <= MAX_ARGUMENTS else text[:MAX_ARGUMENTS] + "…"


def result_text(content: Any) -> str:
    """What a call returned, as text; nothing is left out without a word."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content] if content else []
    return "\n".join(_part_text(part) for part in parts)


def _part_text(part: Any) -> str:
    if not isinstance(part, dict):
        return str(part)
    text = part.get("text")
    if isinstance(text, str):
        return text
    source = part.get("source")
    media = source.get("media_type", "") if isinstance(source, dict) else ""
    name = part.get("tool_name", "")
    return f"[{' '.join(filter(None, (str(part.get('type', 'content')), str(media), str(name))))}]"


def result_diff(result: Any, worktree: Path) -> str:
    """The unified diff that the result of an edit tells; empty when it tells none."""
    if not isinstance(result, dict) or not isinstance(result.get("filePath"), str):
        return ""
    path = shown_path(result["filePath"], worktree)
    patch = result.get("structuredPatch")
    if not patch and result.get("type") == "create" and isinstance(result.get("content"), str):
        return _file_diff("/dev/null", path, _whole(result["content"]))
    hunks = [hunk for hunk in patch if isinstance(hunk, dict)] if isinstance(patch, list) else []
    return _file_diff(f"a/{path}", path, [line for hunk in hunks for line in _hunk(hunk)])


def wanted_diff(tool: str, arguments: dict[str, Any], worktree: Path) -> str:
    """The change that a call wants to make, as far as its arguments tell."""
    paths = paths_of(arguments, worktree)
    if kind_of(tool) != "edit" or not paths:
        return ""
    if isinstance(arguments.get("content"), str):
        return _file_diff("/dev/null", paths[0], _whole(arguments["content"]))
    edits = arguments["edits"] if isinstance(arguments.get("edits"), list) else [arguments]
    lines = [line for edit in edits if isinstance(edit, dict) for line in _edit_lines(edit)]
    return _file_diff(f"a/{paths[0]}", paths[0], lines)


def _edit_lines(edit: dict[str, Any]) -> Iterator[str]:
    old, new = edit.get("old_string"), edit.get("new_string", edit.get("new_source"))
    if not isinstance(old, str) and not isinstance(new, str):
        return
    before, after = str(old or "").splitlines(), str(new or "").splitlines()
    yield f"@@ -1,{len(before)} +1,{len(after)} @@"
    yield from (f"-{line}" for line in before)
    yield from (f"+{line}" for line in after)


def _whole(text: str) -> list[str]:
    lines = text.split("\n")
    ended = lines[-1] == ""
    lines = lines[:-1] if ended else lines
    if not lines:
        return []
    head = f"@@ -0,0 +1,{len(lines)} @@"
    return [head, *(f"+{line}" for line in lines), *([] if ended else [NO_NEWLINE])]


def _hunk(hunk: dict[str, Any]) -> Iterator[str]:
    before, after = (
        f"{sign}{hunk.get(f'{side}Start', 0)},{hunk.get(f'{side}Lines', 0)}"
        for sign, side in (("-", "old"), ("+", "new"))
    )
    yield f"@@ {before} {after} @@"
    lines = hunk.get("lines")
    yield from (str(line) for line in (lines if isinstance(lines, list) else ()))


def _file_diff(before: str, path: str, lines: list[str]) -> str:
    return "\n".join((f"--- {before}", f"+++ b/{path}", *lines, "")) if lines else ""


class ToolCalls:
    """The tool calls of one life that have not ended."""

    def __init__(self, emit: Callable[[Event], None], worktree: Path) -> None:
        self._emit = emit
        self._worktree = worktree
        self._open: dict[str, ToolStarted] = {}

    def begin(self, block: Block, parent: str) -> None:
        """A call was made."""
        if not block.id or block.id in self._open:
            return
        started = ToolStarted(
            call=block.id,
            title=title_of(block.name, block.input, self._worktree),
            kind=kind_of(block.name),
            arguments=arguments_text(block.input),
            paths=paths_of(block.input, self._worktree),
            parent=parent,
        )
        self._open[block.id] = started
        self._emit(started)

    def end(self, block: Block, result: Any) -> None:
        """A call returned; of one that was never shown nothing is told."""
        if self._open.pop(block.tool_use_id, None) is None:
            return
        self._emit(
            ToolEnded(
                call=block.tool_use_id,
                ok=not block.is_error,
                output=result_text(block.content),
                diff="" if block.is_error else result_diff(result, self._worktree),
            )
        )

    def end_all(self, words: str, *, with_parent: bool) -> None:
        """End the calls that are still open; `with_parent`: those of sub-agents too."""
        for call, started in list(self._open.items()):
            if with_parent or not started.parent:
                del self._open[call]
                self._emit(ToolEnded(call=call, ok=False, output=words))
