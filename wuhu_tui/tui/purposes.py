"""What a composer writes: who gets it, and when."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from wuhu_tui.model.board import Board
from wuhu_tui.model.states import SessionState


class Purpose(StrEnum):
    """One draft is kept for each session and purpose."""

    STEER = "steer"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    REQUEST_CHANGES = "request_changes"
    EDIT = "edit"
    COMMENT = "comment"


def draft_key(session: str, purpose: Purpose, about: str = "") -> str:
    """Under which name a draft is kept; `about` is an answer's question, an edited message."""
    return "/".join(filter(None, (session, purpose.value, about)))


def stranded(keys: Iterable[str], board: Board) -> list[tuple[str, str]]:
    """Keys of drafts that nothing leads to any more, each with the session it was for."""
    found = []
    for key in keys:
        session, _, rest = key.partition("/")
        purpose, _, about = rest.partition("/")
        if purpose in frozenset(Purpose) and _is_stranded(board, session, purpose, about):
            found.append((key, session))
    return found


def _is_stranded(board: Board, session: str, purpose: str, about: str) -> bool:
    view = board.session(session)
    if view is None or view.state is SessionState.ARCHIVED:
        return True
    open_questions = {question.id for question in view.questions}
    return purpose == Purpose.ANSWER and about not in open_questions
