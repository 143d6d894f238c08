"""What a list shows: entries of one or more rows, each with an identity."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content


@dataclass(frozen=True)
class Entry:
    """Rows that belong together; without a key it is a heading and cannot be selected."""

    key: str
    rows: tuple[Content, ...]
