"""A sheet of rows as a review shows them above its diff, some of which lead to a place of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.transcript import MARGIN
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import crop, wrap
from wuhu_tui.tui.safe import revealed_line, safe_text

_TEXT_CHARACTERS = 8_000

VERDICTS: dict[VerdictKind, tuple[str, str, str]] = {
    VerdictKind.APPROVED: ("ok", "✔ ", "approved"),
    VerdictKind.CHANGES_REQUESTED: ("asking", "↩ ", "changes requested"),
    VerdictKind.BLOCKED: ("failed", "✗ ", "blocked"),
}
"""Style, mark and word of each verdict."""

Target = tuple[str, int]
"""A path and a line of it that a row speaks of."""


class Sheet:
    """Rows, and which of them lead to a place of the diff."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.targets: dict[int, Target] = {}

    def put(self, rows: Sequence[Row], target: Target | None = None) -> None:
        """More rows, all of which lead to one place."""
        if target:
            places = range(len(self.rows), len(self.rows) + len(rows))
            self.targets |= dict.fromkeys(places, target)
        self.rows += rows

    def section(self, other: Sheet) -> None:
        """The rows of another sheet, and an empty one after them if there are any."""
        if other.rows:
            start = len(self.rows)
            self.targets |= {start + row: target for row, target in other.targets.items()}
            self.rows += [*other.rows, BLANK]


def only(rows: Sequence[Row]) -> Sheet:
    """A sheet of rows that lead nowhere."""
    sheet = Sheet()
    sheet.put(rows)
    return sheet


def text_rows(text: str, width: int, style: str, margin: int = 3) -> list[Row]:
    """Foreign text, wrapped; a very long one is cut with a word."""
    shown = safe_text(text[:_TEXT_CHARACTERS]).strip("\n")
    lines = shown.split("\n") if shown.strip() else []
    rows = [row for line in lines for row in wrap(line, width - margin - MARGIN)]
    if len(text) > _TEXT_CHARACTERS:
        rows.append(f"… {len(text) - _TEXT_CHARACTERS} more characters")
    return [Row((("text", " " * margin), (style, row))) for row in rows]


def head_row(mark: Span, *more: Span) -> Row:
    """The first row of a section."""
    return Row((("text", " " * MARGIN), mark, *more))


def ago(at: datetime, now: datetime) -> str:
    """How long ago, behind a dot; empty for what never happened."""
    told = age(at, now)
    return f" · {told} ago" if told else ""


def path_rows(paths: tuple[str, ...], width: int, most: int = 12) -> list[Row]:
    """Paths, one a row, with everything hidden in them made visible."""
    shown = [crop(revealed_line(path[:4000]), width - 3 - MARGIN) for path in paths[:most]]
    if len(paths) > most:
        shown.append(f"… and {len(paths) - most} more")
    return [Row((("text", f"   {path}"),)) for path in shown]
