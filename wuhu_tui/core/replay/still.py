"""One moment of a recording: the board as it was, and how far each journal had come."""

from __future__ import annotations

from wuhu_tui.model.board import Board
from wuhu_tui.model.marks import Moment
from wuhu_tui.model.value import Value


class Still(Value, frozen=True):
    """`seen`: the newest seq taken of every journal; the project's own under an empty name."""

    moment: Moment
    board: Board
    seen: dict[str, int]
