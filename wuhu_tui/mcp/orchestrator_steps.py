"""Which function does what each of the orchestrator's tools promises."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from wuhu_tui.mcp import (
    orchestrator_arguments as arguments,
)
from wuhu_tui.mcp import (
    orchestrator_reviewing,
    orchestrator_sessions,
    orchestrator_waiting,
)
from wuhu_tui.mcp.orchestrator_hands import Hands
from wuhu_tui.mcp.signs import Signs
from wuhu_tui.mcp.tools import Arguments

Step = Callable[[Hands, Any, Signs], Awaitable[Any]]

STEPS: dict[str, tuple[type[Arguments], Step]] = {
    "instantiate_session": (
        arguments.NewSessionArguments,
        orchestrator_sessions.instantiate_session,
    ),
    "start_session": (arguments.SessionArguments, orchestrator_sessions.start_session),
    "list_sessions": (arguments.ListArguments, orchestrator_sessions.list_sessions),
    "read_session": (arguments.ReadArguments, orchestrator_sessions.read_session),
    "steer": (arguments.TextArguments, orchestrator_sessions.steer),
    "follow_up": (arguments.TextArguments, orchestrator_sessions.follow_up),
    "interrupt": (arguments.SessionArguments, orchestrator_sessions.interrupt),
    "join": (arguments.JoinArguments, orchestrator_waiting.join),
    "questions": (arguments.NothingArguments, orchestrator_waiting.questions),
    "answer": (arguments.AnswerArguments, orchestrator_waiting.answer),
    "messages": (arguments.NothingArguments, orchestrator_waiting.messages),
    "request_review": (arguments.SessionArguments, orchestrator_reviewing.request_review),
    "review_diff": (arguments.DiffArguments, orchestrator_reviewing.review_diff),
    "request_changes": (arguments.ChangesArguments, orchestrator_reviewing.request_changes),
    "approve": (arguments.JudgeArguments, orchestrator_reviewing.approve),
    "request_merge": (arguments.JudgeArguments, orchestrator_reviewing.request_merge),
    "sync_environment": (arguments.SessionArguments, orchestrator_sessions.sync_environment),
    "run_in": (arguments.RunArguments, orchestrator_waiting.run_in),
    "wait_job": (arguments.JobArguments, orchestrator_waiting.wait_job),
    "stop_job": (arguments.JobArguments, orchestrator_waiting.stop_job),
    "stop_session": (arguments.SessionArguments, orchestrator_sessions.stop_session),
    "archive_session": (arguments.ArchiveArguments, orchestrator_sessions.archive_session),
}
"""What each tool takes and does."""
