"""Who speaks on the command line: the lead, or the session whose agent runs the command."""

from __future__ import annotations

import os

from wuhu_tui.core.orchestration import ancestors, refuse_own
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.deeds import DEEDS
from wuhu_tui.model.errors import NotPossible

LEAD = "lead"


def speaker(by: str) -> str:
    """Who it is: inside a session that session, whatever name is said."""
    return _session() or by


def check_leave(board: Board, view: SessionView, does: str, *deeds: str) -> None:
    """What a command does to a session, an agent may do by it only as by its tools.

    Outside a session everything is the lead's. Inside one, nothing is done to itself or to those
    that direct it, and only what the project lets it do alone to others.

    Raises:
        NotPossible: it may not; says what it can do instead.
    """
    name = _session()
    if not name:
        return
    refuse_own(name, view, does, board)
    owns = any(above.id == name for above in ancestors(board, view.id))
    _refuse_without_leave(view.id, deeds if owns else (*deeds, *_touching(deeds)))


def check_deeds(does: str, *deeds: str) -> None:
    """What a command does to the project: inside a session only what it may do alone.

    Raises:
        NotPossible: it may not; says what it can do instead.
    """
    if _session():
        _refuse_without_leave(does, deeds)


def check_place(board: Board, place: str) -> None:
    """Inside a session commands run in its own worktree, and elsewhere only by the project's leave.

    Raises:
        NotPossible: they may not run there; or it is no place.
        NotFound, UsageError: there is no such place.
    """
    name = _session()
    if not name:
        return
    from wuhu_tui.cli.place import project_here
    from wuhu_tui.core.jobs_places import find_place

    found = find_place(project_here(), board, place)
    session = found.session.id if found.session else ""
    if session != name:
        owns = any(above.id == name for above in ancestors(board, session)) if session else False
        _refuse_without_leave(found.path, ("run_in" if owns else "run_elsewhere",))


def check_own_word(board: Board, message: str, *, send_again: bool = False) -> None:
    """Inside a session only what it said itself is changed; what was said to it, it may send again.

    Raises:
        NotPossible: it is somebody else's word.
    """
    name = _session()
    letter = board.letters.get(message)
    if not name or (letter is not None and letter.sender == name):
        return
    if letter is None or letter.recipient != name or not send_again:
        raise NotPossible(
            "a session changes only what it said itself",
            where=message,
            remedy="answer it, or ask whoever said it",
        )


def _session() -> str:
    return os.environ.get("WUHU_SESSION", "")


def _touching(deeds: tuple[str, ...]) -> tuple[str, ...]:
    """What it takes besides where the session is not its own."""
    return ("touch_others",) if _ON_OWN.intersection(deeds) else ()


_ON_OWN = frozenset({"answer", "stop_session", "archive_session", "request_changes"})
"""Deeds whose leave is for sessions of one's own."""


def _refuse_without_leave(where: str, deeds: tuple[str, ...]) -> None:
    from wuhu_tui.cli.place import project_here
    from wuhu_tui.core.config import load_config

    free = load_config(project_here().root).orchestrator.free
    lacking = next((deed for deed in deeds if deed not in free), "")
    if lacking:
        raise NotPossible(
            f"a session may not {DEEDS[lacking]} without the lead's leave",
            where=where,
            remedy="ask for it with the tool of that name, or report and leave it to the lead; "
            f'the project may say otherwise: "{lacking}" in alone under [orchestrator] in wuhu.toml',
        )
