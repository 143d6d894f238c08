"""Who judges what, and what a review needs now, read off boards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.core.boards import Story
from wuhu_tui.core.due import NUDGE_JUDGE, reminder, review_due
from wuhu_tui.core.judging_board import (
    Assigning,
    Rules,
    assigning,
    is_current,
    is_over,
    judges_of,
    untaken,
)
from wuhu_tui.core.ports import ProjectCheck
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.review_events import OpinionGiven, OpinionRefused
from wuhu_tui.model.reviews import (
    Assignment,
    Check,
    CheckState,
    Judge,
    Review,
    ReviewPolicy,
    Verdict,
    VerdictKind,
)
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

RULES = Rules(policy=ReviewPolicy.REVIEWER, rounds=3)
LATER = timedelta(hours=1)


@pytest.fixture
def story() -> Story:
    story = Story()
    story.working("a")
    story.in_review("a")
    return story


def judge(story: Story, name: str = "r", head: str = "head", number: int = 1) -> None:
    judges = Assignment(session="a", head=head, base="base", round=number)
    spec = SessionSpec(id=name, project="shop", base_commit=head, judges=judges)
    story.tell("", project.SessionInstantiated(spec=spec))


def said(story: Story, name: str = "r") -> Verdict:
    verdict = Verdict(
        kind=VerdictKind.APPROVED,
        head="head",
        by=name,
        at=story.now,
        judge=Judge.REVIEWER,
        round=1,
    )
    story.tell(name, events.JudgementMade(verdict=verdict))
    return verdict


def over(story: Story, name: str = "r") -> bool:
    review = story.view("a").review
    assert review is not None
    return is_over(story.view(name), review, story.now + LATER, nudges=False)


def due(story: Story, rules: Rules = RULES) -> Assigning | None:
    return assigning(story.board, story.view("a"), rules, story.now + LATER)


def test_a_review_wants_one_judge_and_adopts_one_that_was_not_started(story: Story) -> None:
    assert due(story) == Assigning(judge=Judge.REVIEWER, tries=0)
    judge(story)
    assert due(story) == Assigning(judge=Judge.REVIEWER, tries=1)
    story.working("r")
    assert due(story) is None


def test_the_lead_is_told_when_two_came_to_nothing(story: Story) -> None:
    for name in ("r", "s"):
        judge(story, name)
        story.working(name)
        story.ended(name, SessionState.FAILED)
    assert due(story) == Assigning(judge=Judge.REVIEWER, tries=2, exhausted=True)


def test_nobody_judges_what_is_not_green_or_for_the_lead(story: Story) -> None:
    check = ProjectCheck(name="t", command="true")
    assert due(story, replace(RULES, checks=(check,))) is None
    assert due(story, replace(RULES, policy=ReviewPolicy.HUMAN)) is None
    red = Check(name="t", state=CheckState.FAILED)
    story.tell("", project.CheckEnded(session="a", head="head", check=red))
    assert due(story) is None
    green = Check(name="t", state=CheckState.PASSED)
    story.tell("", project.CheckEnded(session="a", head="head", check=green))
    assert due(story, replace(RULES, checks=(check,))) is not None


def test_silence_and_giving_up_are_no_verdict(story: Story) -> None:
    judge(story)
    story.working("r")
    assert not over(story)
    story.turn_over("r")
    assert over(story)
    judge(story, "s")
    story.done("s", ReportKind.BLOCKED)
    assert over(story, "s")


def test_whoever_was_stopped_goes_on_when_the_lead_says_so(story: Story) -> None:
    judge(story)
    story.working("r")
    story.ended("r", SessionState.STOPPED)
    assert not over(story)
    assert due(story) is None


def test_a_judgement_is_taken_once_as_an_opinion_or_refused(story: Story) -> None:
    judge(story)
    story.working("r")
    verdict = said(story)
    assert untaken(story.view("r"), story.view("a")) == verdict
    story.tell("", OpinionGiven(session="a", verdict=verdict))
    assert untaken(story.view("r"), story.view("a")) is None
    assert not over(story)
    judge(story, "s")
    story.working("s")
    refused = said(story, "s")
    story.tell("", OpinionRefused(session="a", verdict=refused, reason="it wrote"))
    assert untaken(story.view("s"), story.view("a")) is None
    assert over(story, "s")


def test_another_commit_or_round_is_judged_by_others(story: Story) -> None:
    judge(story)
    assignment = story.view("r").spec.judges
    assert assignment is not None
    assert is_current(assignment, story.view("a"))
    again = Review(head="head", merge_base="base", round=2)
    story.tell("", project.ReviewOpened(session="a", review=again))
    assert not is_current(assignment, story.view("a"))
    assert judges_of(story.board, story.view("a"), Judge.REVIEWER) == ()
    story.in_review("a", "new")
    assert not is_current(assignment, story.view("a"))
    assert not is_current(assignment, None)


def test_a_judge_is_reminded_of_its_verdict_and_gets_no_review(story: Story) -> None:
    judge(story)
    story.done("r", head="other")
    assert reminder(story.view("r")) == NUDGE_JUDGE.format(head="head")
    assert not review_due(story.view("r"))
