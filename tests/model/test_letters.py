"""Letters on the board: what ends stays ended, what is loud stays, and what waits is in order."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.core.letter_story import BOSS, CHILD, LetterStory
from wuhu_tui.model import events, fold_letters
from wuhu_tui.model import project_events as project
from wuhu_tui.model.attention import letters_action, letters_for_lead, loud_letters
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.letters import (
    ENDED,
    LEAD,
    DeferralReason,
    LetterKind,
    LetterState,
)
from wuhu_tui.model.letters_waiting import neighbour, waiting_for
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.states import SessionState

STATE = LetterState


@pytest.fixture
def story() -> LetterStory:
    story = LetterStory()
    story.working(BOSS)
    return story


def moved(story: LetterStory, name: str, after: LetterState, **words: str) -> None:
    story.tell("", project.LetterMoved(letter=name, after=after, **words))


def test_a_letter_posted_twice_is_one(story: LetterStory) -> None:
    letter = story.posted()
    story.tell("", project.LetterPosted(letter=replace(letter, text="other words")))
    assert story.letter().text == "text of l1"


@pytest.mark.parametrize("end", sorted(ENDED))
def test_what_ended_stays_ended(story: LetterStory, end: LetterState) -> None:
    story.posted()
    moved(story, "l1", end, by="lead")
    moved(story, "l1", STATE.QUEUED)
    story.tell("", project.LetterEdited(letter="l1", text="x"))
    deferred = project.LetterDeferred(letter="l1", reason=DeferralReason.TARGET_BUSY)
    story.tell("", deferred)
    letter = story.letter()
    assert (letter.state, letter.text, letter.ended_by) == (end, "text of l1", "lead")
    assert letter.is_ended
    assert not letter.is_loud


def test_what_is_sent_again_begins_with_fresh_counters(story: LetterStory) -> None:
    story.posted()
    gone = project.LetterDeferred(
        letter="l1", reason=DeferralReason.TARGET_GONE, failures=4, deferrals=9
    )
    story.tell("", gone)
    moved(story, "l1", STATE.DEAD, detail="gone")
    assert story.letter().is_loud
    moved(story, "l1", STATE.QUEUED, note="it is back")
    letter = story.letter()
    assert (letter.failures, letter.deferrals, letter.reason) == (0, 0, None)
    assert letter.note == "it is back"


def test_the_time_of_a_deferral_is_that_of_its_reason(story: LetterStory) -> None:
    story.posted()
    for seconds in (0, 60):
        story.passes(seconds)
        event = project.LetterDeferred(letter="l1", reason=DeferralReason.TARGET_GONE)
        story.tell("", event)
    began = story.now - timedelta(seconds=61)
    assert story.letter().since == began
    event = project.LetterDeferred(letter="l1", reason=DeferralReason.TARGET_BUSY)
    story.tell("", event)
    assert story.letter().since == story.now


@pytest.mark.parametrize(("more", "open_"), [(1, 0), (7, 3), (20, 12)])
def test_only_the_oldest_that_ended_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, more: int, open_: int
) -> None:
    """However many end, none that somebody must still look at goes."""
    monkeypatch.setattr(fold_letters, "MAX_ENDED", 10)
    story = LetterStory()
    names = [f"l{number}" for number in range(10 + more)]
    for name in names:
        story.posted(name)
    for name in names[open_:]:
        moved(story, name, STATE.ACKED)
    ended = [letter.id for letter in story.board.letters.values() if letter.is_ended]
    assert ended == names[open_:][-10:]
    assert set(names[:open_]) <= set(story.board.letters)
    assert fold_all(Board(), story.records).letters == story.board.letters


def test_ten_thousand_that_nobody_took_cost_a_moment() -> None:
    """Each event copied them all: a command took half a minute to begin."""
    story = LetterStory()
    posted = story.posted()
    last = story.records[-1]
    records = [
        replace(last, event=project.LetterPosted(letter=replace(posted, id=f"m{number}")))
        for number in range(10_000)
    ]
    began = time.process_time()
    board = fold_all(story.board, records)
    assert len(board.letters) == 10_001
    assert time.process_time() - began < 3


def test_a_hundred_and_forty_seven_dead_letters_are_one_thing_to_do(story: LetterStory) -> None:
    assert letters_action(story.board) is None
    for number in range(147):
        story.posted(f"l{number}")
        moved(story, f"l{number}", STATE.DEAD)
    assert len(loud_letters(story.board)) == 147
    action = letters_action(story.board)
    assert action is not None
    assert "147 messages" in action.text
    since = [letter.since for letter in loud_letters(story.board)]
    assert since == sorted(since)


def test_letters_to_the_lead_stay_until_they_are_seen(story: LetterStory) -> None:
    story.posted(recipient=LEAD, sender=CHILD, kind=LetterKind.ESCALATION)
    assert [letter.id for letter in letters_for_lead(story.board)] == ["l1"]
    moved(story, "l1", STATE.ACKED, by="lead")
    assert letters_for_lead(story.board) == ()


# What waits


def order(story: LetterStory) -> list[str]:
    return [item.id for item in waiting_for(story.board, BOSS)]


def test_nothing_waits_for_nobody() -> None:
    assert waiting_for(Board(), "nobody") == ()


def test_what_waits_is_in_the_order_of_landing(story: LetterStory) -> None:
    story.posted("late", lane=Lane.FOLLOW_UP)
    story.queued(BOSS, "f1", Lane.FOLLOW_UP)
    story.queued(BOSS, "s1", Lane.STEER)
    story.posted("s2")
    items = waiting_for(story.board, BOSS)
    assert [item.id for item in items] == ["s1", "s2", "f1", "late"]
    assert [item.position for item in items] == [1, 2, 3, 4]
    assert [item.in_lane for item in items] == [True, False, True, False]
    assert [item.state for item in items] == [None, STATE.QUEUED, None, STATE.QUEUED]
    assert [item.lands for item in items] == [
        "when its turn ends",
        "when its turn ends",
        "after 2 turns",
        "after 3 turns",
    ]


def test_what_lands_within_the_turn_takes_no_turn_from_a_follow_up(story: LetterStory) -> None:
    agent = events.AgentStarted(agent="fake", pid=1, reference="", steers_in_turn=True)
    story.tell(BOSS, agent)
    story.posted("s")
    story.posted("f", lane=Lane.FOLLOW_UP)
    lands = [item.lands for item in waiting_for(story.board, BOSS)]
    assert lands == ["when the running tool ends", "when its turn ends"]


def test_what_landed_or_ended_waits_no_more(story: LetterStory) -> None:
    for name in ("landed", "cancelled", "waits"):
        story.posted(name)
    story.taken("landed")
    story.lands("landed")
    moved(story, "cancelled", STATE.CANCELLED)
    assert order(story) == ["waits"]


def test_a_reason_is_shown_with_what_waits(story: LetterStory) -> None:
    question = Question(id="b", kind=QuestionKind.BUDGET, text="More?", asked_at=story.now)
    story.tell(BOSS, events.QuestionAsked(question=question))
    story.posted()
    story.taken()
    story.climbs()
    [item] = waiting_for(story.board, BOSS)
    assert item.reason is DeferralReason.COHORT_HELD
    assert item.lands == "once its budget is raised"


@pytest.mark.parametrize(
    ("end", "lands"),
    [(SessionState.STOPPED, "as soon as it is up again"), (SessionState.IDLE, "at once")],
)
def test_where_it_lands_follows_the_session(
    story: LetterStory, end: SessionState, lands: str
) -> None:
    story.posted()
    if end is SessionState.IDLE:
        story.turn_over(BOSS)
    else:
        story.stops(after=end)
    [item] = waiting_for(story.board, BOSS)
    assert item.lands == lands


def test_a_session_never_started_takes_it_with_its_start() -> None:
    story = LetterStory()
    story.instantiated(BOSS)
    story.posted()
    [item] = waiting_for(story.board, BOSS)
    assert item.lands == "once it is started"


def test_a_message_moves_one_place_within_its_lane(story: LetterStory) -> None:
    for name in ("a", "b", "c"):
        story.posted(name)
    story.posted("f", lane=Lane.FOLLOW_UP)
    items = waiting_for(story.board, BOSS)
    assert neighbour(items, "b", -1) == "a"
    assert neighbour(items, "a", 1) == "c"
    assert neighbour(items, "b", 1) == ""
    assert neighbour(items, "a", -1) is None
    assert neighbour(items, "c", 1) is None
    assert neighbour(items, "f", -1) is None
    assert neighbour(items, "nobody", 1) is None
