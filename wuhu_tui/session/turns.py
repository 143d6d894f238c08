"""What a session's state is, decided from what goes on in it."""

from __future__ import annotations

from collections.abc import Iterable

from wuhu_tui.model.questions import Question
from wuhu_tui.model.states import LIVE_STATES, SessionState

CAUSES = {
    SessionState.WORKING: "the agent goes on",
    SessionState.ASKING: "a question is open",
    SessionState.IDLE: "the agent waits",
    SessionState.REPORTED: "the agent reported",
}
"""What is written as the cause of a state that follows from what goes on."""


BESIDE = "work that its turns began goes on"
"""The cause of working without a turn."""


def wanted_state(
    *, in_turn: bool, asking: bool, reported: bool, beside: bool = False
) -> SessionState:
    """The state of a session whose agent is ready: an open question outweighs everything.

    `beside`: work that a turn began runs on without it, or the agent goes on by itself; a report
    outweighs that.
    """
    if asking:
        return SessionState.ASKING
    if in_turn:
        return SessionState.WORKING
    if reported:
        return SessionState.REPORTED
    return SessionState.WORKING if beside else SessionState.IDLE


def own_question_waits(questions: Iterable[Question], *, in_turn: bool, reported: bool) -> bool:
    """Whether a worker's own question is what its session waits for.

    Within a turn one that need not block holds nobody up; a report says that none does.
    """
    own = [question for question in questions if question.outlives_turn]
    if in_turn:
        return any(question.blocking for question in own)
    return bool(own) and not reported


def state_before_life(own: SessionState | None) -> SessionState:
    """What a session is when a life begins: lost, if by its last word it should be alive."""
    if own is None:
        return SessionState.INSTANTIATED
    return SessionState.LOST if own in LIVE_STATES else own


def road(before: SessionState, after: SessionState) -> tuple[SessionState, ...]:
    """The states to enter, one after another, to get from one to the other; a start asks nothing."""
    if before is after:
        return ()
    if before is SessionState.STARTING and after is SessionState.ASKING:
        return (SessionState.WORKING, after)
    if before is SessionState.STARTING and after is SessionState.REPORTED:
        return (SessionState.IDLE, after)
    return (after,)
