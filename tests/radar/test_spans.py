"""Which lines a conflict is about, read from a merged file with markers."""

from __future__ import annotations

import pytest

from wuhu_tui.repo import conflict_spans
from wuhu_tui.repo.conflict_spans import changed_spans, spans_of

LABELS = ("1" * 40, "2" * 40)


def marked(ours: str, theirs: str, size: int = 7) -> str:
    return f"{'<' * size} {LABELS[0]}\n{ours}{'=' * size}\n{theirs}{'>' * size} {LABELS[1]}\n"


def places(merged: str, ours: str, theirs: str) -> tuple[object, object]:
    sides = spans_of(merged.encode(), ours.encode(), theirs.encode(), LABELS)
    return sides.lines, sides.lines_there


def test_one_conflict() -> None:
    found = places("a\n" + marked("b\n", "c\n") + "d\n", "a\nb\nd\n", "a\nc\nd\n")
    assert found == (((2, 2),), ((2, 2),))


def test_what_merged_cleanly_shifts_the_other_side_alone() -> None:
    merged = "theirs\ntheirs\na\n" + marked("b\nB\n", "c\n") + "d\n"
    found = places(merged, "a\nb\nB\nd\n", "theirs\ntheirs\na\nc\nd\n")
    assert found == (((2, 3),), ((4, 4),))


def test_lines_that_one_side_took_away_are_the_line_above() -> None:
    found = places("a\n" + marked("", "c\n") + "d\n", "a\nd\n", "a\nc\nd\n")
    assert found == (((1, 1),), ((2, 2),))


def test_a_file_that_is_all_conflict() -> None:
    assert places(marked("a\n", "b\n"), "a\n", "b\n") == (((1, 1),), ((1, 1),))


def test_a_side_with_nothing_left_has_no_lines() -> None:
    assert places(marked("", "b\n"), "", "b\n") == ((), ((1, 1),))


def test_headings_underlined_with_equal_signs() -> None:
    merged = "x\n" + marked("Title\n=======\nours\n", "Other\n=======\ntheirs\n")
    found = places(merged, "x\nTitle\n=======\nours\n", "x\nOther\n=======\ntheirs\n")
    assert found == (((2, 4),), ((2, 4),))


def test_markers_that_are_content_are_no_conflict() -> None:
    text = "<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> other\n"
    assert places(text, text, text) == ((), ())


def test_longer_markers() -> None:
    found = places("a\n" + marked("b\n", "c\n", 12), "a\nb\n", "a\nc\n")
    assert found == (((2, 2),), ((2, 2),))


def test_lines_that_end_with_a_carriage_return() -> None:
    merged = ("a\n" + marked("b\n", "c\n")).replace("\n", "\r\n")
    found = places(merged, "a\r\nb\r\n", "a\r\nc\r\n")
    assert found == (((2, 2),), ((2, 2),))


def test_no_newline_at_the_end() -> None:
    assert places("a\n" + marked("b\n", "c\n"), "a\nb", "a\nc") == (((2, 2),), ((2, 2),))


def test_equal_lines_do_not_lead_astray() -> None:
    ours = "x\n" * 5 + "b\n" + "x\n" * 5
    theirs = "x\n" * 5 + "c\n" + "x\n" * 5
    found = places("x\n" * 5 + marked("b\n", "c\n") + "x\n" * 5, ours, theirs)
    assert found == (((6, 6),), ((6, 6),))


def test_names_of_a_rename() -> None:
    merged = marked("a\n", "b\n").replace(LABELS[0], LABELS[0] + ":new").encode()
    sides = spans_of(
        merged.replace(LABELS[1].encode(), b"2" * 40 + b":old"), b"a\n", b"b\n", LABELS
    )
    assert (sides.path, sides.path_there) == ("new", "old")


def test_large_files_are_searched_from_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflict_spans, "MOST_WORK", 0)
    merged = "theirs\na\n" + marked("b\n", "c\n") + "m\n" + marked("e\n", "f\n")
    found = places(merged, "a\nb\nm\ne\n", "theirs\na\nc\nm\nf\n")
    assert found == (((2, 2), (4, 4)), ((3, 3), (5, 5)))


def test_spans_of_a_change() -> None:
    assert changed_spans(b"a\nb\nc\nd\n", b"a\nB\nc\nD\n") == ((2, 2), (4, 4))
    assert changed_spans(b"a\nb\n", b"a\n") == ((1, 1),)
    assert changed_spans(b"a\n", b"a\n") == ()
