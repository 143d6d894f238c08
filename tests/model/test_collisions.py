"""Collisions: what the board keeps of them, their words, their entries, and the order to land in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.core.boards import BEGINNING, Story
from wuhu_tui.model import project_events, queue_events
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collides_words, collisions_of, lines_word, pair_word
from wuhu_tui.model.collisions import CollidingFile, Collision, collision_key
from wuhu_tui.model.entries import entries_of, needs
from wuhu_tui.model.entry_ends import is_over
from wuhu_tui.model.merge_order import reasoned_order, suggested_order
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState


@pytest.fixture
def story() -> Story:
    story = Story()
    story.instantiated("a", "b", "c")
    return story


def collides(
    story: Story, first: str, second: str, *files: CollidingFile, ripe: bool = False
) -> Collision:
    found = files or (CollidingFile(path="src/db.py", lines=((12, 40),), lines_there=((10, 38),)),)
    one = Collision(first=first, second=second, files=found, ripe=ripe)
    story.tell("", queue_events.CollisionFound(collision=one))
    return story.board.collisions[one.key]


# words


def test_who_collides_with_whom_and_where(story: Story) -> None:
    collides(story, "a", "b")
    assert collides_words(story.board, "a") == "collides with b: src/db.py 12–40"
    assert collides_words(story.board, "b") == "collides with a: src/db.py 10–38"
    assert collides_words(story.board, "c") == ""


def test_base_comes_first_and_the_others_by_name(story: Story) -> None:
    for other in ("c", "b"):
        collides(story, "a", other)
    collides(story, "a", "", CollidingFile(path="x", kind="modify/delete"))
    words = collides_words(story.board, "a")
    assert words == "collides with base: x (modify/delete) · also with b, c"
    assert [one.other("a") for one in collisions_of(story.board, "a")] == ["", "b", "c"]


def test_many_files_are_counted(story: Story) -> None:
    files = [CollidingFile(path=f"f{number}") for number in range(5)]
    one = collides(story, "a", "b", *files)
    assert pair_word(story.board, one) == "a and b collide: f0; f1 and 3 more files"


def test_a_file_of_two_names_is_told_by_each_sides_own(story: Story) -> None:
    renamed = CollidingFile(path="new", path_there="old", lines=((1, 1),), lines_there=((2, 2),))
    collides(story, "a", "b", renamed)
    assert "new 1" in collides_words(story.board, "a")
    assert "old 2" in collides_words(story.board, "b")


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ((), ""),
        (((3, 3),), "3"),
        (((1, 2), (5, 5)), "1–2, 5"),
        (tuple((n, n) for n in range(1, 6)), "1, 2, 3 and 2 more"),
    ],
)
def test_spans_of_lines(spans: tuple[tuple[int, int], ...], words: str) -> None:
    assert lines_word(spans) == words


# the board


def test_a_session_that_is_archived_leaves_nothing(story: Story) -> None:
    collides(story, "a", "b")
    story.tell("", queue_events.RadarBlinded(session="a", reason="gone"))
    story.moved("a", SessionState.ARCHIVED)
    assert story.board.collisions == {}
    assert story.board.unseen == {}


def test_what_can_be_seen_again_is_not_unseen(story: Story) -> None:
    story.tell("", queue_events.RadarBlinded(session="a", reason="gone"))
    assert story.board.unseen == {"a": "gone"}
    story.tell("", queue_events.RadarBlinded(session="a"))
    assert story.board.unseen == {}


# entries


def test_only_what_could_land_needs_the_lead(story: Story) -> None:
    collides(story, "a", "b")
    assert entries_of(story.board, story.records[-1]) == ()
    assert [entry for entry in needs(story.board) if entry.kind == "collision"] == []
    collides(story, "a", "b", ripe=True)
    (told,) = entries_of(story.board, story.records[-1])
    assert told.human_attention_needed
    (needed,) = [entry for entry in needs(story.board) if entry.kind == "collision"]
    assert needed == told
    assert not is_over(story.board, told)
    story.tell("", queue_events.CollisionGone(first="b", second="a"))
    assert is_over(story.board, told)


# the order


def approved(story: Story, *names: str) -> None:
    for name in names:
        story.done(name, head=name)
        story.in_review(name, head=name)
        story.judged(name)


def test_by_approval(story: Story) -> None:
    approved(story, "b", "a")
    assert suggested_order(story.board) == ("b", "a")


def test_whoever_collides_with_many_comes_last(story: Story) -> None:
    approved(story, "a", "b", "c")
    collides(story, "a", "b")
    collides(story, "a", "c")
    assert suggested_order(story.board) == ("b", "c", "a")
    reasons = {place.session: place.reason for place in reasoned_order(story.board)}
    assert "collides with what lands before it: b, c" in reasons["a"]


def test_dependencies_come_first(story: Story) -> None:
    spec = SessionSpec(id="d", project="shop", after=("c",))
    story.tell("", project_events.SessionInstantiated(spec=spec))
    approved(story, "d", "a", "c")
    order = suggested_order(story.board)
    assert order == ("a", "c", "d")
    assert "after c" in reasoned_order(story.board)[-1].reason


def test_those_at_work_follow(story: Story) -> None:
    story.working("a")
    approved(story, "c")
    story.done("b", head="b")
    story.in_review("b", head="b")
    assert suggested_order(story.board) == ("c", "b", "a")


def test_what_collides_with_base_waits(story: Story) -> None:
    approved(story, "a", "b")
    collides(story, "a", "")
    assert suggested_order(story.board) == ("b", "a")
    assert "collides with base" in reasoned_order(story.board)[1].reason


def test_sessions_that_wait_for_each_other_are_all_told(story: Story) -> None:
    for name, after in (("d", "e"), ("e", "d")):
        spec = SessionSpec(id=name, project="shop", after=(after,))
        story.tell("", project_events.SessionInstantiated(spec=spec))
        approved(story, name)
    assert set(suggested_order(story.board)) == {"d", "e"}
    assert "wait for each other" in reasoned_order(story.board)[0].reason


def _board(count: int, pairs: set[tuple[int, int]], after: dict[int, int]) -> Board:
    views = {}
    for number in range(count):
        spec = SessionSpec(
            id=f"s{number}",
            project="shop",
            created_at=BEGINNING + timedelta(seconds=number),
            after=(f"s{after[number]}",) if number in after else (),
        )
        given = replace(SessionView(spec=spec).given, state=SessionState.APPROVED)
        views[spec.id] = SessionView(spec=spec, given=given)
    found = {}
    for one, other in pairs:
        if one != other and max(one, other) < count:
            first, second = f"s{one}", f"s{other}"
            collision = Collision(first=first, second=second, files=(CollidingFile(path="x"),))
            found[collision_key(first, second)] = collision
    return Board(sessions=views, collisions=found)


@given(
    st.integers(1, 8),
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20),
    st.dictionaries(st.integers(0, 7), st.integers(0, 7), max_size=4),
)
def test_everybody_has_one_place_behind_whom_it_waits_for(
    count: int, pairs: set[tuple[int, int]], after: dict[int, int]
) -> None:
    after = {one: other for one, other in after.items() if other < one}
    order = suggested_order(_board(count, pairs, after))
    assert sorted(order) == sorted(f"s{number}" for number in range(count))
    for one, other in after.items():
        if one < count:
            assert order.index(f"s{other}") < order.index(f"s{one}")


@given(st.integers(2, 8), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_it_lands_no_fewer_than_the_order_of_approval(
    count: int, pairs: set[tuple[int, int]]
) -> None:
    board = _board(count, pairs, {})
    by_approval = tuple(f"s{number}" for number in range(count))
    assert _landed(board, suggested_order(board)) >= _landed(board, by_approval)


def _landed(board: Board, order: tuple[str, ...]) -> int:
    """How many land when each that collides with one that landed is left out."""
    landed: list[str] = []
    for name in order:
        if not any(collision_key(name, other) in board.collisions for other in landed):
            landed.append(name)
    return len(landed)
