"""The queue on the board: its order, why each waits, and who leaves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from wuhu_tui.model.board import Board, SessionView, Standing
from wuhu_tui.model.events import Event
from wuhu_tui.model.fold import fold
from wuhu_tui.model.merge_queue import MergeQueue, QueuedMerge
from wuhu_tui.model.merges import Merge, MergeOutcome, MergeStep
from wuhu_tui.model.project_events import MergeEnded, MergeStarted, MergeStepped
from wuhu_tui.model.queue_events import (
    MergeDelayed,
    MergeDropped,
    MergeHeld,
    MergeLinked,
    MergePlaced,
    MergeQueued,
    MergeReleased,
    QueuePaused,
    QueueResumed,
)
from wuhu_tui.model.queue_order import in_order, place_of
from wuhu_tui.model.queue_words import ready, waiting_reason
from wuhu_tui.model.records import Record
from wuhu_tui.model.reviews import Check, CheckState, Review, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.model.states import SessionState

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("a", "b", "c", "d", "e", "f")


def head(name: str) -> str:
    return name * 40


def view(name: str, *, after: tuple[str, ...] = (), **changes: Any) -> SessionView:
    """An approved session."""
    verdict = Verdict(kind=VerdictKind.APPROVED, head=head(name), by="lead", at=START)
    made = SessionView(
        spec=SessionSpec(id=name, project="shop", after=after),
        given=Standing(state=SessionState.APPROVED),
        review=Review(head=head(name), merge_base="0", verdict=verdict),
    )
    return replace(made, **changes)


def entry(name: str, **changes: Any) -> QueuedMerge:
    return QueuedMerge(session=name, head=head(name), by="lead", **changes)


def board(*views: SessionView, entries: tuple[QueuedMerge, ...] | None = None) -> Board:
    queued = tuple(entry(one.id) for one in views) if entries is None else entries
    return Board(sessions={one.id: one for one in views}, queue=MergeQueue(entries=queued))


def told(board: Board, *events: Event) -> Board:
    """The board after these events of the project's journal."""
    for event in events:
        seq = board.project.cursor.seq + 1
        ts = START + timedelta(seconds=seq)
        board = fold(board, Record(session="", epoch=1, seq=seq, ts=ts, event=event))
    return board


def order(board: Board) -> list[str]:
    return [one.session for one in in_order(board)]


def why(board: Board, name: str) -> str:
    found = board.queue.entry(name)
    assert found is not None
    return waiting_reason(board, found)


@given(
    st.permutations(NAMES),
    st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES), max_size=3)),
    st.dictionaries(st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES), max_size=2)),
)
def test_everybody_stands_once_behind_what_it_needs(
    queue: list[str], after: dict[str, set[str]], contains: dict[str, set[str]]
) -> None:
    views = [view(name, after=tuple(sorted(after.get(name, ())))) for name in NAMES]
    entries = tuple(entry(name, contains=tuple(sorted(contains.get(name, ())))) for name in queue)
    standing = board(*views, entries=entries)
    ordered = order(standing)
    assert sorted(ordered) == sorted(queue)
    needs = {name: after.get(name, set()) | contains.get(name, set()) - {name} for name in NAMES}
    for name in queue:
        for below in needs[name] - {name}:
            circle = name in reached(needs, below)
            assert circle or ordered.index(below) < ordered.index(name)
    if not any(needs[name] - {name} for name in NAMES):
        assert ordered == queue


def reached(needs: dict[str, set[str]], start: str) -> set[str]:
    """Whatever this needs, and what that needs."""
    found: set[str] = set()
    todo = [start]
    while todo:
        for name in needs[todo.pop()] - found:
            found.add(name)
            todo.append(name)
    return found


def test_the_order_is_that_of_approval() -> None:
    queue = board(*(view(name) for name in "abc"), entries=())
    for name, minute in (("b", 3), ("a", 1), ("c", 2)):
        approved = START + timedelta(minutes=minute)
        queue = told(queue, MergeQueued(session=name, entry=entry(name, approved_at=approved)))
    assert order(queue) == ["a", "c", "b"]
    assert [place_of(queue, name) for name in "abcd"] == [1, 3, 2, 0]


def test_a_line_longer_than_calls_go_deep_is_ordered() -> None:
    names = [f"s{number}" for number in range(1200)]
    later = dict(pairwise(names))
    lined = board(*(view(name, after=tuple(later.get(name, "").split())) for name in names))
    assert order(lined) == names[::-1]


def test_moves_by_hand_count_and_needs_count_more() -> None:
    queue = board(view("a"), view("b", after=("a",)), view("c"))
    queue = told(queue, MergePlaced(session="c", before="a", by="lead"))
    assert order(queue) == ["c", "a", "b"]
    queue = told(queue, MergePlaced(session="b", before="c", by="lead"))
    assert order(queue) == ["a", "b", "c"]
    queue = told(queue, MergePlaced(session="a", before="", by="lead"))
    assert order(queue) == ["a", "b", "c"]


def test_a_branch_with_anothers_commit_goes_after_it_while_that_is_queued() -> None:
    queue = told(board(view("a"), view("b")), MergeLinked(session="a", contains=("b",)))
    assert order(queue) == ["b", "a"]
    assert why(queue, "a") == "waits for b"
    queue = told(queue, MergeDropped(session="b", by="lead", reason="no"))
    assert why(queue, "a") == ""
    assert [(one.session, one.by, one.reason) for one in queue.queue.dropped] == [
        ("b", "lead", "no")
    ]


def test_each_says_why_it_waits() -> None:
    queue = board(view("a"), view("b", after=("a",)), view("c"))
    assert [why(queue, name) for name in "abc"] == ["", "waits for a", ""]
    assert [one.session for one in ready(queue)] == ["a", "c"]
    held = told(queue, MergeHeld(session="a", by="lead", note="not before noon"))
    assert why(held, "a") == "held by lead: not before noon"
    assert why(told(held, MergeReleased(session="a", by="lead")), "a") == ""
    paused = told(held, QueuePaused(by="lead", note="release day"))
    assert why(paused, "c") == "the queue is paused by lead: release day"
    assert ready(paused) == ()
    assert [one.session for one in ready(told(paused, QueueResumed(by="lead")))] == ["c"]
    delayed = told(queue, MergeDelayed(session="c", reason="main is dirty"))
    assert why(delayed, "c") == "main is dirty"
    assert why(told(delayed, MergeDelayed(session="c", reason="")), "c") == ""


def test_it_waits_for_a_merge_that_runs_and_the_running_one_does_not() -> None:
    queue = board(view("a"), view("b"))
    merge = Merge(id="m1", head=head("a"), base_branch="main")
    running = told(queue, MergeStarted(session="a", merge=merge))
    assert [why(running, name) for name in "ab"] == ["", "the merge of a runs"]
    assert ready(running) == ()


def test_what_is_not_approved_any_more_says_so() -> None:
    review = view("a").review
    assert review is not None
    assert review.verdict is not None
    void = view("a", review=replace(review, verdict=None))
    assert "is void: there are new commits" in why(board(void), "a")
    other = replace(review.verdict, kind=VerdictKind.CHANGES_REQUESTED, by="chief")
    judged = view("a", review=replace(review, verdict=other))
    assert why(board(judged), "a") == "chief judged it since: changes requested"
    newer = view("a", review=replace(review, verdict=replace(review.verdict, head="9" * 40)))
    assert why(board(newer), "a") == "approved is 999999999999 by now, queued was aaaaaaaaaaaa"
    working = view("a", given=Standing(state=SessionState.CHANGES_REQUESTED))
    assert why(board(working), "a") == "it is changes requested, not approved"


def test_checks_that_still_run_are_waited_for() -> None:
    review = view("a").review
    assert review is not None
    running = replace(review, checks=(Check(name="tests", state=CheckState.RUNNING),))
    assert why(board(view("a", review=running)), "a") == "check tests still runs"


def test_an_entry_leaves_when_its_merge_ends() -> None:
    merge = Merge(id="m1", head=head("a"), base_branch="main", queued=True)
    running = told(board(view("a"), view("b")), MergeStarted(session="a", merge=merge))
    stepped = told(running, MergeStepped(session="a", merge="m1", step=MergeStep.PREFLIGHT))
    shown = stepped.sessions["a"].merge
    assert shown is not None
    assert shown.done_at == (START + timedelta(seconds=2),)
    ended = MergeEnded(session="a", merge="m1", outcome=MergeOutcome.MERGED)
    assert order(told(running, ended)) == ["b"]
    waits = replace(ended, outcome=MergeOutcome.REFUSED, stays=True, detail="main is dirty")
    again = told(running, waits)
    assert order(again) == ["a", "b"]
    assert why(again, "a") == "main is dirty"
    back = replace(ended, outcome=MergeOutcome.ROLLED_BACK, held="main was red with it")
    held = told(running, back)
    assert why(held, "a") == "held by core: main was red with it"
    gone = told(running, MergeDropped(session="a", by="lead"), back)
    assert order(gone) == ["b", "a"]
