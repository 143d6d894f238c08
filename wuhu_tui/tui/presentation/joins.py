"""Open joins in words."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import Join
from wuhu_tui.tui.presentation.ages import countdown
from wuhu_tui.tui.presentation.rows import MUTED, line


def open_joins(board: Board) -> list[Join]:
    """Joins that still wait, oldest first."""
    waiting = [join for join in board.joins.values() if join.wake is None]
    return sorted(waiting, key=lambda join: join.opened_at)


def join_words(board: Board, join: Join, now: datetime) -> Content:
    """One join: what it waits for, and how long at most."""
    names = [_name(board, session) for session in join.sessions]
    who = names[0] if len(names) == 1 else f"{join.mode.value} of {', '.join(names)}"
    left = f" · {countdown(join.deadline, now)} left" if join.deadline else ""
    return Content.assemble((who, "bold"), f" until {join.until.value}", (left, MUTED))


def joins_line(board: Board, now: datetime) -> Content | None:
    """The strip above the footer; None when nothing is joined."""
    waiting = open_joins(board)
    if not waiting:
        return None
    more = f"  +{len(waiting) - 1} more" if len(waiting) > 1 else ""
    return Content.assemble(
        (" ⋈ join ", "bold $accent"), join_words(board, waiting[0], now), (more, MUTED)
    )


def _name(board: Board, session: str) -> str:
    view = board.session(session)
    return line(view.spec.shown_name) if view else session
