"""What a board keeps of jobs and joins: all that go on, and the newest of the others."""

from __future__ import annotations

import pytest

from tests.core.boards import Story
from wuhu_tui.model import fold
from wuhu_tui.model import project_events as project
from wuhu_tui.model.jobs import Job, JobOutcome
from wuhu_tui.model.joins import Wake, WakeReason


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "MAX_KEPT", 3)


def test_joins_that_wait_stay_and_the_oldest_that_woke_goes() -> None:
    story = Story()
    story.working("a")
    for number in range(6):
        story.joined("a", name=f"join {number}")
        if number % 2:
            wake = Wake(reason=WakeReason.REACHED)
            story.tell("", project.JoinWoken(join=f"join {number}", wake=wake))
    assert list(story.board.joins) == ["join 0", "join 2", "join 4", "join 5"]


def test_a_job_ends_once_and_says_how() -> None:
    story = Story()
    job = Job(id="j", command="make", place="/p", by="lead", begun_at=story.now)
    story.tell("", project.JobBegun(job=job))
    assert story.board.jobs["j"].is_running
    stopped = project.JobEnded(job="j", outcome=JobOutcome.STOPPED, detail="stopped by lead")
    ended = story.tell("", stopped)
    story.tell("", project.JobEnded(job="j", outcome=JobOutcome.LOST))
    story.tell("", project.JobEnded(job="unknown", outcome=JobOutcome.LOST))
    found = story.board.jobs["j"]
    assert (found.outcome, found.detail, found.ended_at) == (
        JobOutcome.STOPPED,
        "stopped by lead",
        ended.ts,
    )


def test_a_join_is_left_whatever_became_of_it() -> None:
    story = Story()
    story.working("a")
    story.joined("a")
    story.tell("", project.JoinLeft(join="join"))
    story.tell("", project.JoinLeft(join="unknown"))
    assert story.board.joins["join"].left
    assert story.board.joins["join"].is_open
