"""Branches that collide, as columns and dialogs show them: with whom, where, who knows of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board
from wuhu_tui.model.collision_words import file_words, lines_word, side_name, unseen_word
from wuhu_tui.model.collisions import CollidingFile, Collision
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.rows import MUTED, line, wrapped

CROSS = "╳"
"""The sign of a collision; it goes with a word wherever there is room for one."""

STYLE = "$text-warning"


def told_words(collision: Collision, now: datetime) -> str:
    """Whether both sides know."""
    if collision.told_at is None:
        return "not told yet"
    who = "it was" if collision.with_base else "both were"
    return f"{who} told {age(collision.told_at, now)} ago"


def collision_rows(
    board: Board, collision: Collision, session: str, now: datetime, width: int, *, most: int = 4
) -> Iterator[Content]:
    """A collision as one side sees it: with whom, each file with its lines, who knows."""
    name = line(side_name(board, collision.other(session)))
    soft = " · not committed" if collision.uncommitted else ""
    head = Content.assemble((f"{CROSS} ", STYLE), (name, "bold"), (soft, MUTED))
    yield head.truncate(width, ellipsis=True)
    there = session == collision.second and bool(session)
    for file in collision.files[:most]:
        for part in wrapped(file_words(file, there=there), width - 2, 2):
            yield Content.assemble("  ", part)
    if len(collision.files) > most:
        yield Content.styled(f"  and {len(collision.files) - most} more files", MUTED)
    yield Content.styled(f"  {told_words(collision, now)}", MUTED)


def both_sides(board: Board, collision: Collision, width: int) -> Iterator[Content]:
    """Each file in the way with the lines as they are on both sides."""
    first, second = (line(side_name(board, one)) for one in (collision.first, collision.second))
    for file in collision.files:
        kind = f" ({line(file.kind)})" if file.kind != "content" else ""
        path = Content.assemble((line(file.path), "bold"), (kind, MUTED))
        yield path.truncate(width, ellipsis=True)
        for name, there in ((first, False), (second, True)):
            lines = _lines(file, there=there)
            for part in wrapped(f"{name}: {lines}", width - 2, 2, MUTED):
                yield Content.assemble("  ", part)


def _lines(file: CollidingFile, *, there: bool) -> str:
    spans = file.lines_there if there else file.lines
    if not spans:
        return "the whole file"
    one = len(spans) == 1 and spans[0][0] == spans[0][1]
    return f"{'line' if one else 'lines'} {lines_word(spans)}"


def unseen_rows(board: Board, session: str, width: int) -> Iterator[Content]:
    """That a session's uncommitted work could not be looked at; nothing if it could."""
    for part in wrapped(unseen_word(board, session), width - 2, 2, STYLE):
        yield Content.assemble("  ", part)
