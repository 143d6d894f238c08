"""What a list shows: entries of one or more rows, each with an identity."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content


@dataclass(frozen=True)
class Drawn:
    """Content that equals another only if its colours do too: Textual's own compares the words."""

    content: Content

    def __eq__(self, other: object) -> bool:
        """Whether it would look the same."""
        return isinstance(other, Drawn) and self.content.is_same(other.content)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Entry:
    """Rows that belong together; without a key it is a heading and cannot be selected."""

    key: str
    rows: tuple[Content, ...]

    def __eq__(self, other: object) -> bool:
        """Whether it would look the same, colours included."""
        if not isinstance(other, Entry):
            return NotImplemented
        mine, others = map(Drawn, self.rows), map(Drawn, other.rows)
        return self.key == other.key and list(mine) == list(others)

    __hash__ = None  # type: ignore[assignment]
