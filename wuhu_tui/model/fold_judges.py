"""What the board knows of a session's judges: told to the view of the session they judge."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.reviews import Assignment, JudgeAtWork
from wuhu_tui.model.states import SessionState

_AT_WORK = frozenset({SessionState.STARTING, SessionState.WORKING, SessionState.ASKING})


def tell_judged(sessions: dict[str, SessionView], name: str) -> None:
    """Note on the session that this one judges whether it is at work; nothing if it judges none."""
    judge = sessions[name]
    assignment = judge.spec.judges
    judged = sessions.get(assignment.session) if assignment else None
    if assignment is None or judged is None:
        return
    others = tuple(one for one in judged.judges if one.session != name)
    own = (_at_work(judge, assignment),) if judge.state in _AT_WORK else ()
    judges = tuple(sorted((*others, *own), key=lambda one: one.session))
    if judges != judged.judges:
        sessions[judged.id] = replace(judged, judges=judges)


def tell_newcomers(sessions: dict[str, SessionView], known: Mapping[str, SessionView]) -> None:
    """Note on sessions that are new who judges them: a judge's journal may have been read before."""
    for name, view in list(sessions.items()):
        if view.spec.judges is not None and view.spec.judges.session not in known:
            tell_judged(sessions, name)


def _at_work(judge: SessionView, assignment: Assignment) -> JudgeAtWork:
    return JudgeAtWork(
        session=judge.id,
        name=judge.spec.shown_name,
        head=assignment.head,
        round=assignment.round,
    )
