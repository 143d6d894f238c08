"""Permission requests as questions, and their answers as the protocol wants them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from acp.schema import (
    AllowedOutcome,
    DeniedOutcome,
    PermissionOption,
    RequestPermissionResponse,
    ToolCallUpdate,
)

from wuhu_tui.agents.acp_content import arguments_text, tool_text
from wuhu_tui.agents.acp_diff import shown_path, unified_diff
from wuhu_tui.agents.acp_requests import permission_request
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, EXACTLY_THIS
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind

CANCELLED = RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
PLAN_TOOL = "switch_mode"
KINDS = ("allow_once", "allow_always", "reject_once", "reject_always")
"""The order in which an agent's own options are offered; nobody recommends any of them."""

MEANT_WELL = ("allow_once", "allow_always")
MEANT = {
    ALLOW: MEANT_WELL,
    ALLOW_SESSION: MEANT_WELL,
    DENY: ("reject_once", "reject_always"),
}
"""What each answer looks for among an agent's options, the mildest first: wuhu itself remembers what
is allowed for a session, and can tell it; an agent's own memory cannot be seen or taken back."""


def permission_question(
    name: str,
    at: datetime,
    call: ToolCallUpdate,
    options: Sequence[PermissionOption],
    *,
    tool: str = "",
    worktree: Path,
    reject_ends_turn: bool,
) -> Question:
    """The request as a question: a plan with the agent's own options, else with those of wuhu."""
    plan = call.kind == PLAN_TOOL
    return Question(
        id=name,
        kind=QuestionKind.PLAN if plan else QuestionKind.PERMISSION,
        text=_title(call, worktree),
        asked_at=at,
        options=_own_options(options) if plan else _options(reject_ends_turn),
        context=_context(call, worktree),
        blocking=True,
        request=None if plan else permission_request(call, tool),
    )


def _title(call: ToolCallUpdate, worktree: Path) -> str:
    """What is wanted; some agents say no more than the file."""
    title = call.title or "The agent asks for permission."
    return f"{call.kind or 'use'} {shown_path(title, worktree)}" if title.startswith("/") else title


def _context(call: ToolCallUpdate, worktree: Path) -> str:
    diff = unified_diff(call.content, worktree)
    details = ("" if diff else arguments_text(call.raw_input), _reason(call), diff)
    return "\n".join(filter(None, dict.fromkeys(details)))


def _reason(call: ToolCallUpdate) -> str:
    """Why it is wanted; what some agents add to that is for machines."""
    raw = call.raw_input if isinstance(call.raw_input, dict) else {}
    if "available_decisions" in raw:
        return str(raw.get("reason") or "")
    return tool_text(call.content)


def _options(reject_ends_turn: bool) -> tuple[Option, ...]:
    denied = "the agent ends its turn then" if reject_ends_turn else "the agent goes on without it"
    return (
        Option(key=ALLOW, label="Allow once", detail="this time only"),
        Option(key=ALLOW_SESSION, label="Allow for this session", detail=EXACTLY_THIS),
        Option(key=DENY, label="Deny", detail=f"{denied}; your words reach it as a message"),
    )


def _own_options(options: Sequence[PermissionOption]) -> tuple[Option, ...]:
    return tuple(
        Option(key=option.option_id, label=option.name)
        for option in sorted(options, key=lambda option: KINDS.index(option.kind))
    )


def permission_reply(
    answer: Answer | None, question: Question, options: Sequence[PermissionOption]
) -> RequestPermissionResponse:
    """The answer for the agent; none is `cancelled`, and so is one that it offers no option for."""
    chosen = _chosen(answer, question, options) if answer else None
    if chosen is None:
        return CANCELLED
    outcome = AllowedOutcome(outcome="selected", option_id=chosen.option_id)
    return RequestPermissionResponse(outcome=outcome)


def allows(reply: RequestPermissionResponse, options: Sequence[PermissionOption]) -> bool:
    """Whether this reply lets the agent do it."""
    chosen = reply.outcome.option_id if isinstance(reply.outcome, AllowedOutcome) else ""
    return any(option.option_id == chosen and option.kind in MEANT_WELL for option in options)


def unsaid_words(answer: Answer, question: Question) -> str:
    """The words of an answer that its option does not say; this protocol cannot carry them."""
    text = "" if _key_named(answer.text, question) else answer.text.strip()
    return " ".join(filter(None, (text, answer.note.strip())))


def _chosen(
    answer: Answer, question: Question, options: Sequence[PermissionOption]
) -> PermissionOption | None:
    """The option an answer means: by its key, else by its words, else the mildest rejection."""
    key = answer.choice or _key_named(answer.text, question)
    if question.kind is QuestionKind.PLAN:
        own = next((option for option in options if option.option_id == key), None)
        return own or _first_of(options, MEANT[DENY])
    return _first_of(options, MEANT.get(key, MEANT[DENY]))


def _key_named(text: str, question: Question) -> str:
    """The option that words name; leave is given by the option alone, never by words."""
    if question.kind is not QuestionKind.PLAN:
        return ""
    said = text.strip().lower()
    named = (o.key for o in question.options if said in {o.key.lower(), o.label.lower()})
    return next(named, "")


def _first_of(options: Sequence[PermissionOption], kinds: Sequence[str]) -> PermissionOption | None:
    fitting = [option for kind in kinds for option in options if option.kind == kind]
    return fitting[0] if fitting else None
