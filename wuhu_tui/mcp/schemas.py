"""Schemas of tools' arguments, in few words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def text(description: str) -> dict[str, Any]:
    """A text."""
    return {"type": "string", "description": description}


def flag(description: str, default: bool) -> dict[str, Any]:
    """Yes or no."""
    return {"type": "boolean", "description": description, "default": default}


def number(description: str, default: int) -> dict[str, Any]:
    """A whole number."""
    return {"type": "integer", "description": description, "default": default}


def listed(description: str) -> dict[str, Any]:
    """A list of texts."""
    return {"type": "array", "description": description, "items": {"type": "string"}}


def one_of(words: Sequence[str], description: str) -> dict[str, Any]:
    """One of these words, the first if it is left out."""
    return {
        "type": "string",
        "enum": list(words),
        "description": description,
        "default": words[0],
    }


def object_of(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Named arguments; those not named are refused."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
