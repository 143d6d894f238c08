"""Open joins in words: who waits for whom, since when, what would wake it, and which never wake."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import Join, JoinUntil
from wuhu_tui.model.letters import LEAD
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.ages import age, countdown
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.mail_words import name_of
from wuhu_tui.tui.presentation.rows import MUTED, row, wrapped

_NAMED = 4
"""How many joined sessions are named."""

_UNTIL = {
    JoinUntil.IDLE: "idle",
    JoinUntil.REPORTED: "a report",
    JoinUntil.REVIEWED: "a verdict",
    JoinUntil.MERGED: "merged",
}


def open_joins(board: Board) -> list[Join]:
    """Joins that still wait, oldest first."""
    waiting = [join for join in board.joins.values() if join.wake is None]
    return sorted(waiting, key=lambda join: join.opened_at)


def trouble(board: Board, join: Join) -> str:
    """Why a join cannot wake by its sessions; empty when it can."""
    gone = [name for name in join.sessions if not _is_there(board, name)]
    if len(gone) == len(join.sessions):
        return "waits for nobody: " + ", ".join(name_of(board, name) for name in gone)
    circle = _circle(board, join)
    if circle:
        return "waits in a circle: " + " → ".join(name_of(board, name) for name in circle)
    return ""


def _is_there(board: Board, name: str) -> bool:
    view = board.session(name)
    return view is not None and view.state is not SessionState.ARCHIVED


def _circle(board: Board, join: Join) -> tuple[str, ...]:
    """The way from the waiting session back to itself over open joins; empty when there is none."""
    waits: dict[str, list[str]] = {}
    for other in open_joins(board):
        waits.setdefault(other.by, []).extend(other.sessions)
    reached: dict[str, tuple[str, ...]] = {name: (join.by, name) for name in join.sessions}
    to_follow = list(reached)
    while to_follow:
        name = to_follow.pop()
        if name == join.by:
            return reached[name]
        for further in waits.get(name, ()):
            if further not in reached:
                reached[further] = (*reached[name], further)
                to_follow.append(further)
    return ()


def join_words(board: Board, join: Join, now: datetime) -> Content:
    """One join: who waits for whom, until what, since when, how long at most, and what is wrong."""
    who = "you wait" if join.by == LEAD else f"{name_of(board, join.by)} waits"
    left = f" · {countdown(join.deadline, now)} left" if join.deadline else " · no limit"
    wrong = trouble(board, join)
    return Content.assemble(
        (f"⚠ {wrong} · ", "bold $state-failed") if wrong else "",
        (f"{who} for ", MUTED),
        (_whom(board, join), "bold"),
        f" until {_UNTIL[join.until]}",
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


def wakes_words(join: Join) -> str:
    """What would wake it, early or not."""
    one = "one" if join.mode.value == "any" or len(join.sessions) == 1 else "all"
    reached = {
        JoinUntil.IDLE: "idle",
        JoinUntil.REPORTED: "reported",
        JoinUntil.REVIEWED: "judged",
        JoinUntil.MERGED: "merged",
    }[join.until]
    early = "a question, a failure, a review ready"
    steered = "" if join.by == LEAD else ", a word to who waits"
    return f"wakes when {one} {'is' if one == 'one' else 'are'} {reached}; early: {early}{steered}"


def joins_line(board: Board, now: datetime) -> Content | None:
    """The strip above the footer: what never wakes first; None when nothing is joined."""
    waiting = sorted(open_joins(board), key=lambda join: not trouble(board, join))
    if not waiting:
        return None
    more = f"  +{len(waiting) - 1} more: J" if len(waiting) > 1 else ""
    return Content.assemble(
        (" ⋈ ", "bold $accent"),
        (more.strip() + "  " if more else "", MUTED),
        join_words(board, waiting[0], now),
        (f" · {wakes_words(waiting[0])}", MUTED),
    )


def join_entries(board: Board, now: datetime, width: int) -> tuple[Entry, ...]:
    """Each open join whole: who waits for whom, and what would wake it."""
    return tuple(Entry(join.id, _rows(board, join, now, width)) for join in open_joins(board))


def _rows(board: Board, join: Join, now: datetime, width: int) -> tuple[Content, ...]:
    told = [part.rstrip() for part in join_words(board, join, now).wrap(width - 2)]
    told += wrapped(wakes_words(join), width - 4, 2, MUTED)
    return tuple(row(width, Content.assemble(" ", part)) for part in told)
