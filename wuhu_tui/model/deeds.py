"""What an orchestrating agent can do to other sessions, and which of it needs the lead's leave."""

from __future__ import annotations

from wuhu_tui.model.questions import QuestionKind

ORCHESTRATES = frozenset({"orchestrator", "multi-session-delivery"})
"""The roles of sessions that direct others."""

SERVER = "wuhu_orchestrator"
"""The MCP server of these tools, as agents know it; the settings say what it does unasked."""

TOOLS = frozenset(
    {
        "instantiate_session",
        "start_session",
        "list_sessions",
        "read_session",
        "steer",
        "follow_up",
        "interrupt",
        "join",
        "questions",
        "answer",
        "messages",
        "request_review",
        "review_diff",
        "request_changes",
        "approve",
        "request_merge",
        "sync_environment",
        "run_in",
        "wait_job",
        "stop_job",
        "stop_session",
        "archive_session",
    }
)
"""Its tools; an agent needs nobody's leave to call them, but a deed may need the lead's."""

DEEDS = {
    "instantiate_session": "make a session",
    "start_session": "start or resume a session",
    "steer": "say something to a session",
    "answer": "answer a question",
    "answer_permission": "allow or deny what a session asks leave for",
    "interrupt": "end a turn and its tools",
    "stop_session": "stop a session of its own",
    "archive_session": "take a session off the board",
    "request_review": "put work up for review",
    "request_changes": "send work back",
    "approve": "approve a commit",
    "request_merge": "merge approved work",
    "discard": "take work off the disk that nobody has",
    "sync_environment": "bring a session's environment up to date",
    "run_in": "run a command in the place of a session of its own",
    "run_elsewhere": "run a command in any other place of the project",
    "touch_others": "answer, stop or send back what it did not make",
}
"""Each deed in words; their names are those that `[orchestrator] alone` knows."""

ASKED = frozenset(
    {
        "answer_permission",
        "interrupt",
        "archive_session",
        "approve",
        "request_merge",
        "discard",
        "run_elsewhere",
        "touch_others",
    }
)
"""What reaches base, destroys, or decides in the lead's place."""

LEADS_KINDS = frozenset({QuestionKind.PERMISSION, QuestionKind.BUDGET})
"""Questions that are about leave and money: to answer one is `answer_permission`."""

ALONE = frozenset(DEEDS) - ASKED

DEFAULT = "default"
"""In a list of deeds: all that need no leave by default."""
