"""What both servers tell their clients in the protocol's own shapes: tools, and what a call came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mcp_types as types


def tools_page(tools: Mapping[str, tuple[str, dict[str, Any]]]) -> types.ListToolsResult:
    """All tools, on one page; `tools` names each with its description and schema."""
    return types.ListToolsResult(
        tools=[
            types.Tool(name=name, description=description, input_schema=schema)
            for name, (description, schema) in tools.items()
        ]
    )


def told(text: str, *, failed: bool = False) -> types.CallToolResult:
    """What the model reads of a call."""
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], is_error=failed
    )
