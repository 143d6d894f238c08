"""The JSON a script sees; `docs/cli.md` describes it, and it only ever grows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from msgspec import to_builtins

from wuhu_tui.cli.attention import next_command, reason
from wuhu_tui.model.attention import next_action
from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.collision_words import collisions_of, pair_word
from wuhu_tui.model.collisions import Collision
from wuhu_tui.model.questions import Question
from wuhu_tui.model.states import SessionState


def session_shape(view: SessionView, *, alive: bool, board: Board) -> dict[str, Any]:
    """One session."""
    spec = view.spec
    return {
        "id": spec.id,
        "title": spec.title,
        "role": spec.role,
        "parent": spec.parent,
        "agent": spec.agent.name,
        "task": spec.task,
        "state": view.state.value,
        "since": view.since,
        "cause": view.standing.cause,
        "reason": reason(view),
        "needs": next_action(view, board).need.value,
        "next": next_action(view, board).text,
        "command": next_command(view, board),
        "runner_alive": alive,
        "phase": to_builtins(view.phase),
        "turn": view.turn,
        "no_report": view.no_report,
        "last_event_at": view.last_event_at,
        "branch": spec.branch,
        "base_branch": spec.base_branch,
        "base_commit": spec.base_commit,
        "worktree": spec.worktree,
        "head": view.head,
        "questions": [question_shape(view, question) for question in view.questions],
        "waiting": to_builtins(view.waiting),
        "unsure": to_builtins(view.unsure),
        "report": to_builtins(view.report),
        "plan": to_builtins(view.plan),
        "usage": to_builtins(view.usage),
        "turn_usage": to_builtins(view.turn_usage),
        "review": to_builtins(view.review),
        "merge": to_builtins(view.merge),
        "freshness": to_builtins(view.freshness),
        "collisions": [collision_shape(board, one) for one in collisions_of(board, view.id)],
        "unseen": board.unseen.get(view.id, ""),
        "exit": to_builtins(view.exit),
        "warnings": list(view.warnings),
    }


def collision_shape(board: Board, collision: Collision) -> dict[str, Any]:
    """One pair that collides."""
    return {**to_builtins(collision), "words": pair_word(board, collision)}


def question_shape(view: SessionView, question: Question) -> dict[str, Any]:
    """One open question, with the session that asks."""
    return {"session": view.id, **to_builtins(question)}


def shown(board: Board, *, archived: bool = False) -> list[SessionView]:
    """The sessions a list shows, in the order they were made."""
    views = board.sessions.values()
    return [view for view in views if archived or view.state is not SessionState.ARCHIVED]


def counts(board: Board) -> dict[str, int]:
    """How many sessions stand in each state."""
    return dict(Counter(view.state.value for view in board.sessions.values()))
