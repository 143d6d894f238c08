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


BESIDE = "work that its turn began still runs"
"""The cause of working without a turn."""


def wanted_state(
    *, in_turn: bool, asking: bool, reported: bool, beside: bool = False
) -> SessionState:
    """The state of a session whose agent is ready: an open question outweighs everything.

    `beside`: work that a turn began runs on without it; a report outweighs that.
    """
    if asking:
        return SessionState.ASKING
    if in_turn:
        return SessionState.WORKING
    if reported:
        return SessionState.REPORTED
    return SessionState.WORKING if beside else SessionState.IDLE


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
