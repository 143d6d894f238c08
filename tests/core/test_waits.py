"""Who waits for whom, as a graph: rings in it, joins on nobody, and what would wake each."""

from __future__ import annotations

import pytest

from tests.core.boards import Story
from wuhu_tui.core.waits import Orphan, cycles, orphaned, wait_graph, wakes_on
from wuhu_tui.model import project_events as project
from wuhu_tui.model.joins import JoinMode, JoinUntil, Wake, WakeReason
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

ANY, ALL = JoinMode.ANY, JoinMode.ALL


def story_of(*sessions: str, parents: dict[str, str] | None = None) -> Story:
    story = Story()
    for name in sessions:
        spec = SessionSpec(id=name, project="shop", parent=(parents or {}).get(name, ""))
        story.tell("", project.SessionInstantiated(spec=spec))
        story.working(name)
    return story


def test_the_graph_names_who_waits_for_whom_and_since_when() -> None:
    story = story_of("a", "b", "c")
    first = story.joined("a", "b", by="c", name="first", mode=ALL)
    second = story.joined("c", name="second")
    story.report("a")
    assert [(wait.waiter, wait.on, wait.since) for wait in wait_graph(story.board)] == [
        ("c", "b", first.opened_at),
        ("lead", "c", second.opened_at),
    ]
    story.tell("", project.JoinWoken(join="first", wake=Wake(reason=WakeReason.REACHED)))
    assert [wait.join for wait in wait_graph(story.board)] == ["second"]


Waits = list[tuple[str, str, JoinMode]]


@pytest.mark.parametrize(
    ("waits", "parents", "rings"),
    [
        ([("a", "b", ALL), ("b", "c", ALL)], {}, []),
        ([("a", "b", ALL), ("b", "a", ALL)], {}, ["a b"]),
        ([("b", "a", ALL), ("a", "b", ANY)], {}, ["a b"]),
        ([("c", "a", ALL), ("a", "b", ALL), ("b", "c", ALL)], {}, ["a b c"]),
        ([("a", "a", ALL)], {}, ["a"]),
        ([("a", "b c", ALL), ("b", "a", ALL)], {}, ["a b"]),
        ([("a", "b c", ANY), ("b", "a", ALL)], {}, []),
        ([("a", "b c", ANY), ("b", "a", ALL), ("c", "a", ALL)], {}, ["a b", "a c"]),
        ([("lead", "a", ALL)], {"a": "b"}, []),
        ([], {"a": "b", "c": "a"}, []),
        ([("c", "a", ALL)], {"b": "a", "c": "b"}, ["a b c"]),
        ([("b", "a", ALL)], {"b": "a"}, ["a b"]),
        ([("a", "b", ALL)], {"b": "a"}, []),
    ],
)
def test_rings_are_found_also_through_parents(
    waits: Waits, parents: dict[str, str], rings: list[str]
) -> None:
    story = story_of("a", "b", "c", parents=parents)
    for number, (waiter, on, mode) in enumerate(waits):
        story.joined(*on.split(), by=waiter, mode=mode, name=f"join {number}")
    assert cycles(story.board) == tuple(tuple(ring.split()) for ring in rings)


def test_a_ring_is_none_once_one_of_it_has_reported_or_left() -> None:
    story = story_of("a", "b")
    story.joined("b", by="a", name="first")
    story.joined("a", by="b", name="second")
    assert cycles(story.board) == (("a", "b"),)
    story.report("b")
    assert cycles(story.board) == ()
    board = story_of("a", "b")
    board.joined("b", by="a", name="first")
    board.joined("a", by="b", name="second")
    board.tell("", project.JoinLeft(join="first"))
    assert cycles(board.board) == ()


def test_a_parent_does_not_wait_for_a_child_that_is_done() -> None:
    story = story_of("a", "b", parents={"b": "a"})
    story.joined("a", by="b")
    assert cycles(story.board) == (("a", "b"),)
    story.report("b")
    story.turn_over("b")
    assert cycles(story.board) == ()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SessionState.STOPPED, "is stopped"),
        (SessionState.FAILED, "has failed"),
        (SessionState.LOST, "is lost"),
        (SessionState.WORKING, ""),
    ],
)
def test_a_join_whose_waiter_hears_nothing_is_one_on_nobody(
    state: SessionState, words: str
) -> None:
    story = story_of("a", "chief")
    story.joined("a", by="chief")
    if state is SessionState.LOST:
        story.lost("chief")
    elif state is not SessionState.WORKING:
        story.ended("chief", state)
    expected = (Orphan(join="join", reason=f"chief, who waits, {words}"),) if words else ()
    assert orphaned(story.board) == expected


def test_a_join_whose_process_died_and_one_on_the_archived_are_on_nobody() -> None:
    story = story_of("a", "b")
    story.joined("a", name="kept")
    story.joined("a", name="killed")
    story.joined("b", name="late")
    assert orphaned(story.board) == ()
    story.tell("", project.JoinLeft(join="killed"))
    story.moved("b", SessionState.ARCHIVED)
    assert [(found.join, found.reason) for found in orphaned(story.board)] == [
        ("killed", "the process that waited is gone"),
        ("late", "all it waits for is archived"),
    ]


def test_what_would_wake_a_join_is_said() -> None:
    story = story_of("a", "b", "c", "d", "chief")
    one = story.joined("a", name="one")
    assert wakes_on(one, story.board) == "a report of a; earlier: a question, bad news"
    some = story.joined("a", "b", "c", mode=ALL, until=JoinUntil.MERGED, by="chief", name="some")
    assert wakes_on(some, story.board) == (
        "a merge of a, b and c; earlier: a question, bad news, a new review, a word to chief"
    )
    many = story.joined("a", "b", "c", "d", until=JoinUntil.IDLE, name="many")
    assert wakes_on(many, story.board) == (
        "the end of a turn of any of 4; earlier: a question or an end"
    )
    story.report("a")
    assert "a report of b and c;" in wakes_on(
        story.joined("a", "b", "c", mode=ALL, name="rest"), story.board
    )
