"""Why a session needs the lead: one decision for the board, the command line and the snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from wuhu_tui.model.attention import Matter, Need, matter, needs_lead, next_action
from wuhu_tui.model.board import Guess, SessionView, Standing
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.sessions import AgentLaunch, SessionSpec
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.attention import look
from wuhu_tui.tui.presentation.kinds import Group

AT = datetime(2026, 3, 4, tzinfo=UTC)
S = SessionState
SPEC = SessionSpec(
    id="shop-impl-01",
    project="shop",
    task="Sell.",
    agent=AgentLaunch(name="fake", protocol="fake"),
    worktree="/w",
    branch="b",
    base_commit="0" * 40,
)
QUESTION = Question(id="q1", kind=QuestionKind.OPEN, text="Which?", asked_at=AT)
GUESS = Guess(state="asking", line="go on? [y/n]", at=AT)


def session(state: SessionState, **told: Any) -> SessionView:
    view = SessionView(spec=SPEC, given=Standing(state=state, since=AT), last_event_at=AT)
    return replace(view, **told)


@pytest.mark.parametrize("state", SessionState)
def test_every_state_says_what_should_happen_next(state: SessionState) -> None:
    assert next_action(session(state)).text


@pytest.mark.parametrize("state", SessionState)
def test_a_question_counts_until_the_work_is_settled(state: SessionState) -> None:
    asked = next_action(session(state, questions=(QUESTION,)))
    settled = state in (S.MERGED, S.ARCHIVED)
    assert (asked.need is Need.ANSWER) is not settled


@pytest.mark.parametrize(
    ("view", "found"),
    [
        pytest.param(session(S.WORKING), Matter.STATE, id="works"),
        pytest.param(session(S.WORKING, guess=GUESS), Matter.SEEMS_TO_ASK, id="guess"),
        pytest.param(session(S.FAILED, guess=GUESS), Matter.STATE, id="old guess"),
        pytest.param(
            session(S.IDLE, guess=GUESS, questions=(QUESTION,)), Matter.QUESTION, id="question"
        ),
        pytest.param(session(S.IDLE, turn=1), Matter.NO_REPORT, id="silent"),
        pytest.param(
            session(S.IDLE, turn=1, guess=GUESS), Matter.SEEMS_TO_ASK, id="guess before silence"
        ),
    ],
)
def test_what_says_more_than_the_state(view: SessionView, found: Matter) -> None:
    assert matter(view) is found


@pytest.mark.parametrize("state", SessionState)
def test_what_the_dashboard_puts_before_the_lead_is_the_leads_to_do(state: SessionState) -> None:
    report = Report(kind=ReportKind.DONE, summary="sold", at=AT)
    view = session(state, report=report if state is S.REPORTED else None)
    if look(view, alive=True, now=AT).group in (Group.NEEDS_YOU, Group.REVIEW):
        assert next_action(view).need
    if not next_action(view).need:
        expected = (Group.WORKING, Group.WAITING, Group.READY, Group.MERGED)
        assert look(view, alive=True, now=AT).group in expected


@pytest.mark.parametrize("state", [S.INSTANTIATED, S.STOPPED])
def test_what_was_put_aside_waits_for_the_lead_and_does_not_need_them(state: SessionState) -> None:
    view = session(state)
    assert look(view, alive=False, now=AT).group is Group.WAITING
    assert not needs_lead(view)
    assert next_action(view).need
    assert needs_lead(replace(view, questions=(QUESTION,)))


@pytest.mark.parametrize("state", [S.FAILED, S.LOST, S.IN_REVIEW, S.APPROVED, S.CONFLICT])
def test_what_nobody_put_aside_needs_the_lead(state: SessionState) -> None:
    assert needs_lead(session(state))
