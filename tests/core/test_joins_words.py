"""Joins of a waiting session: which words for it wake it, from the moment they are posted."""

from __future__ import annotations

import pytest

from tests.core.boards import Story
from wuhu_tui.core.joins import wake
from wuhu_tui.model import events
from wuhu_tui.model import project_events as project
from wuhu_tui.model.joins import WakeReason
from wuhu_tui.model.letters import Letter, LetterKind
from wuhu_tui.model.messages import Boundary, Lane


def at_work(story: Story, *sessions: str) -> None:
    for session in sessions:
        story.working(session)


@pytest.mark.parametrize(
    ("lane", "reason"),
    [(Lane.STEER, WakeReason.STEER), (Lane.SYSTEM, WakeReason.SYSTEM), (Lane.FOLLOW_UP, None)],
)
def test_whoever_waits_inside_a_session_is_woken_by_a_word_for_it(
    lane: Lane, reason: WakeReason | None
) -> None:
    story = Story()
    at_work(story, "chief", "a")
    join = story.joined("a", by="chief")
    assert wake(join, story.board, story.now) is None
    story.queued("chief", lane=lane)
    found = wake(join, story.board, story.now)
    assert (found.reason if found else None) is reason


def letter(story: Story, kind: LetterKind, sender: str = "lead", name: str = "l1") -> None:
    lane = Lane.STEER if kind is LetterKind.STEER else Lane.SYSTEM
    posted = Letter(
        id=name,
        kind=kind,
        sender=sender,
        recipient="chief",
        text="w",
        posted_at=story.now,
        lane=lane,
    )
    story.tell("", project.LetterPosted(letter=posted))


@pytest.mark.parametrize(
    ("kind", "sender", "reason"),
    [
        (LetterKind.STEER, "lead", WakeReason.STEER),
        (LetterKind.STEER, "a", WakeReason.STEER),
        (LetterKind.DONE, "b", WakeReason.SYSTEM),
        (LetterKind.ESCALATION, "core", WakeReason.SYSTEM),
        (LetterKind.DONE, "a", None),
        (LetterKind.REQUEST, "a", None),
        (LetterKind.NOTE, "b", None),
        (LetterKind.IDLE, "b", None),
        (LetterKind.ANSWER, "lead", None),
        (LetterKind.FOLLOW_UP, "lead", None),
    ],
)
def test_a_posted_word_wakes_before_it_is_taken_but_reports_of_the_joined_do_not(
    kind: LetterKind, sender: str, reason: WakeReason | None
) -> None:
    story = Story()
    at_work(story, "chief", "a", "b")
    join = story.joined("a", by="chief")
    letter(story, kind, sender)
    if kind is LetterKind.FOLLOW_UP:
        story.queued("chief", "l1")
    found = wake(join, story.board, story.now)
    assert (found.reason if found else None) is reason
    if kind is LetterKind.DONE:
        story.queued("chief", "l1", Lane.SYSTEM)
        found = wake(join, story.board, story.now)
        assert (found.reason if found else None) is reason


def test_one_word_wakes_a_waiter_once_on_its_way_through_letter_and_lane() -> None:
    story = Story()
    at_work(story, "chief", "a")
    letter(story, LetterKind.STEER)
    found = wake(story.joined("a", by="chief", name="first"), story.board, story.now)
    assert found is not None
    assert (found.reason, found.about) == (WakeReason.STEER, "l1")
    story.tell("", project.JoinWoken(join="first", wake=found))
    again = story.joined("a", by="chief", name="again")
    story.queued("chief", "l1", Lane.STEER)
    assert wake(again, story.board, story.now) is None
    story.tell("chief", events.MessageOffered(id="l1", boundary=Boundary.TOOL_END))
    other = story.joined("a", by="chief", name="other")
    story.queued("chief", "m2", Lane.STEER)
    story.tell("chief", events.MessageOffered(id="m2", boundary=Boundary.TOOL_END))
    found = wake(other, story.board, story.now)
    assert found is not None
    assert found.about == "m2"
    story.queued("chief", "m3", Lane.SYSTEM)
    story.tell("chief", events.MessageOffered(id="m3", boundary=Boundary.AWAITING_INPUT))
    found = wake(other, story.board, story.now)
    assert found is not None
    assert found.about == "m2"
    story.landed("chief", "m2")
    story.landed("chief", "l1")
    assert wake(other, story.board, story.now) is None


def test_the_question_of_another_child_wakes_as_a_question_and_once() -> None:
    story = Story()
    at_work(story, "chief", "a", "b")
    story.asks("b", "q7")
    asked = Letter(
        id="l1",
        kind=LetterKind.REQUEST,
        sender="b",
        recipient="chief",
        text="Which?",
        posted_at=story.now,
        about="q7",
    )
    story.tell("", project.LetterPosted(letter=asked))
    found = wake(story.joined("a", by="chief", name="first"), story.board, story.now)
    assert found is not None
    assert (found.reason, found.session, found.about) == (WakeReason.QUESTION, "b", "q7")
    story.tell("", project.JoinWoken(join="first", wake=found))
    story.queued("chief", "l1", Lane.SYSTEM)
    again = story.joined("a", "b", by="chief", name="again")
    assert wake(again, story.board, story.now) is None
