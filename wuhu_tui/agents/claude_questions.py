"""What Claude Code asks: leave for a tool, a choice, its plan approved; and how it is answered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from wuhu_tui.agents.claude_frames import Asked, ToolRequest
from wuhu_tui.agents.claude_tools import (
    arguments_text,
    command_of,
    kind_of,
    paths_of,
    title_of,
    wanted_diff,
)
from wuhu_tui.agents.frames import Frame
from wuhu_tui.model.permissions import ALLOW, ALLOW_SESSION, DENY, EXACTLY_THIS, PermissionRequest
from wuhu_tui.model.questions import Answer, Option, Question, QuestionKind

ASK_TOOL, PLAN_TOOL = "AskUserQuestion", "ExitPlanMode"
RECOMMENDED = "(recommended)"
SEVERAL = "several may be chosen: write their names with commas"
KINDS = {"read", "edit", "execute", "fetch"}
READING = {"search": "read"}
DENIED = "The lead denied this. Do not try it again in another way; go on without it, or ask."
PLAN_DENIED = "The lead did not approve the plan. Keep planning, or ask what is missing."
WITHDRAWN: Frame = {"behavior": "deny", "message": "The lead interrupted.", "interrupt": True}

PERMISSION_OPTIONS = (
    Option(key=ALLOW, label="Allow once", detail="this call only"),
    Option(key=ALLOW_SESSION, label="Allow for this session", detail=EXACTLY_THIS),
    Option(key=DENY, label="Deny", detail="the agent reads your words and goes on"),
)
PLAN_OPTIONS = (
    Option(key=ALLOW, label="Approve the plan", detail="the agent begins to work"),
    Option(key=DENY, label="Keep planning", detail="the agent reads your words"),
)


def permission_question(name: str, at: datetime, request: ToolRequest, worktree: Path) -> Question:
    """Whether the agent may use this tool."""
    details = (
        wanted_diff(request.tool, request.input, worktree) or arguments_text(request.input),
        request.description,
        request.decision_reason,
        request.blocked_path,
    )
    return Question(
        id=name,
        kind=QuestionKind.PERMISSION,
        text=title_of(request.tool, request.input, worktree),
        asked_at=at,
        options=PERMISSION_OPTIONS,
        context="\n".join(filter(None, dict.fromkeys(details))),
        request=wanted(request, worktree),
    )


def wanted(request: ToolRequest, worktree: Path) -> PermissionRequest:
    """What leave is wanted for."""
    kind = kind_of(request.tool)
    kind = READING.get(kind, kind)
    return PermissionRequest(
        tool=request.tool,
        kind=kind if kind in KINDS else "other",
        command=command_of(request.tool, request.input),
        paths=paths_of(request.input, worktree),
    )


def plan_question(name: str, at: datetime, request: ToolRequest) -> Question:
    """Whether the agent may begin with what it planned."""
    plan = request.input.get("plan")
    return Question(
        id=name,
        kind=QuestionKind.PLAN,
        text="The agent has a plan and wants to begin.",
        asked_at=at,
        options=PLAN_OPTIONS,
        context=plan if isinstance(plan, str) else arguments_text(request.input),
    )


def decision(answer: Answer, request: ToolRequest) -> tuple[Frame, str]:
    """The answer for the agent, and the lead's words that it cannot carry.

    Only an option allows, words alone never.
    """
    words = "\n".join(filter(None, (answer.text.strip(), answer.note.strip())))
    if answer.choice in (ALLOW, ALLOW_SESSION):
        return {"behavior": "allow", "updatedInput": request.input}, words
    default = PLAN_DENIED if request.tool == PLAN_TOOL else DENIED
    return {"behavior": "deny", "message": words or default}, ""


def choice_question(name: str, at: datetime, asked: Asked) -> Question:
    """One of the questions that the agent asks in its own words."""
    options = tuple(_option(c.label, c.description) for c in asked.options if c.label)
    return Question(
        id=name,
        kind=QuestionKind.CHOICE if options else QuestionKind.OPEN,
        text=asked.question or asked.header or "The agent asks something without words.",
        asked_at=at,
        options=tuple(sorted(options, key=lambda option: not option.recommended)),
        context="\n".join(filter(None, (asked.header, SEVERAL * asked.several))),
    )


def _option(label: str, detail: str) -> Option:
    return Option(key=label, label=label, detail=detail, recommended=RECOMMENDED in label.lower())


def answer_words(asked: Asked, answer: Answer) -> str:
    """What the agent is told: the labels chosen, or the lead's own words."""
    words = "\n".join(filter(None, (answer.text.strip(), answer.note.strip())))
    if answer.choice:
        return f"{answer.choice} ({words})" if words else answer.choice
    if not asked.several:
        return _label_named(asked, words) or words
    parts = [part.strip() for part in words.split(",")]
    labels = [_label_named(asked, part) for part in parts]
    return ", ".join(labels) if all(labels) else words


def _label_named(asked: Asked, words: str) -> str:
    said = words.lower()
    return next((c.label for c in asked.options if c.label and c.label.lower() == said), "")


def answered(request: ToolRequest, answers: dict[str, Any]) -> Frame:
    """All answers together, as the agent wants them."""
    return {"behavior": "allow", "updatedInput": {**request.input, "answers": answers}}
