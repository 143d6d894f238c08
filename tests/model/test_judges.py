"""Who judges a session's work just now: what the board and what needs the lead say of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.core.boards import BEGINNING, Story
from wuhu_tui.model import project_events as project
from wuhu_tui.model.attention import Need, needs_lead, next_action
from wuhu_tui.model.fold import fold_all
from wuhu_tui.model.judges import judge_at_work
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused
from wuhu_tui.model.reviews import Assignment, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


@pytest.fixture
def story() -> Story:
    """A session in review; `r` and `s` are to judge it, `old` an earlier commit of it."""
    story = Story()
    story.working("a")
    story.in_review("a")
    for name, head in (("r", "head"), ("s", "head"), ("old", "gone")):
        judges = Assignment(session="a", head=head, base="base")
        spec = SessionSpec(id=name, project="shop", title=f"reviewer {name}", judges=judges)
        story.tell("", project.SessionInstantiated(spec=spec))
    return story


def at_work(story: Story) -> str:
    judge = judge_at_work(story.view("a"))
    return judge.session if judge else ""


def verdict(by: str) -> Verdict:
    return Verdict(kind=VerdictKind.APPROVED, head="head", by=by, at=BEGINNING)


def test_a_review_that_a_session_judges_just_now_does_not_need_the_lead(story: Story) -> None:
    assert next_action(story.view("a")).need is Need.REVIEW
    story.working("r")
    assert next_action(story.view("a")).text == "reviewer r judges it"
    assert not needs_lead(story.view("a"))
    story.asks("r")
    assert at_work(story) == "r"
    assert needs_lead(story.view("r"))


@pytest.mark.parametrize(
    "end", [SessionState.IDLE, SessionState.STOPPED, SessionState.FAILED, SessionState.HIBERNATED]
)
def test_a_judge_that_rests_or_ended_leaves_the_review_to_the_lead(
    story: Story, end: SessionState
) -> None:
    story.working("r")
    story.state("r", end)
    assert needs_lead(story.view("a"))
    story.working("r")
    story.lost("r")
    assert needs_lead(story.view("a"))


def test_who_has_judged_or_was_refused_is_not_waited_for(story: Story) -> None:
    story.working("r")
    story.working("s")
    assert at_work(story) == "r"
    story.tell("", OpinionRefused(session="a", verdict=verdict("r"), reason="it wrote"))
    assert at_work(story) == "s"
    story.tell("", OpinionGiven(session="a", verdict=verdict("s")))
    assert needs_lead(story.view("a"))


def test_only_the_commit_under_review_counts(story: Story) -> None:
    story.working("old")
    assert needs_lead(story.view("a"))
    story.working("r")
    story.judged("a", VerdictKind.BLOCKED)
    assert needs_lead(story.view("a")), "judged, and not let through"


def test_which_journal_is_read_first_makes_no_difference(story: Story) -> None:
    story.working("s")
    story.working("r")
    theirs = [record for record in story.records if record.session]
    of_project = [record for record in story.records if not record.session]
    for records in ((*theirs, *of_project), (*of_project, *theirs)):
        board = fold_all(type(story.board)(), records)
        assert [one.session for one in board.sessions["a"].judges] == ["r", "s"]


def test_a_flood_of_refused_verdicts_stays_one_row_for_each_reason(story: Story) -> None:
    for number in range(30):
        for reason in ("it wrote", "it judged another commit"):
            said = replace(verdict("r"), note=str(number))
            story.tell("", OpinionRefused(session="a", verdict=said, reason=reason))
    story.tell("", OpinionRefused(session="a", verdict=verdict("s"), reason="it wrote"))
    review = story.view("a").review
    assert review is not None
    assert [(one.verdict.by, one.verdict.note, one.reason) for one in review.refused] == [
        ("r", "29", "it wrote"),
        ("r", "29", "it judged another commit"),
        ("s", verdict("s").note, "it wrote"),
    ]
