"""Letters that did not arrive, as the inbox shows them: one by one, or many at once as one entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.letters import Letter
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import LetterNeed, NoticeNeed
from wuhu_tui.tui.presentation.mail_words import loud_reason, name_of
from wuhu_tui.tui.presentation.rows import MUTED, line, row, wrapped

_INDENT = 3
_NAMED = 3
"""How many recipients a digest names."""


def letter_rows(
    need: LetterNeed, board: Board, now: datetime, width: int, *, whole: bool
) -> list[Content]:
    """The rows of one entry."""
    body = _one(need.letters[0], board, width, whole=whole)
    if len(need.letters) > 1:
        body = _digest(need.letters, board, width)
    todo = "Enter: send again, discard, seen"
    body += wrapped(todo, width - _INDENT, 2, MUTED)
    indent = " " * _INDENT
    return [
        _head(need, board, now, width),
        *(row(width, Content.assemble(indent, part)) for part in body),
    ]


def notice_rows(need: NoticeNeed, now: datetime, width: int, *, whole: bool) -> list[Content]:
    """The rows of something to see."""
    notice, style = need.notice, need.look.style
    room = width - _INDENT
    left = Content.assemble(
        " ", (need.look.symbol, f"bold {style}"), " ", (line(notice.title), "bold")
    )
    since = f"{age(need.since, now):>5}"
    body = [
        *wrapped(notice.text, room, 6 if whole else 3),
        *wrapped(notice.todo, room, 2, MUTED),
    ]
    return [
        row(width, left, Content.assemble((notice.word, style), (since, MUTED))),
        *(row(width, Content.assemble(" " * _INDENT, part)) for part in body),
    ]


def _head(need: LetterNeed, board: Board, now: datetime, width: int) -> Content:
    count = len(need.letters)
    first = need.letters[0]
    title = f"{count} letters" if count > 1 else f"{first.kind.value} to {_to(first, board)}"
    left = Content.assemble(
        " ", (need.look.symbol, f"bold {need.look.style}"), " ", (title, "bold")
    )
    word = _word(need.letters)
    since = f"{age(need.since, now):>5}"
    return row(width, left, Content.assemble((word, need.look.style), (since, MUTED)))


def _word(letters: Iterable[Letter]) -> str:
    states = {letter.state.value for letter in letters}
    return states.pop() if len(states) == 1 else "undelivered"


def _to(letter: Letter, board: Board) -> str:
    return name_of(board, letter.recipient)


def _one(letter: Letter, board: Board, width: int, *, whole: bool) -> list[Content]:
    room = width - _INDENT
    sender = name_of(board, letter.sender)
    return [
        *wrapped(f"from {sender}: {loud_reason(letter)}", room, 2, "$text-warning"),
        *wrapped(letter.text, room, 6 if whole else 2),
    ]


def _digest(letters: tuple[Letter, ...], board: Board, width: int) -> list[Content]:
    room = width - _INDENT
    to = Counter(_to(letter, board) for letter in letters)
    named = ", ".join(f"{name} {count}" for name, count in to.most_common(_NAMED))
    more = len(to) - _NAMED
    others = f" and {more} more" if more > 0 else ""
    kinds = Counter(letter.kind.value.replace("_", "-") for letter in letters)
    what = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    why = Counter(loud_reason(letter) for letter in letters).most_common(1)[0][0]
    return [
        *wrapped(f"to {named}{others}", room, 2),
        *wrapped(what, room, 2, MUTED),
        *wrapped(f"mostly: {why}", room, 2, "$text-warning"),
    ]
