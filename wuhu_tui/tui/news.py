"""What deserves a word of its own when the board changes: joins that woke, merges that ended, troubles."""

from __future__ import annotations

from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import Join, Wake, WakeReason
from wuhu_tui.tui.presentation.landings import ended_merges
from wuhu_tui.tui.presentation.rows import line
from wuhu_tui.tui.verbs import Verbs


class News:
    """Compares boards; tells each thing once."""

    def __init__(self, board: Board) -> None:
        self._before = board

    def tell(self, board: Board, verbs: Verbs) -> None:
        """Tell what is new since the last board."""
        before, self._before = self._before, board
        if board is before:
            return
        for join in board.joins.values():
            old = before.joins.get(join.id)
            if join.wake and old and old.wake is None and join.by == "lead":
                severe = join.wake.reason not in (WakeReason.REACHED, WakeReason.CANCELLED)
                verbs.tell(woken(board, join, join.wake), title="Join woke", severe=severe)
        for told in ended_merges(before, board):
            verbs.tell(told.text, title=told.title, severe=told.severe)
        if board.project.warnings != before.project.warnings and board.project.warnings:
            verbs.tell(board.project.warnings[-1], title="wuhu says", severe=True)


def woken(board: Board, join: Join, wake: Wake) -> str:
    """A join's end in words: why, because of whom, and how each stood."""
    why = wake.reason.value.replace("_", " ")
    because = f" · {_name(board, wake.session)}" if wake.session else ""
    outcomes = ", ".join(
        f"{_name(board, session)} {outcome.value.replace('_', ' ')}"
        for session, outcome in wake.outcomes.items()
    )
    return f"{why}{because}" + (f"\n{outcomes}" if outcomes else "")


def _name(board: Board, session: str) -> str:
    view = board.session(session)
    return line(view.spec.shown_name) if view else session
