"""What all dialects have in common: a request is read, a reply is written piece by piece."""

from __future__ import annotations

import itertools
import json
from typing import Any, Protocol

from tests.model_server.conversation import Conversation
from tests.model_server.vocabulary import Call

USAGE = (1000, 50)
"""Tokens in and out that every reply claims to have used."""

_numbers = itertools.count(1)

Frames = list[str]


def new_name(prefix: str) -> str:
    """A name that no other piece of this server has."""
    return f"{prefix}{next(_numbers):06d}"


def frame(data: Any, event: str = "") -> str:
    """One server-sent event."""
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {json.dumps(data)}\n\n"


class Writer(Protocol):
    """Writes one reply; each method returns the frames to send, `whole` the same without streaming."""

    def begin(self) -> Frames:
        """The reply begins."""

    def text(self, piece: str) -> Frames:
        """A piece of text; pieces that follow each other are one text."""

    def thought(self, text: str) -> Frames:
        """A whole thought."""

    def call(self, call: Call) -> Frames:
        """A whole tool call."""

    def end(self) -> Frames:
        """The reply ends."""

    def whole(self) -> Any:
        """All of it as one value."""


class Dialect(Protocol):
    """One way of talking to a model."""

    name: str

    def speaks_at(self, path: str) -> bool:
        """Whether requests for this path are in this dialect."""

    def counts_at(self, path: str) -> bool:
        """Whether the path asks only how many tokens it would be."""

    def counted(self, tokens: int) -> Any:
        """The answer to that."""

    def read(self, path: str, body: dict[str, Any]) -> Conversation:
        """What the request says."""

    def writer(self, model: str) -> Writer:
        """Writes a reply to it."""

    def error(self, status: int, message: str) -> Any:
        """The body of an HTTP error."""
