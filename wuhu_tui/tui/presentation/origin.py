"""Where a line comes from, as rows: how surely it is known, then everything that led to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.model.origins import Origin, OriginKind
from wuhu_tui.tui.presentation.diff import patch_rows
from wuhu_tui.tui.presentation.sheet import ago, head_row, text_rows
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row, plain
from wuhu_tui.tui.safe import safe_line

_MOST_ROWS = 10

_WORDS = {
    OriginKind.WRITTEN: ("ok", "✔ this tool call wrote it"),
    OriginKind.TOUCHED: ("asking", "◐ a tool call of this turn changed the file"),
    OriginKind.COMMITTED: ("asking", "◐ only the turn of its commit is known"),
    OriginKind.BASE: ("idle", "· it was there before this session began"),
    OriginKind.UNKNOWN: ("failed", "? nobody knows"),
}


def origin_rows(origin: Origin, now: datetime, width: int) -> list[Row]:
    """Everything that is known."""
    rows: list[Row] = []
    for section in _sections(origin, now, width):
        if section:
            rows += [*section, BLANK]
    return rows


def _first(rows: list[Row]) -> list[Row]:
    """The beginning of a long text: the transcript has the rest."""
    more = len(rows) - _MOST_ROWS
    return [*rows[:_MOST_ROWS], plain(f"   … {more} more rows", "dim")] if more > 0 else rows


def _sections(origin: Origin, now: datetime, width: int) -> Iterator[list[Row]]:
    style, word = _WORDS[origin.kind]
    when = ago(origin.at, now)
    yield [head_row((style, word), ("dim", when)), *text_rows(origin.why, width, "dim")]
    if origin.commit:
        subject = f" {safe_line(origin.subject, 200)}"
        yield [head_row(("code", origin.commit[:10]), ("text", subject))]
    if origin.turn:
        whose = f" of {safe_line(origin.session, 80)}" if origin.session else ""
        head = head_row(("heading", f"turn {origin.turn}"), ("dim", whose))
        yield [head, *_first(text_rows(origin.prompt, width, "lead"))]
    if origin.said:
        yield [head_row(("heading", "what it said")), *text_rows(origin.said, width, "text")]
    if origin.tool:
        head = head_row(("heading", "tool call"), ("tool", f" {safe_line(origin.tool, 200)}"))
        body = text_rows(origin.arguments, width, "dim") if not origin.diff else []
        yield [head, *body, *(patch_rows(origin.diff, width, 3) if origin.diff else [])]
