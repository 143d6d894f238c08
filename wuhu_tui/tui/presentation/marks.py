"""Marks of a recording: how each is shown, and which comes next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from wuhu_tui.model.marks import Mark, MarkKind

SYMBOLS: dict[MarkKind, str] = {
    MarkKind.QUESTION: "?",
    MarkKind.ANSWER: "a",
    MarkKind.STEER: "»",
    MarkKind.REPORT: "✓",
    MarkKind.VERDICT: "◆",
    MarkKind.MERGE: "⇡",
    MarkKind.CONFLICT: "⚠",
    MarkKind.FAULT: "✗",
}
"""One character each, told apart without any colour."""

STYLES: dict[MarkKind, str] = {
    MarkKind.QUESTION: "asking",
    MarkKind.ANSWER: "answer",
    MarkKind.STEER: "answer",
    MarkKind.REPORT: "review",
    MarkKind.VERDICT: "ok",
    MarkKind.MERGE: "ok",
    MarkKind.CONFLICT: "failed",
    MarkKind.FAULT: "failed",
}
"""Names in the palette."""

PRESSING = (
    MarkKind.FAULT,
    MarkKind.CONFLICT,
    MarkKind.QUESTION,
    MarkKind.MERGE,
    MarkKind.VERDICT,
    MarkKind.REPORT,
    MarkKind.STEER,
    MarkKind.ANSWER,
)
"""Which is shown where several fall into one column, the first of them first."""

_RANKS = {kind: place for place, kind in enumerate(PRESSING)}


def mark_after(
    marks: Sequence[Mark], index: int, *, session: str = "", kind: MarkKind | None = None
) -> Mark | None:
    """The first mark behind a moment, of one session or kind or of any."""
    first = bisect_right(marks, index, key=_index)
    rest = (marks[place] for place in range(first, len(marks)))
    return next((mark for mark in rest if _is(mark, session, kind)), None)


def mark_before(
    marks: Sequence[Mark], index: int, *, session: str = "", kind: MarkKind | None = None
) -> Mark | None:
    """The last mark before a moment, of one session or kind or of any."""
    last = bisect_left(marks, index, key=_index)
    rest = (marks[place] for place in range(last - 1, -1, -1))
    return next((mark for mark in rest if _is(mark, session, kind)), None)


def shown_first(mark: Mark, session: str) -> tuple[bool, int]:
    """Orders marks of one column: the selected session's first, then the pressing ones."""
    return (mark.session != session, _RANKS[mark.kind])


def _index(mark: Mark) -> int:
    return mark.moment.index


def _is(mark: Mark, session: str, kind: MarkKind | None) -> bool:
    return (not session or mark.session == session) and (kind is None or mark.kind is kind)
