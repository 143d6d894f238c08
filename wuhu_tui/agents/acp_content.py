"""What content of the protocol looks like as text: nothing is left out without a word."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from acp.schema import (
    AudioContentBlock,
    ContentToolCallContent,
    EmbeddedResourceContentBlock,
    ImageContentBlock,
    ResourceContentBlock,
    TextContentBlock,
    TextResourceContents,
)

MAX_ARGUMENTS = 4000
FENCED = re.compile(r"```[\w-]*\n(.*?\n?)```\s*", re.DOTALL)
SHELL_FLAGS = {"-c", "-lc", "-ic"}
SHELL_WORDS = 3
BOOKKEEPING = {
    "available_decisions",
    "auto_approved",
    "call_id",
    "changes",
    "completed_at_ms",
    "cwd",
    "description",
    "parsed_cmd",
    "process_id",
    "proposed_execpolicy_amendment",
    "reason",
    "source",
    "started_at_ms",
    "turn_id",
}
"""Keys of a tool's arguments that tell nothing to a person, or what is shown elsewhere anyway."""

RAW_WORDS = ("formatted_output", "aggregated_output", "output", "stdout", "stderr", "text", "error")


def block_text(block: Any) -> str:
    """A content block as text."""
    match block:
        case TextContentBlock(text=text):
            return text
        case EmbeddedResourceContentBlock(resource=TextResourceContents() as resource):
            return f"[{resource.uri}]\n{resource.text}"
    return f"[{_label(block)}]"


def _label(block: Any) -> str:
    match block:
        case ImageContentBlock():
            return " ".join(filter(None, ("image", block.mime_type, block.uri)))
        case AudioContentBlock():
            return f"audio {block.mime_type}"
        case ResourceContentBlock():
            return f"{block.title or block.name}: {block.uri}"
        case EmbeddedResourceContentBlock(resource=resource):
            return f"{resource.mime_type or 'data'}: {resource.uri}"
    return str(getattr(block, "type", "content"))


def tool_text(content: Any) -> str:
    """The text of a tool call's content; diffs and terminals of ours are shown in their own ways."""
    parts = [part for part in content or () if isinstance(part, ContentToolCallContent)]
    return "\n".join(_unfenced(block_text(part.content)) for part in parts)


def _unfenced(text: str) -> str:
    """Output without the fence of markdown that some agents put round all of it."""
    found = FENCED.fullmatch(text)
    return found[1] if found else text


def raw_text(raw: Any) -> str:
    """A tool's raw result as text: its own words where they can be told."""
    words = [raw[key] for key in RAW_WORDS if key in raw] if isinstance(raw, dict) else []
    said = [word for word in words if isinstance(word, str)]
    return next(filter(None, said), "") if said else as_json(raw)


def arguments_text(raw: Any) -> str:
    """A tool's arguments as one readable text, a lone command as it is typed."""
    if isinstance(raw, dict):
        raw = {key: value for key, value in raw.items() if key not in BOOKKEEPING}
        if set(raw) == {"command"} and isinstance(raw["command"], str | list):
            return command_text(raw["command"])
    text = as_json(raw)
    return text if len(text) <= MAX_ARGUMENTS else text[:MAX_ARGUMENTS] + "…"


def command_text(command: Any) -> str:
    """A command as a person would type it, without the shell that it is handed to."""
    if isinstance(command, str):
        return command
    words = [str(word) for word in command] if isinstance(command, list) else []
    if len(words) == SHELL_WORDS and words[1] in SHELL_FLAGS:
        return words[2]
    return shlex.join(words)


def as_json(value: Any) -> str:
    """A JSON value as text; text as it is; nothing as nothing."""
    if value is None or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
