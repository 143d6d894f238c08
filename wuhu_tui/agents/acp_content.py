"""What content of the protocol looks like as text: nothing is left out without a word."""

from __future__ import annotations

import json
import re
from typing import Any

from acp.schema import (
    AudioContentBlock,
    ContentToolCallContent,
    EmbeddedResourceContentBlock,
    ImageContentBlock,
    ResourceContentBlock,
    TerminalToolCallContent,
    TextContentBlock,
    TextResourceContents,
)

MAX_ARGUMENTS = 4000
FENCED = re.compile(r"```[\w-]*\n(.*?\n?)```\s*", re.DOTALL)
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
    """The text of a tool call's content, diffs left out."""
    texts = []
    for part in content or ():
        if isinstance(part, ContentToolCallContent):
            texts.append(_unfenced(block_text(part.content)))
        elif isinstance(part, TerminalToolCallContent):
            texts.append(f"[terminal {part.terminal_id}]")
    return "\n".join(texts)


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
    """A tool's arguments as one readable text, a lone command as it is."""
    if isinstance(raw, dict) and set(raw) == {"command"}:
        command = raw["command"]
        if isinstance(command, str):
            return command
        if isinstance(command, list):
            return " ".join(map(str, command))
    text = as_json(raw)
    return text if len(text) <= MAX_ARGUMENTS else text[:MAX_ARGUMENTS] + "…"


def as_json(value: Any) -> str:
    """A JSON value as text; text as it is; nothing as nothing."""
    if value is None or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
