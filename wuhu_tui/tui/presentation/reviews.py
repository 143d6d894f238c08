"""The review queue: what lies before the lead, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.judges import judge_at_work
from wuhu_tui.model.merge_queue import MergeQueue
from wuhu_tui.model.merges import MergeOutcome
from wuhu_tui.model.queue_needs import held_back, stands_in_line, was_rolled_back
from wuhu_tui.model.queue_words import merge_words
from wuhu_tui.model.reviews import CheckState, Review, VerdictKind
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import NO_QUEUE, merge_refused, shown
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.kinds import COLOURS, SYMBOLS, Kind
from wuhu_tui.tui.presentation.queue import why_waits
from wuhu_tui.tui.presentation.review_beside import beside
from wuhu_tui.tui.presentation.rows import MUTED, line, row

_QUEUED = {
    SessionState.IN_REVIEW: 1,
    SessionState.APPROVED: 0,
    SessionState.MERGING: 0,
    SessionState.CONFLICT: 2,
    SessionState.CHANGES_REQUESTED: 3,
}


_NOTHING = Board()


def queue(board: Board) -> list[SessionView]:
    """Sessions with work before the lead: ready to merge first, then to judge, oldest first."""
    views = [view for view in shown(board) if view.review and view.state in _QUEUED]
    return sorted(views, key=lambda view: (_QUEUED[view.state], view.since, view.id))


def to_judge(board: Board) -> list[SessionView]:
    """Sessions whose commit waits for the lead's verdict, oldest first."""
    waiting = (view for view in queue(board) if view.state is SessionState.IN_REVIEW)
    return [view for view in waiting if view.review and _waits_for_lead(view, view.review)]


def _waits_for_lead(view: SessionView, review: Review) -> bool:
    return review.verdict is None and judge_at_work(view) is None


def size_word(review: Review) -> Content:
    """Lines added and removed."""
    return Content.assemble(
        (f"+{review.added}", "$state-ready"), " ", (f"−{review.removed}", "$state-failed")
    )


def checks_word(review: Review, *, short: bool = False) -> Content:
    """How the checks stand, in a symbol or with the names of what is wrong."""
    bad = [
        check for check in review.checks if check.state in (CheckState.FAILED, CheckState.BROKEN)
    ]
    if bad:
        names = "" if short else " " + ", ".join(line(check.name) for check in bad)
        return Content.assemble(("✗" + names, "$state-failed"))
    if any(check.state is CheckState.RUNNING for check in review.checks):
        return Content.styled("…" if short else "checks run", "$state-working")
    if not review.checks:
        return Content.styled("–" if short else "no checks", MUTED)
    return Content.styled("✔" if short else "checks ✔", "$state-ready")


def stand(view: SessionView, queued: MergeQueue = NO_QUEUE) -> tuple[str, str, str]:
    """Symbol, word and colour of a queue entry; `queued` says whether it stands in line."""
    if on_its_way := _in_line(view, queued):
        return on_its_way
    if merge_refused(view):
        return "⚠", "not merged", "$state-failed"
    return _STANDS.get(view.state) or _before_verdict(view)


def _before_verdict(view: SessionView) -> tuple[str, str, str]:
    review = view.review
    if judge := judge_at_work(view):
        return SYMBOLS[Kind.JUDGED], f"{line(judge.name)} judges it", COLOURS[Kind.JUDGED]
    if review and review.conflicts:
        return "⚠", "conflicts", "$state-failed"
    if review and review.verdict and review.verdict.kind is VerdictKind.BLOCKED:
        return "✗", "blocked", "$state-failed"
    return "✓", "to review", "$state-review"


def _in_line(view: SessionView, queued: MergeQueue) -> tuple[str, str, str] | None:
    """How it stands in line to be merged, or how it came out of it."""
    if stands_in_line(queued, view):
        return "⇢", "in line", "$state-ready"
    if was_rolled_back(view):
        return "↶", "rolled back", "$state-failed"
    return ("‖", "held back", "$state-failed") if held_back(queued, view) else None


_STANDS = {
    SessionState.MERGING: ("⇡", "merging", "$state-ready"),
    SessionState.APPROVED: ("⇡", "ready to merge", "$state-ready"),
    SessionState.CHANGES_REQUESTED: ("↩", "sent back", "$state-idle"),
    SessionState.CONFLICT: ("⚠", "conflict", "$state-failed"),
}


def queue_entries(
    views: Iterable[SessionView], now: datetime, width: int, board: Board = _NOTHING
) -> tuple[Entry, ...]:
    """What each is, how it stands, and what else is to be known of it."""
    return tuple(Entry(view.id, _rows(view, now, width, board)) for view in views)


def _rows(view: SessionView, now: datetime, width: int, board: Board) -> tuple[Content, ...]:
    symbol, word, style = stand(view, board.queue)
    assert view.review is not None
    name = line(view.spec.shown_name)
    left = Content.assemble(" ", (symbol, f"bold {style}"), " ", name)
    first = row(width, left, size_word(view.review))
    second = Content.assemble("   ", (word, style), _against(view, board))
    second = row(width, second, Content.styled(age(view.since, now), MUTED))
    more = beside(board, view, width - 4)
    third = (row(width, Content.assemble("   ", more)),) if more else ()
    return (first, second, *third)


def _against(view: SessionView, board: Board) -> Content:
    review = view.review
    assert review is not None
    if view.merge and view.merge.outcome is MergeOutcome.RUNNING:
        return Content.styled(f" · {line(merge_words(view.merge))}", MUTED)
    if stands_in_line(board.queue, view):
        entry = board.queue.entry(view.id)
        why = why_waits(board, entry) if entry else ""
        return Content.styled(f": {line(why)}" if why else "", MUTED)
    if view.merge and merge_refused(view):
        return Content.styled(f": {line(view.merge.detail)}", MUTED)
    if review.conflicts:
        return Content.styled(": " + ", ".join(line(path) for path in review.conflicts), MUTED)
    return Content.assemble((" · ", MUTED), checks_word(review))
