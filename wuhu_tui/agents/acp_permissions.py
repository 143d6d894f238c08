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
from wuhu_tui.agents.acp_diff import unified_diff
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind

CANCELLED = RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
PLAN_TOOL = "switch_mode"
KINDS = ("allow_once", "allow_always", "reject_once", "reject_always")
"""The order in which options are offered, whatever the agent's; nobody recommends any of them."""


def permission_question(
    name: str,
    at: datetime,
    call: ToolCallUpdate,
    options: Sequence[PermissionOption],
    *,
    worktree: Path,
    reject_ends_turn: bool,
) -> Question:
    """The request as a question; its options' keys are the agent's own ids."""
    details = (
        arguments_text(call.raw_input),
        tool_text(call.content),
        unified_diff(call.content, worktree),
    )
    return Question(
        id=name,
        kind=QuestionKind.PLAN if call.kind == PLAN_TOOL else QuestionKind.PERMISSION,
        text=call.title or "The agent asks for permission.",
        asked_at=at,
        options=tuple(
            _option(option, reject_ends_turn)
            for option in sorted(options, key=lambda option: KINDS.index(option.kind))
        ),
        context="\n".join(filter(None, dict.fromkeys(details))),
        blocking=True,
    )


def _option(option: PermissionOption, reject_ends_turn: bool) -> Option:
    detail = {
        "allow_once": "this time only",
        "allow_always": "this and all of the same kind, until the agent ends",
        "reject_once": "the agent ends its turn then" if reject_ends_turn else "this time only",
        "reject_always": "this and all of the same kind",
    }[option.kind]
    return Option(key=option.option_id, label=option.name, detail=detail)


def permission_reply(
    answer: Answer | None, options: Sequence[PermissionOption]
) -> RequestPermissionResponse:
    """The answer for the agent; no answer is `cancelled`, an unknown one rejects."""
    chosen = chosen_option(answer, options) if answer else None
    if chosen is None:
        return CANCELLED
    outcome = AllowedOutcome(outcome="selected", option_id=chosen.option_id)
    return RequestPermissionResponse(outcome=outcome)


def chosen_option(answer: Answer, options: Sequence[PermissionOption]) -> PermissionOption | None:
    """The option an answer means: by its key, else by its words, else the mildest rejection."""
    for said in filter(None, (answer.choice, answer.text.strip().lower())):
        for option in options:
            if said in {option.option_id, option.name.lower(), option.kind}:
                return option
    rejections = [option for option in options if option.kind.startswith("reject")]
    return min(rejections, key=lambda option: option.kind != "reject_once", default=None)
