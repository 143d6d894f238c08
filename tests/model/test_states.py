from __future__ import annotations

from itertools import pairwise, product

import pytest

from wuhu_tui.model.errors import IllegalTransition
from wuhu_tui.model.states import (
    LIVE_STATES,
    REVIEW_STATES,
    RUNNER_STATES,
    TRANSITIONS,
    Owner,
    SessionState,
    owner,
    transition,
)

PAIRS = list(product(SessionState, SessionState))
ALLOWED = [(before, after) for before, after in PAIRS if after in TRANSITIONS[before]]
FORBIDDEN = [pair for pair in PAIRS if pair not in ALLOWED]


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_every_change_in_the_table_passes(before: SessionState, after: SessionState) -> None:
    assert transition(before, after, "because") is after


@pytest.mark.parametrize(("before", "after"), FORBIDDEN)
def test_every_other_change_names_both_states_and_the_cause(
    before: SessionState, after: SessionState
) -> None:
    with pytest.raises(IllegalTransition) as caught:
        transition(before, after, "the lead pressed y")
    assert (caught.value.before, caught.value.after) == (before, after)
    assert caught.value.cause == "the lead pressed y"
    assert all(word in str(caught.value) for word in (before, after, "the lead pressed y"))


def test_the_table_speaks_of_every_state() -> None:
    assert set(TRANSITIONS) == set(SessionState)
    reached = frozenset().union(*TRANSITIONS.values())
    assert reached == set(SessionState)


def test_what_is_archived_comes_back_as_nothing_that_runs() -> None:
    back = TRANSITIONS[SessionState.ARCHIVED]
    assert back == {SessionState.STOPPED, SessionState.INSTANTIATED}
    assert not back & LIVE_STATES
    elsewhere = {
        before for before in TRANSITIONS if SessionState.INSTANTIATED in TRANSITIONS[before]
    }
    assert elsewhere == {SessionState.ARCHIVED}


def test_the_design_s_main_road_is_open() -> None:
    road = "instantiated starting working asking working idle working reported in_review"
    road += " changes_requested working reported in_review approved merging merged archived"
    states = [SessionState(word) for word in road.split()]
    for before, after in pairwise(states):
        assert transition(before, after, "") is after


@pytest.mark.parametrize("before", sorted(LIVE_STATES))
def test_every_living_session_can_be_lost_stopped_or_fail(before: SessionState) -> None:
    ends = {SessionState.LOST, SessionState.STOPPED, SessionState.FAILED}
    assert ends <= TRANSITIONS[before]


def test_nothing_merges_that_was_not_approved() -> None:
    before = {state for state in SessionState if SessionState.MERGING in TRANSITIONS[state]}
    assert before == {SessionState.APPROVED}


def test_every_state_has_one_owner() -> None:
    for state in SessionState:
        assert owner(state) is (Owner.RUNNER if state in RUNNER_STATES else Owner.CORE)
    assert LIVE_STATES < RUNNER_STATES
    assert not REVIEW_STATES & RUNNER_STATES
