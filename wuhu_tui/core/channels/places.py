"""Where somebody stands in all journals of a project at once, also as one short word. Pure."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import groupby

from wuhu_tui.model.board import Board
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.states import SessionState

PROJECT = ""
"""The name of the project's own journal among the sessions'."""

WHOLE = sys.maxsize
"""The place after everything an archived session ever wrote."""

_MARK = "c1:"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SKIPPED = "~"


def is_cursor(text: str) -> bool:
    """Whether a word is meant as a cursor."""
    return text.startswith(_MARK)


def cursor_of(board: Board, places: Mapping[str, int]) -> str:
    """These places as one word: the project's, then each session's in the order they were made.

    Archived sessions, which write no more, are only counted.
    """
    parts = [_word(places.get(PROJECT, 0))]
    for over, group in groupby(_sessions(board), key=lambda name: _is_over(board, name)):
        names = list(group)
        if over:
            parts.append(f"{_SKIPPED}{_word(len(names))}")
        else:
            parts.extend(_word(places.get(name, 0)) for name in names)
    return _MARK + ".".join(parts)


def places_of(board: Board, cursor: str) -> dict[str, int]:
    """The places that a cursor of this project names.

    Raises:
        UsageError: it is none.
    """
    try:
        numbers = list(_numbers(cursor.removeprefix(_MARK)))
    except ValueError:
        raise UsageError(
            "this is no cursor",
            where=cursor,
            remedy="take the cursor of an entry as it was printed, or a time such as 2h",
        ) from None
    project, *sessions = numbers or [0]
    return {PROJECT: project, **dict(zip(_sessions(board), sessions, strict=False))}


def _sessions(board: Board) -> list[str]:
    return [name for name, view in board.sessions.items() if view.spec.project]


def _is_over(board: Board, session: str) -> bool:
    return board.sessions[session].state is SessionState.ARCHIVED


def _numbers(text: str) -> Iterator[int]:
    for part in text.split("."):
        if part.startswith(_SKIPPED):
            yield from [WHOLE] * min(_number(part[1:]), 1_000_000)
        else:
            yield _number(part)


def _number(word: str) -> int:
    if not word.isascii() or not word.isalnum():
        raise ValueError(word)
    return int(word, 36)


def _word(number: int) -> str:
    digits = ""
    while number >= len(_DIGITS):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return _DIGITS[number] + digits
