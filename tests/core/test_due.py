from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.boards import Story
from wuhu_tui.core.due import (
    BESIDE_PATIENCE,
    NUDGE,
    NUDGE_AFTER,
    nudge_due,
    reminder,
    review_due,
    review_outdated,
    suspects,
)
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.agent_events import BackgroundStarted, GuessMade
from wuhu_tui.model.jobs import Job
from wuhu_tui.model.project_events import JobBegun
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import VerdictKind
from wuhu_tui.model.states import SessionState


@pytest.fixture
def story() -> Story:
    story = Story()
    story.instantiated("a")
    return story


def silent(story: Story) -> bool:
    return nudge_due(story.view("a"), story.board, story.now + NUDGE_AFTER)


def test_only_a_session_that_says_it_runs_is_suspect(story: Story) -> None:
    story.working("b")
    story.working("c")
    story.working("d")
    story.ended("d", SessionState.STOPPED)
    alive = {"a": False, "b": False, "c": True, "d": False}
    assert suspects(story.board, alive) == ["b"]
    assert suspects(story.board, {}) == []
    story.lost("b")
    assert suspects(story.board, alive) == []


def test_done_with_commits_wants_a_review(story: Story) -> None:
    story.done("a", head="new")
    assert review_due(story.view("a"))
    story.in_review("a", head="new")
    assert not review_due(story.view("a"))


@pytest.mark.parametrize("kind", [ReportKind.BLOCKED, ReportKind.FAILED, ReportKind.NOTE])
def test_any_other_word_wants_none(story: Story, kind: ReportKind) -> None:
    story.done("a", kind, head="new")
    assert not review_due(story.view("a"))


def test_done_without_commits_wants_none(story: Story) -> None:
    story.done("a", head="base")
    assert not review_due(story.view("a"))


def test_no_review_in_the_middle_of_a_turn(story: Story) -> None:
    story.working("a")
    story.report("a", head="new")
    assert not review_due(story.view("a"))
    story.turn_over("a", head="new")
    assert review_due(story.view("a"))


@pytest.mark.parametrize("end", [SessionState.STOPPED, SessionState.FAILED, SessionState.LOST])
def test_finished_work_is_found_although_its_session_ended(story: Story, end: SessionState) -> None:
    story.done("a", head="new")
    if end is SessionState.LOST:
        story.lost("a")
    else:
        story.ended("a", end)
    assert review_due(story.view("a"))


def test_an_older_turns_report_wants_none(story: Story) -> None:
    story.done("a", head="new")
    story.in_review("a", head="new")
    story.judged("a", VerdictKind.CHANGES_REQUESTED)
    story.working("a")
    story.turn_over("a", head="newer")
    assert not review_due(story.view("a"))
    story.done("a", head="newest")
    assert review_due(story.view("a"))


def test_requested_changes_outlive_the_end_of_their_session(story: Story) -> None:
    story.done("a", head="new")
    story.in_review("a", head="new")
    story.judged("a", VerdictKind.CHANGES_REQUESTED)
    story.ended("a", SessionState.STOPPED)
    assert not review_due(story.view("a"))
    story.working("a")
    story.report("a", head="new")
    story.turn_over("a", head="new")
    assert review_due(story.view("a")), "it answers that nothing is to be changed"


def test_a_new_commit_outdates_a_review(story: Story) -> None:
    story.done("a", head="new")
    story.in_review("a", head="new")
    assert not review_outdated(story.view("a"))
    story.tell("a", events.CommitSeen(sha="newer"))
    assert review_outdated(story.view("a"))


def test_a_working_session_outdates_only_a_verdict(story: Story) -> None:
    story.done("a", head="new")
    story.in_review("a", head="new")
    story.working("a")
    story.tell("a", events.CommitSeen(sha="newer"))
    assert not review_outdated(story.view("a"))
    story.judged("a")
    story.working("a")
    assert review_outdated(story.view("a"))
    story.tell("", project.ReviewVoided(session="a", head="new", new_head="newer"))
    assert not review_outdated(story.view("a"))


def test_a_silent_turn_is_reminded_once(story: Story) -> None:
    story.working("a")
    assert not silent(story)
    story.turn_over("a")
    soon = story.view("a").since + timedelta(seconds=1)
    assert not nudge_due(story.view("a"), story.board, soon)
    assert silent(story)
    name = f"nudge-a-{story.view('a').cursor.epoch}-1"
    story.tell("a", events.CommandTaken(command=name, kind="system_note", by="core"))
    assert not silent(story)
    story.working("a")
    story.turn_over("a")
    assert not silent(story), "its answer to the reminder was silence too"
    story.working("a")
    story.turn_over("a")
    assert silent(story), "the lead gave it more to do, and it fell silent again"


def test_no_reminder_when_there_is_no_silence(story: Story) -> None:
    story.done("a")
    assert not silent(story)
    story.working("a")
    story.turn_over("a", stop_reason="cancelled")
    assert not silent(story), "the lead cut that turn short"
    story.working("a")
    story.queued("a")
    story.turn_over("a")
    assert not silent(story), "more work waits already"
    story.landed("a")
    story.asks("a")
    story.state("a", SessionState.IDLE)
    assert not silent(story), "it asks"


@pytest.mark.parametrize("work", ["task", "job"])
def test_what_a_turn_began_may_end_before_anybody_is_reminded(story: Story, work: str) -> None:
    story.working("a")
    if work == "task":
        story.tell("a", BackgroundStarted(task="t1", title="the server"))
    else:
        job = Job(id="j1", command="make", place="/a", by="a", begun_at=story.now, background=True)
        story.tell("", JobBegun(job=job))
    story.turn_over("a")
    assert not silent(story)
    story.now += BESIDE_PATIENCE
    assert silent(story), "a server runs for ever, and nobody hears of its session"
    story.now -= BESIDE_PATIENCE
    story.working("a")
    story.turn_over("a")
    assert silent(story), "what an earlier turn began brings no report of this one"


def test_a_reminder_names_the_report_that_more_work_followed(story: Story) -> None:
    story.working("a")
    assert reminder(story.view("a")) == NUDGE
    story.report("a", ReportKind.DONE)
    words = reminder(story.view("a"))
    assert words.startswith("Your last report was “done: ")
    assert words.endswith(NUDGE)


@pytest.mark.parametrize("guess", ["asking", "working"])
def test_a_screen_that_seems_to_ask_or_work_is_not_reminded(story: Story, guess: str) -> None:
    story.working("a")
    story.turn_over("a")
    assert silent(story)
    story.tell("a", GuessMade(state=guess, line="[y/n]"))
    assert not silent(story)
