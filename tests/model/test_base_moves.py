"""Which moves of base are wuhu's own, and what is told of the others."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.boards import Story
from wuhu_tui.model.base_moves import BaseMove, base_sighting, is_own, lost_merges, way_back
from wuhu_tui.model.board import Board
from wuhu_tui.model.entries import entries_of, needs
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeStarted, SightingMade
from wuhu_tui.model.remotes import RemoteState
from wuhu_tui.model.reviews import Assignment

LANDED = Merge(
    id="m1",
    head="h1",
    base_branch="main",
    base_tip="t0",
    result="r1",
    done=(MergeStep.PREFLIGHT, MergeStep.LAND),
    outcome=MergeOutcome.MERGED,
)


def board(*merges: Merge, remote: str = "") -> Board:
    story = Story()
    for number, merge in enumerate(merges):
        story.instantiated(f"s{number}")
        story.tell("", MergeStarted(session=f"s{number}", merge=merge))
    state = RemoteState(name="origin", base="main", remote=remote) if remote else None
    return replace(story.board, remote=state)


def merge(**fields: Any) -> Merge:
    return replace(LANDED, **fields)


def move(old: str, new: str, *lost: str) -> BaseMove:
    return BaseMove(base="main", old=old, new=new, lost=lost)


SECOND = merge(id="m2", base_tip="r1", result="r2")
STACKED = (
    merge(batch="b", stack_base="t0", stack_tip="r2"),
    merge(id="m2", batch="b", base_tip="r1", result="r2", stack_base="t0", stack_tip="r2"),
)
UNLANDED = (MergeStep.PREFLIGHT,)


@pytest.mark.parametrize(
    ("merges", "moved"),
    [
        ((LANDED,), move("t0", "r1")),
        ((merge(outcome=MergeOutcome.RUNNING, done=UNLANDED),), move("t0", "r1")),
        ((LANDED, SECOND), move("t0", "r2")),
        (STACKED, move("t0", "r2")),
        ((merge(undo="t0", undo_tip="r1"),), move("r1", "t0", "r1", "h1")),
        ((merge(undo="u", undo_tip="x", outcome=MergeOutcome.ROLLED_BACK),), move("x", "u")),
        ((merge(outcome=MergeOutcome.RUNNING, done=UNLANDED),), move("r1", "t0", "r1")),
    ],
)
def test_what_merges_and_undos_bring_is_their_own(
    merges: tuple[Merge, ...], moved: BaseMove
) -> None:
    assert is_own(board(*merges), moved)


@pytest.mark.parametrize(
    ("merges", "moved"),
    [
        ((), move("t0", "x")),
        ((LANDED,), move("r1", "x")),
        ((LANDED,), move("r1", "t0", "r1")),
        ((LANDED, SECOND), move("r2", "r1", "r2")),
        ((merge(base_tip="x"),), move("t0", "r1")),
        ((merge(outcome=MergeOutcome.REFUSED, done=UNLANDED),), move("t0", "r1")),
        ((merge(base_branch="other"),), move("t0", "r1")),
    ],
)
def test_anything_else_is_not(merges: tuple[Merge, ...], moved: BaseMove) -> None:
    assert not is_own(board(*merges), moved)


def test_what_the_remote_branch_has_may_come_but_nothing_may_go_for_it() -> None:
    assert is_own(board(remote="x"), move("t0", "x"))
    assert is_own(board(merge(base_tip="x"), remote="x"), move("t0", "r1"))
    assert not is_own(board(LANDED, remote="t0"), move("r1", "t0", "r1"))


def test_below_merges_that_landed_on_it_the_foreign_commit_is_found() -> None:
    assert way_back(board(merge(base_tip="x"), SECOND), "main", "r2")[-1] == "x"


def test_only_landed_work_is_missed() -> None:
    told = board(LANDED, merge(result="r2", outcome=MergeOutcome.UNDONE))
    assert lost_merges(told, "main", ("r2", "r1", "h1")) == ("s0",)
    assert lost_merges(told, "main", ("x",)) == ()


def test_it_is_told_calmly_with_who_was_at_work() -> None:
    story = Story()
    story.working("a")
    story.instantiated("r", "idle")
    spec = replace(story.view("r").spec, judges=Assignment(session="a", head="h", base="b"))
    views = {**story.board.sessions, "r": replace(story.view("r"), spec=spec)}
    story.board = replace(story.board, sessions=views)
    story.working("r")
    moved = replace(move("t0", "x", "one", "two"), count=1, subjects=("sneak in",))
    told = base_sighting(story.board, moved)
    assert told.text == (
        "main went from t0 to x, and nothing of wuhu moved it. 1 commit came: “sneak in”. "
        "2 commits it had before went. Working then: a. Judging then: r"
    )
    before = needs(story.board)
    (entry,) = entries_of(story.board, story.tell("", SightingMade(sighting=told)))
    assert (entry.kind, entry.human_attention_needed) == ("base_moved", False)
    assert needs(story.board) == before
    assert base_sighting(story.board, moved).id != told.id, "the same again is another one"
