"""Comments as the letter in which a session gets them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.model.comments import CommentKind, PlacedComment, Side
from wuhu_tui.model.quantities import counted

MOST_QUOTED = 12
"""Lines of the work that one comment quotes."""

_WIDEST = 240
_SHORT = 12


def comments_letter(
    comments: Sequence[PlacedComment], *, head: str, by: str, note: str = ""
) -> str:
    """What the session reads: each comment with its place, the lines and its id; how to reply."""
    first = f"{counted(len(comments), 'comment')} on your work at {head[:_SHORT]} by {by}."
    parts = [first, note.strip(), *map(_told, comments), _ending(comments)]
    return "\n\n".join(part for part in parts if part)


def _told(placed: PlacedComment) -> str:
    comment = placed.comment
    kind = "question, " if comment.kind is CommentKind.QUESTION else ""
    return "\n".join([f"{comment.id} · {kind}{_place(placed)}", *_quoted(placed), comment.text])


def _place(placed: PlacedComment) -> str:
    anchor = placed.comment.anchor
    side = " as it was before your work" if anchor.side is Side.OLD else ""
    if placed.is_stale:
        return f"{anchor.path}, line {anchor.line} of {placed.comment.head[:_SHORT]}{side}; it changed since"
    return f"{placed.path}:{placed.line}{side}"


def _quoted(placed: PlacedComment) -> list[str]:
    lines = placed.comment.anchor.lines
    shown = [f"> {_narrow(line)}" for line in lines[:MOST_QUOTED]]
    rest = len(lines) - MOST_QUOTED
    return [*shown, f"> … and {counted(rest, 'line')} more"] if rest > 0 else shown


def _narrow(line: str) -> str:
    return line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"


def _ending(comments: Sequence[PlacedComment]) -> str:
    first = comments[0].comment.id if comments else "c1"
    reply = f'Reply to each by its id: wuhu reply {first} "what you did, or your answer"'
    if all(one.comment.kind is CommentKind.QUESTION for one in comments):
        return f"{reply}\nThese are questions: change nothing unless an answer calls for it."
    return (
        f"{reply}\nWhere a comment wants a change, make it and commit it. "
        "When all are dealt with, report done again."
    )
