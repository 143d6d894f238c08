"""Find the session somebody means: its id, its title, or an unmistakable part of either."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.errors import NotFound, UsageError


def find_session(board: Board, name: str) -> SessionView:
    """The session called `name`.

    Raises:
        NotFound: none is; names the nearest.
        UsageError: several could be meant; names them.
    """
    if name in board.sessions:
        return board.sessions[name]
    views = list(board.sessions.values())
    for found in (
        [view for view in views if name and view.spec.title == name],
        [view for view in views if _is_part(name, view)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f'"{name}" could be {" or ".join(view.id for view in found)}',
                remedy="say the whole id",
            )
    raise _not_found(board, name)


def find_sessions(board: Board, names: Iterable[str]) -> list[SessionView]:
    """The sessions called so, in that order and each once; nothing is done if one is not found."""
    return list({view.id: view for view in (find_session(board, name) for name in names)}.values())


def _is_part(name: str, view: SessionView) -> bool:
    parts = (view.id, view.id.removeprefix(f"{view.spec.project}-"), view.spec.title)
    return bool(name) and any(part.startswith(name) for part in parts)


def _not_found(board: Board, name: str) -> NotFound:
    known = [*board.sessions, *(view.spec.title for view in board.sessions.values())]
    nearest = get_close_matches(name, known, n=1)
    remedy = f"did you mean {nearest[0]}? " if nearest else ""
    return NotFound(
        f'no session is called "{name}"', remedy=f"{remedy}the sessions there are: wuhu sessions"
    )
