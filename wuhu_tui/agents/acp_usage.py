"""The tokens that an agent says a prompt used, where the protocol or its own extras have them."""

from __future__ import annotations

from typing import Any

from acp.schema import PromptResponse, Usage


def tokens_of(reply: PromptResponse) -> Usage | None:
    """What one `session/prompt` used; None: not told."""
    return reply.usage or _quota(reply.field_meta or {})


def _quota(extras: dict[str, Any]) -> Usage | None:
    """How gemini tells it."""
    try:
        told = extras["quota"]["token_count"]
        taken, given = int(told["input_tokens"]), int(told["output_tokens"])
    except (KeyError, TypeError, ValueError):
        return None
    return Usage(total_tokens=taken + given, input_tokens=taken, output_tokens=given)
