from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.letter_story import BOSS, CHILD, PACE, LetterStory
from wuhu_tui.core.ladder import (
    HANDED_OVER,
    NOT_STARTED,
    NOT_TAKEN,
    WAITS_FOR_RESUME,
)
from wuhu_tui.core.letters_known import Place
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.letters import LEAD, DeferralReason, LetterKind, LetterState
from wuhu_tui.model.letters_waiting import waiting_for
from wuhu_tui.model.messages import DRAFT_STANDS, Boundary, Lane
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.states import SessionState

STATE = LetterState


@pytest.fixture
def story() -> LetterStory:
    """A recipient at work in its first turn."""
    story = LetterStory()
    story.working(BOSS)
    return story


def test_a_letter_climbs_from_posted_to_acknowledged(story: LetterStory) -> None:
    story.posted()
    story.taken()
    assert story.climbs() is STATE.OFFERED
    story.lands()
    assert story.climbs() is STATE.ACCEPTED
    story.tell(BOSS, events.AgentSaid(text="so I do"))
    assert story.climbs() is STATE.ACKED
    assert story.step() is None


def test_a_fresh_letter_is_left_to_whoever_posted_it(story: LetterStory) -> None:
    letter = story.posted()
    story.now = letter.posted_at + PACE.settle - timedelta(seconds=1)
    assert story.step() is None
    story.passes(1)
    step = story.step()
    assert step is not None
    assert step.bring


def test_a_crash_between_post_and_mailbox_is_mended_by_bringing_it(story: LetterStory) -> None:
    story.posted()
    step = story.step()
    assert step is not None
    assert (step.after, step.reason, step.detail) == (
        STATE.DEFERRED,
        DeferralReason.TARGET_BUSY,
        NOT_TAKEN,
    )
    assert step.bring
    assert not step.wake


def test_a_letter_to_a_session_that_was_never_started_waits_for_its_start() -> None:
    story = LetterStory()
    story.instantiated(BOSS)
    story.alive = False
    story.posted()
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().detail == NOT_STARTED
    story.passes(100_000)
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().failures == 0


def test_a_hibernated_recipient_is_woken(story: LetterStory) -> None:
    story.turn_over(BOSS)
    story.stops(after=SessionState.HIBERNATED)
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    step = story.step()
    assert step is not None
    assert step.bring
    assert step.wake


@pytest.mark.parametrize(
    "after", [SessionState.STOPPED, SessionState.FAILED, SessionState.LOST], ids=str
)
@pytest.mark.parametrize(
    ("kind", "end"),
    [(LetterKind.DONE, STATE.ESCALATED), (LetterKind.NOTE, STATE.DEAD)],
    ids=str,
)
def test_who_is_known_to_be_gone_is_waited_for_and_never_resumed_by_a_report(
    story: LetterStory, after: SessionState, kind: LetterKind, end: LetterState
) -> None:
    story.turn_over(BOSS)
    story.alive = False
    if after is SessionState.LOST:
        story.lost(BOSS)
    else:
        story.stops(after=after)
    story.posted(kind=kind, sender=CHILD)
    pauses = []
    for failure in range(1, PACE.failures + 1):
        step = story.step()
        assert step is not None
        assert not step.wake
        assert story.climbs() is STATE.DEFERRED
        assert story.letter().failures == failure
        assert story.letter().reason is DeferralReason.TARGET_GONE
        assert story.step() is None, "it is looked at again before its time"
        next_try = story.letter().next_try
        assert next_try is not None
        pauses.append((next_try - story.now).total_seconds())
        story.now = next_try
    assert story.climbs() is end
    assert story.letter().is_loud
    assert after.value in story.letter().detail
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0]
    story.passes(100_000)
    assert story.step() is None


def test_a_letter_to_somebody_gone_is_laid_down_once_for_the_next_life(
    story: LetterStory,
) -> None:
    """Also when the first try to lay it down failed while it was still there."""
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    busy = project.LetterDeferred(
        letter="l1", reason=DeferralReason.TARGET_BUSY, detail="it cannot be laid down now"
    )
    story.tell("", busy)
    story.stops()
    step = story.step()
    assert step is not None
    assert step.bring
    story.climbs()
    story.passes(3600)
    step = story.step()
    assert step is not None
    assert not step.bring


def test_a_pause_never_grows_beyond_its_longest(story: LetterStory) -> None:
    story.stops()
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    from wuhu_tui.core.ladder import Pace

    step = story.step(pace=Pace(first_retry=timedelta(hours=1)))
    assert step is not None
    assert step.next_try == story.now + PACE.longest_retry


@pytest.mark.parametrize("alive", [True, None], ids=["alive", "cannot tell"])
def test_unreachable_is_not_gone(story: LetterStory, alive: bool | None) -> None:
    """Nobody counts a failure against a recipient of which nobody knows that it is gone."""
    story.alive = alive
    story.posted(kind=LetterKind.NOTE, sender=CHILD)
    for _ in range(50):
        story.climbs()
        story.passes(3600)
    assert story.letter().state is STATE.DEFERRED
    assert story.letter().reason is DeferralReason.TARGET_BUSY
    assert story.letter().failures == 0


def test_a_free_lock_without_an_end_on_record_is_not_gone(story: LetterStory) -> None:
    story.alive = False
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().reason is DeferralReason.TARGET_BUSY
    story.lost(BOSS)
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().reason is DeferralReason.TARGET_GONE


def test_what_the_lead_said_to_a_session_it_stopped_waits_for_the_resume(
    story: LetterStory,
) -> None:
    story.posted()
    story.taken()
    story.stops()
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().detail == WAITS_FOR_RESUME
    story.passes(100_000)
    assert story.climbs() is STATE.DEFERRED
    story.alive = True
    story.working(BOSS)
    story.lands(boundary=Boundary.AWAITING_INPUT)
    story.climbs()
    story.tell(BOSS, events.AgentSaid(text="yes"))
    assert story.climbs() is STATE.ACKED


def test_an_escalated_letter_that_lands_after_all_is_loud_no_more(story: LetterStory) -> None:
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    story.tell("", project.LetterMoved(letter="l1", after=STATE.ESCALATED, detail="gone"))
    assert story.step() is None
    story.taken()
    assert story.climbs() is STATE.OFFERED
    story.lands()
    story.tell(BOSS, events.AgentSaid(text="yes"))
    assert story.climbs() is STATE.ACKED


def test_an_escalated_letter_that_is_kept_back_in_its_lane_is_loud_no_more(
    story: LetterStory,
) -> None:
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    story.tell("", project.LetterMoved(letter="l1", after=STATE.ESCALATED, detail="gone"))
    story.taken()
    story.tell(BOSS, events.MessageDeferred(id="l1", reason=DRAFT_STANDS))
    story.climbs()
    assert story.climbs() is STATE.DEFERRED
    assert story.letter().reason is DeferralReason.HUMAN_DRAFT
    assert story.step() is None


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(hours=30)], ids=str)
def test_a_clock_that_was_set_back_holds_no_letter_up(story: LetterStory, back: timedelta) -> None:
    letter = story.posted()
    story.now = letter.posted_at - back
    step = story.step()
    assert step is not None
    assert step.bring
    story.climbs()
    story.posted("l2", kind=LetterKind.DONE, sender=CHILD)
    story.stops()
    assert story.climbs("l2") is STATE.DEFERRED
    assert story.letter("l2").failures == 1
    next_try = story.letter("l2").next_try
    assert next_try is not None
    story.now = next_try - PACE.longest_retry - back
    story.climbs("l2")
    assert story.letter("l2").failures == 2


def test_what_lies_in_a_mailbox_is_not_laid_down_at_every_look(story: LetterStory) -> None:
    story.posted()
    story.climbs()
    assert story.step() is None


@pytest.mark.parametrize("end", [SessionState.ARCHIVED, SessionState.MERGED], ids=str)
def test_a_recipient_gone_for_good_ends_its_letters_at_once(
    story: LetterStory, end: SessionState
) -> None:
    story.turn_over(BOSS)
    story.stops()
    story.moved(BOSS, end)
    story.posted("note", LetterKind.NOTE, CHILD)
    story.posted("done", LetterKind.DONE, CHILD)
    assert story.climbs("note") is STATE.DEAD
    assert story.climbs("done") is STATE.ESCALATED
    assert end.value in story.letter("done").detail


def test_a_letter_to_nobody_is_told_to_the_lead() -> None:
    story = LetterStory()
    story.posted(kind=LetterKind.DONE, sender=CHILD, recipient="nobody")
    assert story.climbs() is STATE.ESCALATED
    assert "nobody" in story.letter().detail


def test_what_is_said_to_a_merged_session_may_bring_it_back(story: LetterStory) -> None:
    story.turn_over(BOSS)
    story.stops()
    story.moved(BOSS, SessionState.MERGED)
    story.posted()
    assert story.climbs() is STATE.DEFERRED


# What its recipient's journal says


def test_handed_over_is_not_accepted(story: LetterStory) -> None:
    story.posted()
    story.taken()
    story.tell(BOSS, events.MessageOffered(id="l1", boundary=Boundary.TOOL_END))
    story.tell(BOSS, events.MessageDelivered(id="l1"))
    assert story.climbs() is STATE.OFFERED
    assert story.letter().detail == HANDED_OVER


def test_nobody_knows_whether_it_was_read_is_told_and_never_sent_again_blindly(
    story: LetterStory,
) -> None:
    story.posted(kind=LetterKind.DONE, sender=CHILD)
    story.taken()
    story.tell(BOSS, events.MessageOffered(id="l1", boundary=Boundary.TOOL_END))
    story.tell(BOSS, events.MessageUnsure(id="l1"))
    step = story.step()
    assert step is not None
    assert not step.bring
    assert story.climbs() is STATE.ESCALATED
    assert story.step() is None
    story.tell(BOSS, events.MessageLanded(id="l1", boundary=Boundary.TOOL_END))
    assert story.climbs() is STATE.ACCEPTED


def test_a_letter_that_was_taken_back_or_refused_there_has_ended(story: LetterStory) -> None:
    story.posted("back")
    story.taken("back")
    story.tell(BOSS, events.MessageCancelled(id="back"))
    assert story.climbs("back") is STATE.CANCELLED
    story.posted("empty")
    story.tell(BOSS, events.CommandRefused(command="empty", reason="nothing to say"))
    story.tell(BOSS, events.CommandTaken(command="empty", kind="steer", by=LEAD))
    assert story.climbs("empty") is STATE.DISCARDED
    assert story.letter("empty").detail == "nothing to say"


def test_an_accepted_letter_ends_with_the_turn_that_took_it(story: LetterStory) -> None:
    story.posted()
    story.taken()
    story.lands()
    assert story.climbs() is STATE.ACCEPTED
    story.turn_over(BOSS)
    assert story.climbs() is STATE.ACKED


def test_after_a_long_absence_what_landed_is_known_although_its_receipt_is_gone(
    story: LetterStory,
) -> None:
    story.posted("landed")
    story.posted("cancelled")
    for name in ("landed", "cancelled"):
        story.taken(name)
    story.lands("landed")
    story.tell(BOSS, events.MessageCancelled(id="cancelled"))
    for number in range(40):
        story.taken(f"other{number}")
        story.lands(f"other{number}")
    assert all(receipt.id != "landed" for receipt in story.view(BOSS).receipts)
    assert story.climbs("landed") is STATE.ACKED
    assert story.climbs("cancelled") is STATE.CANCELLED


def test_what_nobody_remembers_is_brought_again_and_the_repetition_ends_it(
    story: LetterStory,
) -> None:
    """Ten thousand commands later only the runner's own history knows the id."""
    story.posted()
    step = story.step()
    assert step is not None
    assert step.bring
    story.climbs()
    story.taken(repeated=True)
    assert story.known().place is Place.ACTED_ON
    assert story.climbs() is STATE.ACKED


# Answers


def answer_of(by: str, story: LetterStory) -> Answer:
    return Answer(question="q1", by=by, at=story.now, text="so")


def posted_answer(story: LetterStory, by: str = LEAD) -> None:
    letter = story.posted("a1", LetterKind.ANSWER, by)
    told = project.LetterPosted
    from msgspec.structs import replace

    story.tell("", told(letter=replace(letter, id="a2", answer=answer_of(by, story), about="q1")))
    story.now += PACE.settle


def test_the_first_answer_is_accepted_and_acknowledged_by_going_on(story: LetterStory) -> None:
    story.asks(BOSS)
    posted_answer(story)
    given = story.letter("a2").answer
    assert given is not None
    story.tell(BOSS, events.QuestionAnswered(answer=given))
    story.tell(BOSS, events.CommandTaken(command="a2", kind="answer", by=LEAD))
    story.tell(BOSS, events.AnswerDelivered(question="q1"))
    assert story.climbs("a2") is STATE.OFFERED
    story.tell(BOSS, events.AgentSaid(text="so be it"))
    assert story.climbs("a2") is STATE.ACKED


def test_a_second_answer_ends_with_the_name_of_the_first(story: LetterStory) -> None:
    story.asks(BOSS)
    story.tell(BOSS, events.QuestionAnswered(answer=answer_of("shop-orch-02", story)))
    posted_answer(story)
    story.tell(BOSS, events.CommandTaken(command="a2", kind="answer", by=LEAD))
    assert story.climbs("a2") is STATE.DISCARDED
    assert "shop-orch-02 answered" in story.letter("a2").detail


def test_a_letter_to_the_lead_lies_in_the_inbox_until_it_is_seen(story: LetterStory) -> None:
    story.posted(kind=LetterKind.ESCALATION, sender=CHILD, recipient=LEAD)
    assert story.climbs() is STATE.OFFERED
    assert story.step() is None


def test_progress_costs_a_resting_parent_no_turn_and_comes_with_its_next() -> None:
    story = LetterStory()
    story.working(BOSS)
    story.turn_over(BOSS)
    story.posted(kind=LetterKind.NOTE, sender=CHILD, lane=Lane.SYSTEM)
    assert story.step() is None
    [waiting] = waiting_for(story.board, BOSS)
    assert waiting.lands == "in its next turn"
    story.working(BOSS)
    step = story.step()
    assert step is not None
    assert step.bring


def test_anything_but_progress_begins_a_turn() -> None:
    story = LetterStory()
    story.working(BOSS)
    story.turn_over(BOSS)
    story.posted(kind=LetterKind.DONE, sender=CHILD, lane=Lane.SYSTEM)
    step = story.step()
    assert step is not None
    assert step.bring
