"""Open joins in words: who waits for whom, since when, what would wake it, and which nothing wakes."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from wuhu_tui.core.waits import cycles, open_joins, orphaned, wakes_on
from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import Join
from wuhu_tui.model.letters import LEAD
from wuhu_tui.tui.presentation.ages import age, countdown
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.rows import MUTED, row, wrapped

_NAMED = 4
"""How many joined sessions are named."""


def troubles(board: Board) -> dict[str, str]:
    """Open joins that nothing will wake, by id, each with the reason in words."""
    waiting = {join.id: join for join in open_joins(board)}
    found = {
        orphan.join: f"waits for nothing: {_named(board, waiting[orphan.join], orphan.reason)}"
        for orphan in orphaned(board)
    }
    for ring in cycles(board):
        told = "waits in a circle: " + " → ".join(name_of(board, one) for one in (*ring, ring[0]))
        following = dict(zip(ring, (*ring[1:], ring[0]), strict=True))
        for join in waiting.values():
            if following.get(join.by) in join.sessions:
                found.setdefault(join.id, told)
    return found


def _named(board: Board, join: Join, text: str) -> str:
    """Words of the core with sessions called as everywhere on the screen."""
    for name in (join.by, *join.sessions):
        text = text.replace(name, name_of(board, name)) if name != LEAD else text
    return text


def join_words(board: Board, join: Join, now: datetime, wrong: str = "") -> Content:
    """One join: what is wrong, who waits for whom, since when, how long at most."""
    who = "you wait" if join.by == LEAD else f"{name_of(board, join.by)} waits"
    left = f" · {countdown(join.deadline, now)} left" if join.deadline else " · no limit"
    return Content.assemble(
        (f"⚠ {wrong} · ", "bold $state-failed") if wrong else "",
        (f"{who} for ", MUTED),
        (_whom(board, join), "bold"),
        (f" · for {age(join.opened_at, now)}{left}", MUTED),
    )


def _whom(board: Board, join: Join) -> str:
    names = [_standing(board, name) for name in join.sessions[:_NAMED]]
    more = len(join.sessions) - _NAMED
    listed = ", ".join(names) + (f" and {more} more" if more > 0 else "")
    return listed if len(join.sessions) == 1 else f"{join.mode.value} of {listed}"


def _standing(board: Board, name: str) -> str:
    view = board.session(name)
    if view is None:
        return f"{name} (gone)"
    return f"{name_of(board, name)} ({view.state.value.replace('_', ' ')})"


def wakes_words(board: Board, join: Join) -> str:
    """What would wake it, early or not."""
    return f"wakes on {_named(board, join, wakes_on(join, board))}"


def joins_line(board: Board, now: datetime) -> Content | None:
    """The strip above the footer: what nothing will wake first; None when nothing is joined."""
    wrong = troubles(board) if open_joins(board) else {}
    waiting = sorted(open_joins(board), key=lambda join: join.id not in wrong)
    if not waiting:
        return None
    first = waiting[0]
    more = f"+{len(waiting) - 1} more: J  " if len(waiting) > 1 else ""
    return Content.assemble(
        (" ⋈ ", "bold $accent"),
        (more, MUTED),
        join_words(board, first, now, wrong.get(first.id, "")),
        (f" · {wakes_words(board, first)}", MUTED),
    )


def join_entries(board: Board, now: datetime, width: int) -> tuple[Entry, ...]:
    """Each open join whole: who waits for whom, and what would wake it."""
    wrong = troubles(board)
    return tuple(
        Entry(join.id, _rows(board, join, now, width, wrong.get(join.id, "")))
        for join in open_joins(board)
    )


def _rows(board: Board, join: Join, now: datetime, width: int, wrong: str) -> tuple[Content, ...]:
    words = join_words(board, join, now, wrong)
    told = [part.rstrip() for part in words.wrap(width - 2)]
    told += wrapped(wakes_words(board, join), width - 4, 2, MUTED)
    return tuple(row(width, Content.assemble(" ", part)) for part in told)
