"""What a session's state is, decided from what goes on in it."""

from __future__ import annotations

from wuhu_tui.model.states import LIVE_STATES, SessionState

CAUSES = {
    SessionState.WORKING: "the agent goes on",
    SessionState.ASKING: "a question is open",
    SessionState.IDLE: "the agent waits",
    SessionState.REPORTED: "the agent reported",
}
"""What is written as the cause of a state that follows from what goes on."""


def wanted_state(*, in_turn: bool, asking: bool, reported: bool) -> SessionState:
    """The state of a session whose agent is ready: an open question outweighs everything."""
    if asking:
        return SessionState.ASKING
    if in_turn:
        return SessionState.WORKING
    return SessionState.REPORTED if reported else SessionState.IDLE


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
