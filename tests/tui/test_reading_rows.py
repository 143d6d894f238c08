"""Rows of a review, without an app: runs, changed words, syntax, pages, remarks, what remains."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tui.boards import NOW, ago, sample_board
from tests.tui.diffs import file, hunk, sample_diff
from tests.tui.hostile import HOSTILE
from tests.tui.reviewing import GREEN, RED
from wuhu_tui.model.collisions import CollidingFile, Collision
from wuhu_tui.model.comments import Anchor, Comment, CommentState, Look, PlacedComment
from wuhu_tui.model.diff import DiffLine, LineKind
from wuhu_tui.model.evidence import JudgedFinding
from wuhu_tui.model.questions import Question, QuestionKind
from wuhu_tui.model.reports import Usage
from wuhu_tui.model.reviews import Finding, Verdict, VerdictKind
from wuhu_tui.tui.presentation.diff_lines import Pen, clipped, entry_row, matches
from wuhu_tui.tui.presentation.diff_marks import FileMark, left_words
from wuhu_tui.tui.presentation.diff_notes import by_page, notes_of, remarks
from wuhu_tui.tui.presentation.diff_pages import LineAt, NoteAt, Pages, PairAt, fill, page_of
from wuhu_tui.tui.presentation.diff_runs import changed_words, pairs, partners
from wuhu_tui.tui.presentation.review_beside import beside
from wuhu_tui.tui.presentation.review_shown import Searched, Terms
from wuhu_tui.tui.presentation.syntax import language_of, tokens_of
from wuhu_tui.tui.presentation.transcript_row import Row


def lines(text: str) -> tuple[DiffLine, ...]:
    return hunk(text).lines


def test_what_was_removed_stands_beside_what_was_added_for_it() -> None:
    shown = lines(" a\n-b\n-c\n+B\n d\n+e")
    assert list(pairs(shown)) == [(0, 0), (1, 3), (2, -1), (4, 4), (-1, 5)]
    assert partners(shown) == {1: 3, 3: 1}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("total = a + b", "total = a - b", ["-"]),
        ("return pay(request)", "return pay(request, now)", [", now"]),
        ("alpha beta", "gamma delta", []),
        ("x" * 500, "x" * 501, []),
        ("same", "same", []),
    ],
)
def test_changed_words(old: str, new: str, changed: list[str]) -> None:
    assert [new[begin:end] for begin, end in changed_words(new, old)] == changed


def test_code_has_kinds_and_strange_lines_shift_nothing() -> None:
    told = tokens_of("python", ["def f():", "\r\ufeff\x1b]0;x\x07", '    return "x"  # y'])
    assert (0, 3, "keyword") in told[0]
    assert (4, 5, "name") in told[0]
    assert (12, 13, "string") in told[2]
    assert (16, 19, "comment") in told[2]
    assert tokens_of("", ["def"]) == ((),)
    assert tokens_of("python", ["x" * 10_000, "if a:"])[1] == ((0, 2, "keyword"),)
    assert [language_of(path) for path in ("a.py", "b/Makefile", "c", "d.bin")] == [
        "python",
        "make",
        "",
        "",
    ]


def test_a_token_over_several_lines_colours_each() -> None:
    told = tokens_of("python", ['"""One', "two", 'three"""', "x = 1"])
    assert [line[0][2] if line else "" for line in told[:3]] == ["string"] * 3


def test_colours_do_not_change_what_is_read() -> None:
    """Hidden characters and tabs stay where they are, whatever has a colour."""
    text = "\tif\u202e a:\tpass"
    one = file("a.py", hunk(f"-{text}x\n+{text}"))
    page = page_of(one)
    fill(page, one, split=False, notes={})
    plain = [entry_row(page, LineAt(0, place), Pen(90, 2)).text for place in range(2)]
    page.ink[0].tokens = {1: ((1, 3, "keyword"), (5, 7, "name"))}
    coloured = entry_row(page, LineAt(0, 1), Pen(90, 2, wanted="pass"))
    assert coloured.text == plain[1]
    assert ("added_keyword", "if") in coloured.spans
    assert ("match", "pass") in coloured.spans
    assert "⟨U+202E⟩" in coloured.text


def test_pieces_are_cut_as_the_whole_would_be() -> None:
    pieces = [("a", "日本"), ("b", "語ab"), ("c", "cdef")]
    assert clipped(pieces, 0, 20) == tuple(pieces)
    assert "".join(text for _, text in clipped(pieces, 4, 5)) == "語ab›"
    assert clipped(pieces, 100, 5) == ()


def test_small_letters_find_large_ones_but_not_the_other_way() -> None:
    assert matches("Needle needle", "needle") == ((0, 6), (7, 13))
    assert matches("Needle needle", "Needle") == ((0, 6),)
    assert matches("a", "") == ()


def test_a_page_takes_as_many_rows_as_its_counts_let_expect() -> None:
    diff = sample_diff()
    pages = Pages(diff)
    before = pages.starts[1]
    fill(pages.pages[0], diff.files[0], split=False, notes={})
    pages.measure()
    assert pages.starts[1] == before, "a new file has no other lines than the counted ones"
    assert pages.next_hunk(0, +1) == 1
    assert pages.find(2, (True, 4)) is None, "it was not read"
    fill(pages.pages[1], diff.files[1], split=True, notes={})
    pages.measure()
    row = pages.find(1, (False, 17))
    assert row is not None
    _, place = pages.place(row)
    entry = pages.pages[1].entry(place)
    assert isinstance(entry, PairAt)
    assert diff.files[1].hunks[0].lines[entry.left].text == "    return pay(request)"


def placed(line: int, text: str, number: str = "c1") -> PlacedComment:
    anchor = Anchor(path="src/shop/errors.py", line=line, lines=("x",))
    comment = Comment(
        id=number, anchor=anchor, text=text, head="9" * 40, by="lead", at=ago(minutes=1)
    )
    return PlacedComment(comment=comment, path=anchor.path, line=line, why="" if line else "gone")


@pytest.mark.parametrize("split", [False, True], ids=["unified", "split"])
def test_remarks_stand_beneath_their_line_or_at_the_top(split: bool) -> None:
    one = sample_diff().files[2]
    finding = JudgedFinding(
        by="r", head="9" * 40, finding=Finding("src/shop/errors.py", 7, HOSTILE)
    )
    said = remarks(
        [placed(4, "first"), placed(0, "lost", "c2"), placed(900, "far", "c3")], [finding]
    )
    (told,) = by_page([one], said).values()
    page = page_of(one)
    fill(page, one, split=split, notes=notes_of(told, 60, NOW))
    keys = [entry.key if isinstance(entry, NoteAt) else "" for entry in page.entries]
    top = keys[: keys.index("")]
    assert set(top) == {"comment:c2", "comment:c3"}
    place = keys.index("comment:c1")
    above = page.line(page.entries[place - 1])
    assert above is not None
    assert above.new_number == 4
    assert keys[-1] == "finding:0"
    shown = "\n".join(entry.row.text for entry in page.entries if isinstance(entry, NoteAt))
    assert "stale · gone" in shown
    assert "\x1b" not in shown
    assert by_page([], said) == {-1: list(said)}


def test_what_remains_in_words() -> None:
    assert left_words([FileMark.VIEWED, FileMark.PART, FileMark.UNKNOWN]) == "2 of 3 files left"
    assert left_words([FileMark.VIEWED]) == "1 file viewed, none left"
    assert left_words([]) == ""


def test_a_search_in_words() -> None:
    assert Searched().words == ""
    assert Searched("a", 0, 0, 3, 9).words == "/a: searching, 3 of 9 files searched"
    assert Searched("a", 0, 0, 9, 9).words == "/a: nowhere"
    assert Searched("a", 2, 4, 9, 9).words == "/a: 2 of 4"
    assert (Terms().wider(-1), Terms().wider(1), Terms(context=100).wider(1)) == (3, 10, 100)


def test_the_review_list_says_what_is_beside_a_review() -> None:
    board = sample_board()
    view = board.sessions[GREEN]
    assert view.review is not None
    head = view.review.head
    assert beside(board, replace(view, usage=Usage()), 90) is None
    opinion = Verdict(kind=VerdictKind.CHANGES_REQUESTED, head=head, by="r", at=NOW)
    asked = Question(id="q", kind=QuestionKind.OPEN, text="?", asked_at=NOW)
    comment = placed(4, "x").comment
    view = replace(
        view,
        looked=Look(head="1" * 40, merge_base="0" * 40),
        review=replace(view.review, opinions=(opinion,)),
        questions=(asked,),
        comments=(comment, replace(comment, id="c2", state=CommentState.SENT)),
        usage=Usage(cost=0.84),
    )
    collision = Collision(first=RED, second=GREEN, files=(CollidingFile(path="a.py"),))
    board = replace(board, collisions={collision.key: collision})
    told = beside(board, view, 120)
    assert told is not None
    assert told.plain == (
        "↻ new since you looked · ╳ emailer · ↩ 1 reviewer · ? 1 asked · ✎ 1 not sent · ➤ 1 open"
        " · $0.84"
    )
    seen = beside(board, replace(view, looked=Look(head=head, merge_base="0" * 40)), 20)
    assert seen is not None
    assert seen.plain == "✓ looked at"


def test_a_line_that_was_not_read_is_a_dot() -> None:
    page = page_of(sample_diff().files[0])
    assert entry_row(page, page.entry(0), Pen(40, 2)) == Row((("dim", "   ·"),))
    assert LineKind.ADDED.value == "+"
