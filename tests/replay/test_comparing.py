"""Two boards side by side, in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.core.boards import Story
from wuhu_tui.model import events
from wuhu_tui.model.base_then import base_tip
from wuhu_tui.model.board import Board
from wuhu_tui.model.comparing import project_differences, session_differences
from wuhu_tui.model.differences import Difference
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.project_events import (
    MergeEnded,
    MergeStarted,
    MergeStepped,
    MergeUndoPrepared,
    ProjectOpened,
    SessionInstantiated,
)
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


def _changes(before: Board, after: Board, session: str = "one") -> dict[str, tuple[str, str]]:
    found = [one for one in session_differences(before, after) if one.session == session]
    return {one.what: (one.before, one.after) for one in found[0].changes} if found else {}


def _used(story: Story) -> None:
    story.tell("one", events.UsageChanged(usage=Usage(input_tokens=1500, cost=0.25)))


@pytest.mark.parametrize(
    ("happens", "what", "before", "after"),
    [
        (lambda story: story.asks("one"), "question", "", "How?"),
        (lambda story: story.asks("one"), "state", "working (told)", "asking (told)"),
        (lambda story: story.report("one"), "report", "", "done: so it is"),
        (lambda story: story.queued("one"), "waiting message", "", "follow up by lead: more"),
        (lambda story: story.in_review("one"), "review", "", "head, 0 files +0 −0"),
        (_used, "used", "", "1.5k tokens $0.25"),
        (lambda story: story.working("one"), "turn", "1", "2"),
    ],
)
def test_what_changed_in_a_session_is_told_in_words(
    happens: Callable[[Story], None], what: str, before: str, after: str
) -> None:
    story = Story()
    story.working("one")
    then = story.board
    happens(story)
    assert _changes(then, story.board)[what] == (before, after)


def test_what_went_is_told_too() -> None:
    story = Story()
    story.working("one")
    story.asks("one")
    story.queued("one", lane=Lane.STEER)
    then = story.board
    story.answered("one")
    story.landed("one")
    changes = _changes(then, story.board)
    assert changes["question"] == ("How?", "")
    assert changes["waiting message"] == ("steer by lead: more", "")


def test_verdict_and_merge_are_told() -> None:
    story = Story()
    story.done("one")
    story.in_review("one")
    then = story.board
    story.judged("one")
    story.merged("one")
    changes = _changes(then, story.board)
    assert changes["verdict"] == ("", "approved by lead on head")
    assert changes["merge"] == ("", "merged")


def test_sessions_in_which_nothing_changed_are_left_out() -> None:
    story = Story()
    story.working("one")
    story.working("two")
    then = story.board
    story.asks("two")
    assert [one.session for one in session_differences(then, story.board)] == ["two"]
    assert session_differences(story.board, story.board) == ()


def test_a_session_that_was_not_there_yet_has_no_state_before() -> None:
    story = Story()
    then = story.board
    story.working("one")
    (found,) = session_differences(then, story.board)
    assert (found.before, found.after) == (None, SessionState.WORKING)
    assert Difference(what="sessions", before="0", after="1") in project_differences(
        then, story.board
    )


def _landed(story: Story, session: str, tip: str, result: str) -> str:
    """The session's merge lands; its id."""
    merge = Merge(id=f"m-{result}", head="h", base_branch="main", base_tip=tip, at=story.now)
    story.tell("", MergeStarted(session=session, merge=merge))
    for step in (MergeStep.PREFLIGHT, MergeStep.LAND):
        stepped = MergeStepped(session=session, merge=merge.id, step=step, result=result, tip=tip)
        story.tell("", stepped)
    return merge.id


def test_where_base_stood_is_told_by_merges_and_what_took_them_back() -> None:
    story = Story()
    story.tell("", ProjectOpened(project="shop", root="/", base_branch="main"))
    for name in ("one", "two"):
        spec = SessionSpec(id=name, project="shop", base_branch="main", base_commit="b0")
        story.tell("", SessionInstantiated(spec=spec))
    assert base_tip(story.board, "main") == "b0"
    assert base_tip(story.board, "other") == ""
    first = _landed(story, "one", "b0", "b1")
    assert base_tip(story.board, "main") == "b1"
    second = _landed(story, "two", "b1", "b2")
    assert base_tip(story.board, "main") == "b2"
    rolled = MergeEnded(session="two", merge=second, outcome=MergeOutcome.ROLLED_BACK)
    story.tell("", rolled)
    assert base_tip(story.board, "main") == "b1"
    prepared = MergeUndoPrepared(session="one", merge=first, result="b0", tip="b1")
    story.tell("", prepared)
    assert base_tip(story.board, "main") == "b1"
    story.tell("", MergeEnded(session="one", merge=first, outcome=MergeOutcome.UNDONE))
    assert base_tip(story.board, "main") == "b0"
