"""What a session needs of the lead, if anything, and the command that does it; pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from wuhu_tui.core.next_action import next_action
from wuhu_tui.model.board import SessionView
from wuhu_tui.model.states import SessionState


class Need(StrEnum):
    """What the lead has to do next; the words scripts see."""

    NOTHING = ""
    ANSWER = "answer"
    LOOK = "look"
    RESUME = "resume"
    RESOLVE = "resolve"
    REVIEW = "review"
    MERGE = "merge"
    START = "start"


_BY_STATE = {
    SessionState.ASKING: Need.ANSWER,
    SessionState.REPORTED: Need.LOOK,
    SessionState.STOPPED: Need.RESUME,
    SessionState.FAILED: Need.RESUME,
    SessionState.LOST: Need.RESUME,
    SessionState.CONFLICT: Need.RESOLVE,
    SessionState.IN_REVIEW: Need.REVIEW,
    SessionState.APPROVED: Need.MERGE,
    SessionState.INSTANTIATED: Need.START,
}

_REMEDY = {
    Need.ANSWER: "wuhu answer {id} …",
    Need.LOOK: "wuhu log {id}, then wuhu steer {id} …",
    Need.RESUME: "wuhu resume {id}",
    Need.RESOLVE: "wuhu follow-up {id} …",
    Need.REVIEW: "wuhu review {id}",
    Need.MERGE: "wuhu merge {id}",
    Need.START: "wuhu start {id}",
}


def need_of(view: SessionView) -> Need:
    """What this session needs of the lead now; nothing when it goes on by itself."""
    if not next_action(view).lead:
        return Need.NOTHING
    if view.questions:
        return Need.ANSWER
    if view.seems_to_ask or view.no_report:
        return Need.LOOK
    return _BY_STATE.get(view.state, Need.NOTHING)


def next_command(view: SessionView) -> str:
    """The command with which the lead does what this session needs."""
    return _REMEDY.get(need_of(view), "").format(id=view.id)


def reason(view: SessionView) -> str:
    """In one line, why the session stands where it stands, or what it does."""
    if view.questions:
        return view.questions[0].text
    if view.guess and view.seems_to_ask:
        return f"its screen seems to ask (a guess): {view.guess.line}"
    if view.no_report:
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


def _cause(view: SessionView) -> str:
    return view.standing.cause


_REASON: dict[SessionState, Callable[[SessionView], str]] = {
    SessionState.WORKING: _phase,
    SessionState.FAILED: _failure,
    SessionState.CONFLICT: _conflict,
    SessionState.LOST: _cause,
    SessionState.STOPPED: _cause,
}
