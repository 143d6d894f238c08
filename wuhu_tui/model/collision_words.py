"""Collisions in words: with whom, in which files, on which lines; the same everywhere. Pure."""

from __future__ import annotations

from wuhu_tui.model.board import Board
from wuhu_tui.model.collisions import CollidingFile, Collision
from wuhu_tui.model.quantities import counted

MOST_SPANS = 3
"""Spans of lines that are named of one file; the others are counted."""

MOST_FILES = 2
"""Files that one line names; the others are counted."""

Spans = tuple[tuple[int, int], ...]


def collisions_of(board: Board, session: str) -> tuple[Collision, ...]:
    """What a session collides with: base first, then by the id of the other."""
    found = (one for one in board.collisions.values() if session in (one.first, one.second))
    return tuple(sorted(found, key=lambda one: one.other(session)))


def side_name(board: Board, side: str) -> str:
    """A side of a collision: a session's name, or the base branch."""
    if not side:
        return board.project.base_branch or "base"
    view = board.session(side)
    return view.spec.shown_name if view else side


def lines_word(spans: Spans) -> str:
    """Spans of lines: `12–40, 55`."""
    told = ", ".join(
        f"{first}–{last}" if last > first else f"{first}" for first, last in spans[:MOST_SPANS]
    )
    more = len(spans) - MOST_SPANS
    return f"{told} and {more} more" if more > 0 else told


def file_words(file: CollidingFile, *, there: bool = False) -> str:
    """One file: path, lines (`there`: the second side's), and the kind where it is not content."""
    kind = "" if file.kind == "content" else f"({file.kind})"
    spans = lines_word(file.lines_there if there else file.lines)
    path = file.path_there if there and file.path_there else file.path
    return " ".join(filter(None, (path, spans, kind)))


def files_word(collision: Collision, session: str = "") -> str:
    """The first files, with the lines as they are in the session's own; and how many more."""
    there = bool(session) and session == collision.second
    told = "; ".join(file_words(file, there=there) for file in collision.files[:MOST_FILES])
    more = len(collision.files) - MOST_FILES
    return f"{told} and {counted(more, 'more file')}" if more > 0 else told


def collision_word(board: Board, collision: Collision, session: str) -> str:
    """One collision as the session sees it: `collides with search-idx: src/db.py 12–40`."""
    soft = " (not committed)" if collision.uncommitted else ""
    name = side_name(board, collision.other(session))
    return f"collides with {name}: {files_word(collision, session)}{soft}"


def pair_word(board: Board, collision: Collision) -> str:
    """One collision as the lead sees it: `auth-api and search-idx collide: src/db.py 12–40`."""
    first, second = (side_name(board, side) for side in (collision.first, collision.second))
    soft = " (not committed)" if collision.uncommitted else ""
    return f"{first} and {second} collide: {files_word(collision)}{soft}"


def collides_words(board: Board, session: str) -> str:
    """All that a session collides with, in one line; empty when it collides with nobody."""
    found = collisions_of(board, session)
    if not found:
        return ""
    names = ", ".join(side_name(board, one.other(session)) for one in found[1:])
    told = collision_word(board, found[0], session)
    return f"{told} · also with {names}" if names else told


def unseen_word(board: Board, session: str) -> str:
    """Why what it has not committed could not be held against others; empty if it could."""
    why = board.unseen.get(session, "")
    return f"could not look at its uncommitted work: {why}" if why else ""
