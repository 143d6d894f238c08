"""Everything that must be known of a moment to go on from there."""

from __future__ import annotations

from wuhu_tui.core.replay.strand import Reached
from wuhu_tui.model.board import Board
from wuhu_tui.model.screen import Screen
from wuhu_tui.model.value import Value


class State(Value, frozen=True):
    """A board, how far each journal was told, and what panes show besides."""

    board: Board = Board()
    screens: dict[str, Screen] = {}
    tools: dict[str, tuple[bytes, ...]] = {}
    """The lines in which the tools began that run now, session by session."""
    reached: dict[str, Reached] = {}
