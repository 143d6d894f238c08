from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.core.letter_story import BOSS, CHILD, LetterStory
from wuhu_tui.core.due import NUDGE_AFTER, REMINDER_PATIENCE
from wuhu_tui.core.reports_back import WHAT_NEXT, moot, owed
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.board import Board
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Lane, nudge_id
from wuhu_tui.model.questions import Option, Question, QuestionKind
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.reports import Report, ReportKind
from wuhu_tui.model.states import SessionState


@pytest.fixture
def story() -> LetterStory:
    """A parent at work, and a child of it."""
    story = LetterStory()
    story.working(BOSS)
    story.child()
    return story


def now_owed(story: LetterStory, *, nudges: bool = True) -> tuple[Letter, ...]:
    return owed(story.view(CHILD), story.now, nudges=nudges)


def told(story: LetterStory, *, nudges: bool = True) -> list[LetterKind]:
    """What is owed is posted; nothing of it is owed any more."""
    letters = now_owed(story, nudges=nudges)
    for letter in letters:
        story.tell("", project.LetterPosted(letter=letter))
    assert now_owed(story, nudges=nudges) == ()
    return [letter.kind for letter in letters]


def test_a_session_that_the_lead_made_owes_nobody_a_letter(story: LetterStory) -> None:
    story.child("shop-impl-02", parent="")
    story.done("shop-impl-02")
    assert owed(story.view("shop-impl-02"), story.now, nudges=True) == ()


def test_every_report_is_one_letter_once_ever(story: LetterStory) -> None:
    story.working(CHILD)
    for kind in (ReportKind.NOTE, ReportKind.BLOCKED, ReportKind.DONE):
        story.report(CHILD, kind)
    story.turn_over(CHILD)
    letters = now_owed(story)
    assert len({letter.id for letter in letters}) == 3
    assert all(letter.lane is Lane.SYSTEM for letter in letters)
    assert {letter.recipient for letter in letters} == {BOSS}
    assert told(story) == [LetterKind.NOTE, LetterKind.BLOCKED, LetterKind.DONE]
    story.done(CHILD)
    assert told(story) == [LetterKind.DONE]


def test_what_was_told_is_known_from_the_journals_alone(story: LetterStory) -> None:
    story.done(CHILD)
    told(story)
    again = fold_all(Board(), story.records)
    assert owed(again.sessions[CHILD], story.now, nudges=True) == ()


def test_the_letter_says_who_what_where_and_what_to_do_next(story: LetterStory) -> None:
    story.working(CHILD)
    report = Report(
        kind=ReportKind.DONE, summary="login works", evidence="tests/login.py:12", head="abc123"
    )
    story.tell(CHILD, events.ReportMade(report=report))
    [letter] = now_owed(story)
    for words in (
        CHILD,
        "done",
        "login works",
        "tests/login.py:12",
        "abc123",
        f"wuhu/{CHILD}",
        WHAT_NEXT[LetterKind.DONE],
    ):
        assert words in letter.text


def test_a_note_is_progress_and_never_completion(story: LetterStory) -> None:
    story.working(CHILD)
    story.report(CHILD, ReportKind.NOTE)
    [letter] = now_owed(story)
    assert letter.kind is LetterKind.NOTE
    assert "not completion" in letter.text


def test_an_open_question_is_a_request_once(story: LetterStory) -> None:
    story.working(CHILD)
    options = (Option(key="a", label="argon2"), Option(key="b", label="bcrypt"))
    question = Question(
        id="q7", kind=QuestionKind.CHOICE, text="Which?", asked_at=story.now, options=options
    )
    story.tell(CHILD, events.QuestionAsked(question=question))
    [letter] = now_owed(story)
    assert letter.about == "q7"
    assert "q7" in letter.text
    assert "argon2" in letter.text
    assert told(story) == [LetterKind.REQUEST]


def test_a_budget_is_asked_of_the_lead_alone(story: LetterStory) -> None:
    story.working(CHILD)
    question = Question(id="b", kind=QuestionKind.BUDGET, text="More?", asked_at=story.now)
    story.tell(CHILD, events.QuestionAsked(question=question))
    assert now_owed(story) == ()


def test_silence_is_told_once_a_turn_after_the_reminder_went_unheard(story: LetterStory) -> None:
    story.working(CHILD)
    story.turn_over(CHILD)
    story.now += NUDGE_AFTER
    assert now_owed(story) == (), "it was not reminded yet"
    story.nudged(CHILD)
    assert now_owed(story) == (), "its turn runs"
    story.turn_over(CHILD)
    assert now_owed(story) == (), "a report may still be on its way"
    story.now += NUDGE_AFTER
    [letter] = now_owed(story)
    assert letter.about == "2"
    assert told(story) == [LetterKind.IDLE]
    story.working(CHILD)
    story.turn_over(CHILD)
    story.nudged(CHILD)
    story.turn_over(CHILD)
    story.now += NUDGE_AFTER
    assert told(story) == [LetterKind.IDLE]


def test_without_reminders_silence_is_told_at_once(story: LetterStory) -> None:
    story.working(CHILD)
    story.turn_over(CHILD)
    story.now += NUDGE_AFTER
    assert told(story, nudges=False) == [LetterKind.IDLE]


@pytest.mark.parametrize("waits", ["question", "message", "cut short"])
def test_whoever_waits_for_something_is_not_silent(story: LetterStory, waits: str) -> None:
    story.working(CHILD)
    if waits == "message":
        story.queued(CHILD)
    story.turn_over(CHILD, stop_reason="cancelled" if waits == "cut short" else "end_turn")
    if waits == "question":
        story.asks(CHILD)
        told(story)
    story.now += NUDGE_AFTER
    assert now_owed(story, nudges=False) == ()


@pytest.mark.parametrize("end", [SessionState.FAILED, SessionState.LOST], ids=str)
def test_a_child_that_dies_without_a_word_is_told(story: LetterStory, end: SessionState) -> None:
    story.working(CHILD)
    if end is SessionState.LOST:
        story.lost(CHILD)
    else:
        story.ended(CHILD, end)
    [letter] = now_owed(story)
    assert end.value in letter.text
    assert told(story) == [LetterKind.FAILED]


def test_a_child_that_somebody_else_stopped_is_told_and_its_old_report_is_not(
    story: LetterStory,
) -> None:
    story.done(CHILD)
    told(story)
    story.working(CHILD)
    story.state(CHILD, SessionState.STOPPED, cause="stopped by lead")
    [letter] = now_owed(story)
    assert "stopped by lead" in letter.text
    assert "so it is" not in letter.text
    assert told(story) == [LetterKind.IDLE]


def test_a_parent_is_not_told_what_it_did_itself(story: LetterStory) -> None:
    story.working(CHILD)
    story.state(CHILD, SessionState.STOPPED, cause=f"stopped by {BOSS}")
    assert now_owed(story) == ()


def test_the_death_of_a_child_that_had_reported_is_no_news(story: LetterStory) -> None:
    story.done(CHILD)
    story.ended(CHILD, SessionState.FAILED)
    assert told(story) == [LetterKind.DONE]


def test_a_report_and_the_death_after_more_work_come_in_order(story: LetterStory) -> None:
    story.done(CHILD)
    story.working(CHILD)
    story.ended(CHILD, SessionState.FAILED)
    assert told(story) == [LetterKind.DONE, LetterKind.FAILED]


def test_a_child_that_dies_right_after_a_note_is_told_too(story: LetterStory) -> None:
    story.working(CHILD)
    story.report(CHILD, ReportKind.NOTE)
    assert told(story) == [LetterKind.NOTE]
    story.lost(CHILD)
    assert told(story) == [LetterKind.FAILED]


def test_a_reminder_that_moves_nobody_is_told_as_silence(story: LetterStory) -> None:
    story.working(CHILD)
    story.turn_over(CHILD)
    name = nudge_id(CHILD, 1, story.view(CHILD).turn)
    story.tell(CHILD, events.CommandTaken(command=name, kind="system_note", by="core"))
    story.now += NUDGE_AFTER
    assert now_owed(story) == (), "it may still take a turn for it"
    story.now += REMINDER_PATIENCE
    assert told(story) == [LetterKind.IDLE]


def test_an_archived_child_owes_nothing(story: LetterStory) -> None:
    story.done(CHILD)
    story.moved(CHILD, SessionState.ARCHIVED)
    assert now_owed(story) == ()


def test_letters_of_its_own_do_not_count_as_told(story: LetterStory) -> None:
    """A child that is itself an orchestrator writes letters too; they carry no report of it."""
    story.done(CHILD)
    [letter] = now_owed(story)
    other = replace(letter, id="x", kind=LetterKind.STEER, recipient="shop-impl-09")
    story.tell("", project.LetterPosted(letter=replace(other, reported_at=Cursor())))
    assert len(now_owed(story)) == 1


def test_a_letter_about_a_question_is_moot_once_that_is_closed(story: LetterStory) -> None:
    story.working(CHILD)
    asked = Question(id="q1", kind=QuestionKind.OPEN, text="Which port?", asked_at=story.now)
    story.tell(CHILD, events.QuestionAsked(question=asked))
    told(story)
    assert list(moot(story.board)) == []
    story.tell(CHILD, events.QuestionWithdrawn(id="q1", reason="it knows"))
    assert [letter.about for letter in moot(story.board)] == ["q1"]
