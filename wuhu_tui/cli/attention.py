"""The command that does what a session needs of the lead, and why it needs it; pure."""

from __future__ import annotations

from collections.abc import Callable

from wuhu_tui.model.attention import Matter, Need, matter, next_action
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.queue_needs import held_back
from wuhu_tui.model.states import SessionState

_REMEDY = {
    Need.ANSWER: "wuhu answer {id} …",
    Need.LOOK: "wuhu log {id}, then wuhu steer {id} …",
    Need.RESUME: "wuhu resume {id}",
    Need.RESOLVE: "wuhu follow-up {id} …",
    Need.REVIEW: "wuhu review {id}",
    Need.MERGE: "wuhu merge {id}",
    Need.START: "wuhu start {id}",
}


def next_command(view: SessionView, board: Board | None = None) -> str:
    """The command with which the lead does what this session needs."""
    if board is not None and held_back(board.queue, view):
        return "wuhu queue"
    return _REMEDY.get(next_action(view, board).need, "").format(id=view.id)


def reason(view: SessionView) -> str:
    """In one line, why the session stands where it stands, or what it does."""
    match matter(view):
        case Matter.QUESTION:
            return view.questions[0].text
        case Matter.SEEMS_TO_ASK:
            return f"its screen seems to ask (a guess): {view.guess.line if view.guess else ''}"
        case Matter.NO_REPORT:
            return "its turn ended without a report"
    by_state = _REASON.get(view.state)
    told = by_state(view) if by_state else view.report.summary if view.report else ""
    return told or view.standing.cause


def _phase(view: SessionView) -> str:
    return f"{view.phase.kind.value} {view.phase.detail}".removeprefix("none").strip()


def _failure(view: SessionView) -> str:
    return (view.exit.detail or view.exit.last_words) if view.exit else ""


def _conflict(view: SessionView) -> str:
    if view.merge is None:
        return ""
    return view.merge.detail or f"conflicts: {', '.join(view.merge.files)}"


def _waits(view: SessionView) -> str:
    return f"its merge waits: {view.merge.waits}" if view.merge and view.merge.waits else ""


def _cause(view: SessionView) -> str:
    return view.standing.cause


_REASON: dict[SessionState, Callable[[SessionView], str]] = {
    SessionState.WORKING: _phase,
    SessionState.FAILED: _failure,
    SessionState.CONFLICT: _conflict,
    SessionState.MERGING: _waits,
    SessionState.LOST: _cause,
    SessionState.STOPPED: _cause,
}
