"""The four ways in which agents talk to a model."""

from __future__ import annotations

from tests.model_server.dialects.anthropic import Anthropic
from tests.model_server.dialects.chat import Chat
from tests.model_server.dialects.gemini import Gemini
from tests.model_server.dialects.responses import Responses
from tests.model_server.dialects.writing import Dialect

DIALECTS: tuple[Dialect, ...] = (Anthropic(), Responses(), Chat(), Gemini())
"""All of them; a path belongs to one."""


def dialect_of(path: str) -> Dialect | None:
    """The dialect that is spoken at this path."""
    return next((dialect for dialect in DIALECTS if dialect.speaks_at(path)), None)
