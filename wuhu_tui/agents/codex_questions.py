"""Questions of codex to the lead, and the answers as it wants them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from wuhu_tui.agents.codex_messages import InputAsked, OptionTold, QuestionTold
from wuhu_tui.model.permissions import ALLOW, DENY
from wuhu_tui.model.questions import Answer, OnTimeout, Option, Question, QuestionKind

PLAN_OPTIONS = (
    Option(key=ALLOW, label="Approve the plan", detail="the agent begins to work"),
    Option(key=DENY, label="Keep planning", detail="the agent reads your words, or waits for some"),
)
BEGIN = "Implement the plan."
RECOMMENDED = "(recommended)"
WRITTEN_DOWN = "the agent asks for a secret: your answer is written down in the journal"


def lead_question(
    name: str, at: datetime, asked: InputAsked, one: QuestionTold, number: int
) -> Question:
    """One of the questions asked together; its options' keys are the agent's own labels.

    When codex names a time, the recommended option applies then, else that nobody answered.
    """
    options = tuple(map(_option, one.options))
    default = next((option.key for option in options if option.recommended), "")
    deadline = at + timedelta(milliseconds=asked.auto_resolution_ms) if _hurried(asked) else None
    place = f"question {number} of {len(asked.questions)}" if len(asked.questions) > 1 else ""
    header = one.header if one.header != one.question else ""
    lines = (header, place, WRITTEN_DOWN if one.is_secret else "")
    return Question(
        id=name,
        kind=QuestionKind.CHOICE if options else QuestionKind.OPEN,
        text=one.question or one.header or "The agent asks without words.",
        asked_at=at,
        options=options,
        context="\n".join(filter(None, lines)),
        blocking=True,
        deadline=deadline,
        default=default if deadline else "",
        on_timeout=_at_deadline(default) if deadline else OnTimeout.BLOCK,
    )


def plan_question(name: str, at: datetime, plan: str) -> Question:
    """Whether the agent may begin with what it planned."""
    return Question(
        id=name,
        kind=QuestionKind.PLAN,
        text="The agent has a plan and wants to begin.",
        asked_at=at,
        options=PLAN_OPTIONS,
        context=plan,
    )


def after_plan(answer: Answer | None) -> tuple[bool, str]:
    """Whether the plan is approved, and what the agent is told then; nothing: it waits."""
    if answer is None:
        return False, ""
    words = "\n".join(filter(None, dict.fromkeys((answer.text.strip(), answer.note.strip()))))
    if answer.choice != ALLOW:
        return False, words
    return True, "\n".join(filter(None, (BEGIN, words)))


def answers_for(answer: Answer, one: QuestionTold) -> list[str]:
    """What the agent is told of one question: the label chosen, and the lead's words."""
    words = [words for words in (answer.text.strip(), answer.note.strip()) if words]
    if answer.choice:
        return [answer.choice, *(f"user_note: {said}" for said in words)]
    return [_label_meant(said, one) for said in words]


def reply(answers: dict[str, list[str]]) -> dict[str, Any]:
    """The answers to all questions asked together."""
    return {"answers": {name: {"answers": said} for name, said in answers.items()}}


def _hurried(asked: InputAsked) -> bool:
    return 0 < asked.auto_resolution_ms <= timedelta(days=365) / timedelta(milliseconds=1)


def _at_deadline(default: str) -> OnTimeout:
    return OnTimeout.DEFAULT if default else OnTimeout.FAIL


def _option(told: OptionTold) -> Option:
    recommended = told.label.strip().lower().endswith(RECOMMENDED)
    label = told.label.strip()[: -len(RECOMMENDED)].strip() if recommended else told.label
    return Option(
        key=told.label,
        label=label or told.label,
        detail=told.description,
        recommended=recommended,
    )


def _label_meant(said: str, one: QuestionTold) -> str:
    return next((o.label for o in one.options if o.label.lower() == said.lower()), said)
