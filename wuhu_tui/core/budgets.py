"""The project's budget: whom to pause when all sessions together used it up, and whom to let go on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.budgets import RAISE, Budget
from wuhu_tui.model.commands import AnswerQuestion, Hold
from wuhu_tui.model.questions import Answer, Question, QuestionKind
from wuhu_tui.model.spending import PROJECT, project_usage, spent_words, used_up, whose_budget
from wuhu_tui.model.states import SessionState

CORE = "core"
_BUSY = frozenset({SessionState.STARTING, SessionState.WORKING, SessionState.ASKING})


def project_limit(configured: Budget, board: Board) -> Budget:
    """What holds for all sessions together: as configured, or the most that the lead gave since."""
    given = [view.raised_project_budget for view in board.sessions.values()]
    limits = [configured, *(limit for limit in given if limit is not None)]
    return Budget(
        cost=max(limit.cost for limit in limits) if configured.cost else 0.0,
        tokens=max(limit.tokens for limit in limits) if configured.tokens else 0,
    )


def to_hold(board: Board, limit: Budget) -> Iterator[SessionView]:
    """Sessions that work although the project's budget is used up."""
    if not used_up(project_usage(board), limit):
        return
    for view in board.sessions.values():
        if view.runner_expected and view.own and view.own.state in _BUSY and not asked(view):
            yield view


def to_release(board: Board, limit: Budget) -> Iterator[tuple[SessionView, Question]]:
    """Sessions that still ask for what the lead gave already."""
    if used_up(project_usage(board), limit):
        return
    for view in board.sessions.values():
        question = asked(view)
        if question is not None and view.runner_expected:
            yield view, question


def asked(view: SessionView) -> Question | None:
    """The session's open question about the project's budget."""
    return next(
        (
            open_
            for open_ in view.questions
            if open_.kind is QuestionKind.BUDGET and whose_budget(open_) == PROJECT
        ),
        None,
    )


def hold_command(board: Board, session: str, limit: Budget, at: datetime) -> Hold:
    """Pauses a session; the same turn and limit give the same id, so that it is told once."""
    turn = board.sessions[session].turn
    usage = project_usage(board)
    count = sum(1 for view in board.sessions.values() if view.usage.cost or view.usage.input_tokens)
    return Hold(
        id=f"hold-{session}-{turn}-{limit.cost:g}-{limit.tokens}",
        by=CORE,
        at=at,
        reason=f"{count} sessions together used {spent_words(usage, limit)}",
        used=usage,
        limit=limit,
    )


def release_command(question: Question, at: datetime) -> AnswerQuestion:
    """The core's answer for the lead, who gave more in another session."""
    answer = Answer(question=question.id, by=CORE, at=at, choice=RAISE)
    return AnswerQuestion(id=f"release-{question.id}", by=CORE, at=at, answer=answer)
