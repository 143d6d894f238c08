"""Anchors: lines are found again by what they say, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuhu_tui.model.anchors import AROUND, anchor_at, anchor_of, place
from wuhu_tui.model.comments import Anchor, Side
from wuhu_tui.model.diff import DiffFile, DiffLine, FileChange, Hunk, LineKind
from wuhu_tui.model.errors import UsageError

CODE = (
    "def add(a, b):",
    "    return a + b",
    "",
    "",
    "def sub(a, b):",
    "    return a - b",
    "",
    "",
    "def one():",
    "    return 1",
)


def test_an_anchor_keeps_what_stands_around_its_lines() -> None:
    anchor = anchor_at("calc.py", CODE, 5, 6)
    assert anchor == Anchor(
        path="calc.py", line=5, lines=CODE[4:6], before=CODE[1:4], after=CODE[6:9]
    )


@pytest.mark.parametrize(("first", "last"), [(0, 0), (11, 0), (9, 11), (3, 2)])
def test_lines_that_are_not_there_are_refused(first: int, last: int) -> None:
    with pytest.raises(UsageError, match="has no line"):
        anchor_at("calc.py", CODE, first, last)


def test_lines_that_moved_are_followed() -> None:
    anchor = anchor_at("calc.py", CODE, 6)
    assert place(anchor, ("import os", "", *CODE)).line == 8


def test_a_line_inserted_beside_it_does_not_lose_it() -> None:
    anchor = anchor_at("calc.py", CODE, 6)
    new = (*CODE[:5], '    """Less."""', CODE[5], "    # so", *CODE[6:])
    assert place(anchor, new).line == 7


def test_changed_lines_are_stale() -> None:
    anchor = anchor_at("calc.py", CODE, 6)
    found = place(anchor, (*CODE[:5], "    return b - a", *CODE[6:]))
    assert (found.line, found.why) == (0, "its lines were changed or removed")


def test_the_same_words_elsewhere_are_not_the_same_place() -> None:
    anchor = anchor_at("calc.py", ("x = 1", "del y", "return None", "", "z = 2"), 3)
    found = place(anchor, ("def far():", "    pass", "return None", "", "q = 9"))
    assert (found.line, found.why) == (0, "what stood around its lines is gone")


def test_lines_that_stand_and_stood_only_there_need_nothing_around_them() -> None:
    was = ("a = 1", "del y", "b = 2")
    anchor = anchor_at("calc.py", was, 2)
    new = ("x = 1", "y = 2", "del y", "z = 3")
    assert place(anchor, new).line == 0
    assert place(anchor, new, was).line == 3
    assert place(anchor, new, (*was, "del y")).line == 0


def test_the_same_lines_twice_are_told_apart_by_what_is_around_them() -> None:
    lines = ("if a:", "    stop()", "if b:", "    stop()", "end()")
    for line in (2, 4):
        assert place(anchor_at("x", lines, line), ("begin()", *lines)).line == line + 1


def test_the_same_lines_with_the_same_around_them_are_stale() -> None:
    block = ("begin", "a", "b", "c", "d", "e", "f", "end")
    found = place(anchor_at("x", block, 5), ("new", *block, *block))
    assert (found.line, found.why) == (0, "the same lines stand in 2 places now")


def test_a_file_of_one_line_needs_nothing_around_it() -> None:
    assert place(anchor_at("x", ("only",), 1), ("only",)).line == 1


def test_an_anchor_without_lines_is_nowhere() -> None:
    assert place(Anchor(path="x", line=1, lines=()), ("a",)).line == 0


def shown() -> DiffFile:
    """`one two→2 three`, as a diff shows it."""
    lines = (
        DiffLine(kind=LineKind.CONTEXT, text="one", old_number=1, new_number=1),
        DiffLine(kind=LineKind.REMOVED, text="two", old_number=2),
        DiffLine(kind=LineKind.ADDED, text="2", new_number=2),
        DiffLine(kind=LineKind.CONTEXT, text="three", old_number=3, new_number=3),
    )
    return DiffFile(
        path="new.txt",
        old_path="old.txt",
        change=FileChange.RENAMED,
        hunks=(Hunk(header="@@", lines=lines),),
    )


def test_an_anchor_of_a_diff_is_of_one_side() -> None:
    new = anchor_of(shown(), 2)
    old = anchor_of(shown(), 2, side=Side.OLD)
    assert (new.path, new.lines, new.before, new.after) == (
        "new.txt",
        ("2",),
        ("one",),
        ("three",),
    )
    assert (old.path, old.lines, old.side) == ("old.txt", ("two",), Side.OLD)


def test_a_line_that_the_diff_does_not_show_is_refused() -> None:
    with pytest.raises(UsageError, match="does not show line 9"):
        anchor_of(shown(), 9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=25, unique=True),
    st.lists(st.integers(500, 900), max_size=6, unique=True),
    st.data(),
)
def test_distinct_lines_are_found_wherever_they_go(
    old: list[int], added: list[int], data: st.DataObject
) -> None:
    lines = [f"line {number}" for number in old]
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, min(len(lines), first + AROUND)))
    anchor = anchor_at("x", lines, first, last)
    new = [f"line {number}" for number in added] + lines
    assert place(anchor, new).line == first + len(added)
