"""What a letter waits for in its lane, and which rung is next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.letter_story import BOSS, PACE, LetterStory
from wuhu_tui.core.ladder import (
    OWN_TURN,
)
from wuhu_tui.model import events
from wuhu_tui.model.agent_events import AgentDelayed, DelayKind, GuessMade
from wuhu_tui.model.letters import DeferralReason, LetterKind, LetterState
from wuhu_tui.model.messages import DRAFT_STANDS, Lane
from wuhu_tui.model.questions import Question, QuestionKind

STATE = LetterState


@pytest.fixture
def story() -> LetterStory:
    """A recipient at work in its first turn."""
    story = LetterStory()
    story.working(BOSS)
    return story


# Typed reasons in the lane


def in_lane(story: LetterStory) -> tuple[LetterState, DeferralReason | None]:
    story.posted()
    story.taken()
    return story.climbs(), story.letter().reason


def test_a_question_that_is_open_keeps_a_letter_back_as_a_dialog(story: LetterStory) -> None:
    story.asks(BOSS)
    assert in_lane(story) == (STATE.DEFERRED, DeferralReason.TARGET_DIALOG)
    story.answered(BOSS)
    assert story.climbs() is STATE.OFFERED
    assert story.letter().reason is None


def test_a_screen_that_seems_to_ask_is_a_dialog_with_a_live_process(story: LetterStory) -> None:
    story.tell(BOSS, GuessMade(state="asking", line="Proceed? [y/n]"))
    assert in_lane(story) == (STATE.DEFERRED, DeferralReason.TARGET_DIALOG)


def test_a_draft_of_the_lead_keeps_a_letter_back(story: LetterStory) -> None:
    story.posted()
    story.taken()
    story.refuses(reason=DRAFT_STANDS)
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().reason is DeferralReason.HUMAN_DRAFT
    story.passes(8 * 3600)
    assert story.step() is None, "hours of a draft change nothing"


def test_a_usage_limit_parks_a_letter_until_it_is_over(story: LetterStory) -> None:
    until = story.now + timedelta(hours=2)
    story.tell(BOSS, AgentDelayed(kind=DelayKind.RATE_LIMIT, reason="limit", until=until))
    assert in_lane(story) == (STATE.DEFERRED, DeferralReason.TARGET_PARKED)
    assert story.letter().next_try == until


def test_a_used_up_budget_holds_a_letter(story: LetterStory) -> None:
    question = Question(id="b", kind=QuestionKind.BUDGET, text="More?", asked_at=story.now)
    story.tell(BOSS, events.QuestionAsked(question=question))
    assert in_lane(story) == (STATE.DEFERRED, DeferralReason.COHORT_HELD)


def test_a_reason_is_written_when_it_changes_and_not_at_every_look(story: LetterStory) -> None:
    story.asks(BOSS)
    story.posted()
    story.taken()
    story.climbs()
    for _ in range(20):
        story.passes(30)
        assert story.step() is None
    question = Question(id="b", kind=QuestionKind.BUDGET, text="More?", asked_at=story.now)
    story.tell(BOSS, events.QuestionAsked(question=question))
    assert story.step() is not None


# The rung above: a turn of its own


def test_an_agent_that_takes_nothing_in_a_turn_gets_the_letter_as_a_turn_of_its_own(
    story: LetterStory,
) -> None:
    story.posted()
    story.taken()
    story.refuses(never=True)
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().detail == OWN_TURN
    story.turn_over(BOSS)
    assert story.climbs() is STATE.OFFERED


def test_ten_deferrals_or_two_minutes_lead_to_a_turn_of_its_own(story: LetterStory) -> None:
    story.posted("often")
    story.taken("often")
    for count in range(PACE.deferrals):
        assert story.climbs("often") is STATE.OFFERED, count
        story.refuses("often")
    assert story.climbs("often") is STATE.DEFERRED
    assert story.letter("often").deferrals == PACE.deferrals
    assert story.letter("often").failures == 0
    story.posted("long")
    story.taken("long")
    assert story.climbs("long") is STATE.OFFERED
    story.passes(PACE.patience.total_seconds())
    assert story.climbs("long") is STATE.DEFERRED
    assert story.letter("long").detail == OWN_TURN


def test_a_follow_up_waits_for_the_turn_s_end_anyway(story: LetterStory) -> None:
    story.posted(lane=Lane.FOLLOW_UP, kind=LetterKind.FOLLOW_UP)
    story.taken(lane=Lane.FOLLOW_UP)
    story.passes(3600)
    assert story.climbs() is STATE.OFFERED
