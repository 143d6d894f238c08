"""The one letter in which a session gets comments."""

from __future__ import annotations

from msgspec.structs import replace

from wuhu_tui.model.comment_words import MOST_QUOTED, comments_letter
from wuhu_tui.model.comments import Anchor, Comment, CommentKind, PlacedComment, Side

HEAD = "abcdef0123456789"


def comment(name: str, *lines: str, kind: CommentKind = CommentKind.REMARK) -> PlacedComment:
    anchor = Anchor(path="src/db.py", line=12, lines=lines or ("x = 1",))
    made = Comment(id=name, anchor=anchor, text=f"text of {name}", head=HEAD, by="lead", kind=kind)
    return PlacedComment(comment=made, path="src/db.py", line=14)


def test_each_comment_with_its_place_its_lines_and_how_to_reply() -> None:
    told = comments_letter([comment("c1"), comment("c3")], head=HEAD, by="lead", note="Nearly.")
    assert told.startswith("2 comments on your work at abcdef012345 by lead.\n\nNearly.\n\n")
    assert "c1 · src/db.py:14\n> x = 1\ntext of c1" in told
    assert "c3 · src/db.py:14" in told
    assert 'wuhu reply c1 "' in told
    assert "report done again" in told


def test_questions_want_no_change() -> None:
    told = comments_letter([comment("c1", kind=CommentKind.QUESTION)], head=HEAD, by="lead")
    assert "c1 · question, src/db.py:14" in told
    assert "change nothing unless" in told
    assert "report done" not in told


def test_a_stale_comment_says_where_it_was() -> None:
    stale = replace(comment("c1"), line=0, why="gone")
    told = comments_letter([stale], head=HEAD, by="lead")
    assert "src/db.py, line 12 of abcdef012345; it changed since" in told


def test_lines_as_they_were() -> None:
    placed = comment("c1")
    anchor = replace(placed.comment.anchor, side=Side.OLD)
    old = replace(placed, comment=replace(placed.comment, anchor=anchor))
    assert "src/db.py:14 as it was before your work" in comments_letter([old], head=HEAD, by="lead")


def test_many_and_long_lines_are_cut() -> None:
    many = comment("c1", *(f"line {number}" for number in range(MOST_QUOTED + 3)))
    told = comments_letter([many, comment("c2", "x" * 999)], head=HEAD, by="lead")
    assert told.count("\n> line ") == MOST_QUOTED
    assert "> … and 3 more lines" in told or "> … and 3 lines more" in told
    assert "x" * 240 + "…" in told
    assert "x" * 241 not in told
