"""Who made whom: a session's children under it, without breaking what the lead must do first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import Alive, Look, look, shown, waits_since
from wuhu_tui.tui.presentation.kinds import Group
from wuhu_tui.tui.presentation.rows import MUTED, line, row

NESTED = frozenset({Group.WORKING, Group.WAITING, Group.MERGED})
"""Groups in which children stand under their parent; in all others the oldest comes first."""

_DEEPEST = 3
"""From this depth on rows are indented no further."""


@dataclass(frozen=True)
class Member:
    """A session in a group: how deep under its parents, or by whose name it stands alone."""

    view: SessionView
    look: Look
    depth: int = 0
    parent: str = ""
    """The parent's name, where the session does not stand under it; empty: none, or it does."""


def family(
    group: Group, members: list[tuple[SessionView, Look]], names: dict[str, str]
) -> list[Member]:
    """The members of a group in the order of the list; `names` are those of all sessions."""
    if group not in NESTED:
        return [Member(view, seen, 0, _parent(view, names)) for view, seen in members]
    here = {view.id for view, _ in members}
    children: dict[str, list[tuple[SessionView, Look]]] = {}
    roots: list[tuple[SessionView, Look]] = []
    for view, seen in members:
        under = view.spec.parent if view.spec.parent in here else ""
        (children.setdefault(under, []) if under else roots).append((view, seen))
    found = [
        member for view, seen in roots for member in _below(view, seen, children, names, set())
    ]
    placed = {member.view.id for member in found}
    lost = ((view, seen) for view, seen in members if view.id not in placed)
    return [*found, *(Member(view, seen, 0, _parent(view, names)) for view, seen in lost)]


def _below(
    view: SessionView,
    seen: Look,
    children: dict[str, list[tuple[SessionView, Look]]],
    names: dict[str, str],
    above: set[str],
) -> Iterator[Member]:
    """A session, then all under it, each once."""
    yield Member(view, seen, min(len(above), _DEEPEST), "" if above else _parent(view, names))
    above = above | {view.id}
    for child, look_of_child in children.get(view.id, ()):
        if child.id not in above:
            yield from _below(child, look_of_child, children, names, above)


def _parent(view: SessionView, names: dict[str, str]) -> str:
    parent = view.spec.parent
    return names.get(parent, parent)


def family_rows(
    board: Board, view: SessionView, alive: Alive, now: datetime, width: int
) -> list[Content]:
    """Who made a session, and what its own children do."""
    rows: list[Content] = []
    if parent := view.spec.parent:
        maker = board.session(parent)
        name = line(maker.spec.shown_name if maker else parent)
        rows.append(Content.assemble(("made by ", MUTED), (name, "bold")))
    for child in children_of(board, view.id):
        seen = look(child, alive(child.id), now)
        left = Content.assemble(
            "└ ", (seen.symbol, f"bold {seen.style}"), " ", line(child.spec.shown_name)
        )
        right = Content.assemble(
            (seen.word, seen.style), (f"{age(waits_since(child), now):>5}", MUTED)
        )
        rows.append(row(width, left, right))
    return rows


def children_of(board: Board, session: str) -> Iterable[SessionView]:
    """The sessions that a session made, as far as they are on the board."""
    return [view for view in shown(board) if view.spec.parent == session]
