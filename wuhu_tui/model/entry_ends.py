"""Whether what an entry told needs the lead no more: only what the board positively says ends it. Pure.

A record may come moments or minutes before the state it leads to, so that a state which is not
there yet ends nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.entries_collisions import COLLISION, collision_is_over
from wuhu_tui.model.entries_queue import DELAYED, STANDS, queue_entry_is_over
from wuhu_tui.model.entry_makers import ContextEntry, silence_mark
from wuhu_tui.model.states import SessionState

_S = SessionState

_SETTLED = frozenset({_S.MERGED, _S.ARCHIVED})


def is_over(board: Board, entry: ContextEntry) -> bool:
    """Whether an entry that needed the lead does no more; unsure is not over."""
    if entry.kind in ("letter_dead", "letter_escalated"):
        letter = board.letters.get(entry.refs[0])
        return letter is None or not letter.is_loud
    if entry.kind == COLLISION:
        return collision_is_over(board, entry)
    if entry.kind in (DELAYED, STANDS):
        return queue_entry_is_over(board, entry)
    view = board.session(entry.session_name)
    if view is None:
        return False
    if view.state is _S.ARCHIVED:
        return True
    ends = _ENDS.get(entry.kind)
    return ends is not None and ends(view, entry)


def _is_closed(view: SessionView, entry: ContextEntry) -> bool:
    closed = not any(question.id in entry.refs for question in view.questions)
    return closed or view.state is _S.MERGED


def _is_known(view: SessionView, entry: ContextEntry) -> bool:
    return not any(message.id in entry.refs for message in view.unsure)


def _asks_no_more(view: SessionView, entry: ContextEntry) -> bool:
    return view.guess is None or not view.guess.asks or view.guess.at > entry.ts


def _is_judged(view: SessionView, entry: ContextEntry) -> bool:
    review = view.review
    another = review is not None and review.head not in entry.refs
    judged = review is not None and review.verdict is not None
    return another or judged or view.state in _SETTLED


def _has_reported_again(view: SessionView, entry: ContextEntry) -> bool:
    newer = view.report is not None and view.report.at > entry.ts
    return newer or view.state in _SETTLED


def _is_resumed(view: SessionView, entry: ContextEntry) -> bool:
    return view.exit is None or view.state in _SETTLED


def _is_found(view: SessionView, entry: ContextEntry) -> bool:
    return not view.is_lost or view.state in _SETTLED


def _is_settled(view: SessionView, entry: ContextEntry) -> bool:
    return view.state is not _S.CONFLICT


def _speaks_again(view: SessionView, entry: ContextEntry) -> bool:
    return view.state is not _S.IDLE or not entry.id.endswith(f":{silence_mark(view)}")


def _is_seen(view: SessionView, entry: ContextEntry) -> bool:
    """Its commits lie before the lead, or it works again and will speak of them itself."""
    reviewed = view.review is not None and view.review.head in entry.refs
    return reviewed or view.state in (_S.STARTING, _S.WORKING, _S.ASKING)


_ENDS: dict[str, Callable[[SessionView, ContextEntry], bool]] = {
    "question": _is_closed,
    "permission": _is_closed,
    "plan": _is_closed,
    "budget": _is_closed,
    "orphaned_question": _is_closed,
    "message_unsure": _is_known,
    "seems_to_ask": _asks_no_more,
    "review_ready": _is_judged,
    "report_blocked": _has_reported_again,
    "report_failed": _has_reported_again,
    "report_done": _has_reported_again,
    "failed": _is_resumed,
    "lost": _is_found,
    "conflict": _is_settled,
    "no_report": _speaks_again,
    "unreported_work": _is_seen,
    "pull_request": _is_seen,
}
"""Kinds of which the board says when they are over."""
