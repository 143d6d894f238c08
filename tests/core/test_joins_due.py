"""Joins are judged when something changed or a deadline passed, and not otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.boards import Story
from wuhu_tui.core import joins_due
from wuhu_tui.core.joins import wake
from wuhu_tui.core.joins_due import DueJoins
from wuhu_tui.model.board import Board
from wuhu_tui.model.joins import WakeReason


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The joins that were judged, each time."""
    names: list[str] = []

    def counting(join: object, board: Board, now: object) -> object:
        names.append(getattr(join, "id", ""))
        return wake(join, board, now)  # type: ignore[arg-type]

    monkeypatch.setattr(joins_due, "wake", counting)
    return names


def test_nothing_is_judged_twice_while_nothing_happens(judged: list[str]) -> None:
    story, due = Story(), DueJoins()
    story.working("a")
    story.joined("a", name="one", timeout=timedelta(minutes=5))
    story.joined("a", name="two", timeout=None)
    for second in range(100):
        assert due.look(story.board, story.now + timedelta(seconds=second)) == {}
    assert judged == ["one", "two"]
    story.working("b")
    assert due.look(story.board, story.now) == {}
    assert judged == ["one", "two"] * 2


def test_a_deadline_wakes_on_a_board_that_did_not_change(judged: list[str]) -> None:
    story, due = Story(), DueJoins()
    story.working("a")
    join = story.joined("a", timeout=timedelta(minutes=5))
    assert due.look(story.board, story.now) == {}
    assert join.deadline is not None
    for _ in range(2):
        found = due.look(story.board, join.deadline)
        assert found["join"].reason is WakeReason.TIMEOUT


def test_what_was_not_written_is_found_again(judged: list[str]) -> None:
    story, due = Story(), DueJoins()
    story.working("a")
    story.joined("a")
    story.report("a")
    assert due.look(story.board, story.now) == due.look(story.board, story.now) != {}
