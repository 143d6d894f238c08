"""What an agent wants leave for, read out of a tool call: tool, kind, command, paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from acp.schema import FileEditToolCallContent, ToolCallProgress, ToolCallStart, ToolCallUpdate

from wuhu_tui.agents.acp_content import command_text
from wuhu_tui.model.permissions import PermissionRequest

AnyCall = ToolCallStart | ToolCallProgress | ToolCallUpdate

KINDS = {
    "read": "read",
    "search": "read",
    "edit": "edit",
    "delete": "edit",
    "move": "edit",
    "execute": "execute",
    "fetch": "fetch",
}
COMMAND_KEYS = ("command", "cmd")
PATH_KEYS = (
    "file_path",
    "filePath",
    "filepath",
    "path",
    "abs_path",
    "notebook_path",
    "absolute_path",
)
NAMED_CALL = re.compile(r"([a-z][a-z0-9_]*?)__[0-9a-z-]+\Z", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


def permission_request(call: ToolCallUpdate, tool: str = "") -> PermissionRequest:
    """What a request for leave is about; `tool` is its name where it was told before.

    Where the command itself is not told, its title stands for it: enough to deny, not to allow.
    """
    kind = KINDS.get(call.kind or "", "other")
    command = _command(call) if kind in {"execute", "other"} else ""
    return PermissionRequest(
        tool=tool or tool_name(call),
        kind=kind,
        command=command or (call.title or "" if kind == "execute" else ""),
        paths=() if kind == "execute" else tuple(dict.fromkeys(_paths(call))),
        sure=bool(command) or kind != "execute",
    )


def tool_name(call: AnyCall) -> str:
    """The agent's own name of the tool, as far as it tells it."""
    told = claude_extras(call).get("toolName")
    if isinstance(told, str):
        return told
    named = NAMED_CALL.match(call.tool_call_id)
    if named:
        return named[1]
    if isinstance(call, ToolCallStart) and NAME.match(call.title):
        return call.title
    return ""


def parent_call(update: Any) -> str:
    """The tool call of the sub-agent that does or says this; empty: the agent itself."""
    told = claude_extras(update).get("parentToolUseId")
    return told if isinstance(told, str) else ""


def claude_extras(update: Any) -> dict[str, Any]:
    """What claude-agent-acp tells beside the protocol."""
    told = (update.field_meta or {}).get("claudeCode")
    return told if isinstance(told, dict) else {}


def _command(call: AnyCall) -> str:
    raw = call.raw_input if isinstance(call.raw_input, dict) else {}
    found = next((raw[key] for key in COMMAND_KEYS if raw.get(key)), "")
    return command_text(found)


def _paths(call: AnyCall) -> Iterator[str]:
    yield from (spot.path for spot in call.locations or ())
    raw = call.raw_input if isinstance(call.raw_input, dict) else {}
    yield from (raw[key] for key in PATH_KEYS if isinstance(raw.get(key), str))
    changes = raw.get("changes")
    yield from (path for path in (changes if isinstance(changes, dict) else ()))
    for part in call.content or ():
        if isinstance(part, FileEditToolCallContent):
            yield part.path
