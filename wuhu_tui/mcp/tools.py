"""The worker's tools as they are told to a model, and their arguments as values. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeVar

import msgspec

from wuhu_tui.mcp.schemas import flag, number, object_of, text
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.findings import criterion_of
from wuhu_tui.model.questions import Option
from wuhu_tui.model.reports import Criterion
from wuhu_tui.worker.durations import duration_of
from wuhu_tui.worker.wishes import Wish, option_of

INSTRUCTIONS = """\
You work in a session of wuhu, for a lead who looks after many sessions at once. Use `ask` when you \
need a decision that is not yours, `progress` now and then during long work, `read_brief` to see \
your task, its scope and criteria again, and `report` once at the end: without a report your work \
does not count as done."""


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a tool takes: unknown arguments are errors."""


class OptionArguments(Arguments, frozen=True):
    """One way to answer."""

    label: str
    detail: str = ""
    key: str = ""
    recommended: bool = False


class AskArguments(Arguments, frozen=True):
    """What `ask` takes."""

    question: str
    options: list[OptionArguments | str] = []
    context: str = ""
    default: str = ""
    deadline: str = ""
    blocking: bool = True
    wait: bool = True
    name: str = ""

    def as_wish(self) -> Wish:
        """The same, as a worker's wish.

        Raises:
            UsageError: the deadline is not a duration.
        """
        return Wish(
            text=self.question,
            options=tuple(_option(option) for option in self.options),
            default=self.default,
            context=self.context,
            blocking=self.blocking,
            deadline=duration_of(self.deadline) if self.deadline else None,
            id=self.name,
        )


class CriterionArguments(Arguments, frozen=True):
    """One acceptance criterion, answered."""

    number: int
    met: bool
    evidence: str = ""


class ReportArguments(Arguments, frozen=True):
    """What `report` takes."""

    kind: Literal["done", "blocked", "failed", "note"]
    summary: str
    evidence: str = ""
    criteria: list[CriterionArguments] = []


class RemarkArguments(Arguments, frozen=True):
    """One finding of a verdict."""

    path: str
    line: int
    text: str
    severity: Literal["must", "should", "note"] = "should"


class VerdictArguments(Arguments, frozen=True):
    """What `judge` takes."""

    verdict: Literal["approved", "changes_requested", "blocked"]
    head: str
    note: str
    findings: list[RemarkArguments] = []
    criteria: list[CriterionArguments] = []


class ReplyArguments(Arguments, frozen=True):
    """What `reply` takes."""

    comment: str
    text: str


class ProgressArguments(Arguments, frozen=True):
    """What `progress` takes."""

    text: str


class NoArguments(Arguments, frozen=True):
    """What `read_brief` takes."""


Some = TypeVar("Some", bound=Arguments)


def arguments_of(tool: str, given: dict[str, Any] | None, kind: type[Some]) -> Some:
    """The arguments a model gave, as a value.

    Raises:
        UsageError: one is missing, unknown or of a wrong type; names it.
    """
    try:
        return msgspec.convert(given or {}, kind, strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(kind.__struct_fields__) or "none"
        raise UsageError(
            f"these arguments of {tool} are not clear: {error}", remedy=f"it takes: {known}"
        ) from error


def _option(given: OptionArguments | str) -> Option:
    if isinstance(given, str):
        return option_of(given)
    return Option(
        key=given.key, label=given.label, detail=given.detail, recommended=given.recommended
    )


def answers_of(given: list[CriterionArguments], acceptance: Sequence[str]) -> tuple[Criterion, ...]:
    """The criteria as they were answered.

    Raises:
        UsageError: there is no criterion of such a number.
    """
    words = (f"{one.number} {'met' if one.met else 'unmet'} {one.evidence}" for one in given)
    return tuple(criterion_of(text, acceptance) for text in words)


ASK = object_of(
    {
        "question": text("One question, complete in itself: the lead does not see your thoughts."),
        "options": {
            "type": "array",
            "description": "Ways to answer, two to four; leave out for an open question.",
            "items": object_of(
                {
                    "label": text("The option in a few words."),
                    "detail": text("Why one would take it, and what follows from it."),
                    "key": text("A short name for it; made of the label if left out."),
                    "recommended": flag("Whether you would take this one; at most one.", False),
                },
                "label",
            ),
        },
        "context": text("What the lead must know to decide: files, findings, what you tried."),
        "default": text("Key or label of the option you go on with if nobody answers in time."),
        "deadline": text("How long the lead has, such as 90s, 10m, 1h; 5m with a default."),
        "blocking": flag("Whether you cannot go on without the answer.", True),
        "wait": flag(
            "Whether to wait here. false returns at once; the answer then reaches you as a "
            "message, or by asking the same again.",
            True,
        ),
        "name": text("Only to ask the same words anew: a name that makes it a new question."),
    },
    "question",
)

CRITERIA: dict[str, Any] = {
    "type": "array",
    "description": "The acceptance criteria, answered by their numbers.",
    "items": object_of(
        {
            "number": number("Which criterion, from 1 on.", 1),
            "met": flag("Whether it is true now.", True),
            "evidence": text("What shows it: places as path:line."),
        },
        "number",
        "met",
        "evidence",
    ),
}

REPORT = object_of(
    {
        "kind": {
            "type": "string",
            "enum": ["done", "blocked", "failed", "note"],
            "description": "done: finished and committed; blocked: you cannot go on without help; "
            "failed: it cannot be done; note: progress only.",
        },
        "summary": text("What you did, or what you need, in one or two sentences."),
        "evidence": text("What shows it: the checks you ran and how they ended, file:line."),
        "criteria": CRITERIA,
    },
    "kind",
    "summary",
)

JUDGE = object_of(
    {
        "verdict": {
            "type": "string",
            "enum": ["approved", "changes_requested", "blocked"],
            "description": "approved: nothing must be mended and every criterion is met; "
            "changes_requested: with what has to change; blocked: you could not judge, and why.",
        },
        "head": text("The commit you judged, as your task names it."),
        "note": text("Why, in a sentence or two."),
        "findings": {
            "type": "array",
            "description": "What you found, the worst first.",
            "items": object_of(
                {
                    "path": text("The file, from the repository's top."),
                    "line": number("The line in the new file.", 1),
                    "text": text("What happens, with which input, and why it matters."),
                    "severity": {
                        "type": "string",
                        "enum": ["must", "should", "note"],
                        "description": "must: wrong or unsafe; should: costs later; note: small.",
                    },
                },
                "path",
                "line",
                "text",
                "severity",
            ),
        },
        "criteria": CRITERIA,
    },
    "verdict",
    "head",
    "note",
)

REPLY = object_of(
    {
        "comment": text("The comment's id, as it was sent to you."),
        "text": text("What you did about it, or why not."),
    },
    "comment",
    "text",
)

PROGRESS = object_of({"text": text("How far you are, in one sentence.")}, "text")

NOTHING = object_of({})

TOOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "ask": (
        "Ask the lead, a human, and wait for the answer, which may take minutes or hours. Ask when "
        "the decision is not yours: the task is unclear, two ways differ in what they cost later, "
        "or something would leave your scope. Do not ask what the repository can tell you. The "
        "same question again is the same question: an answer already given returns at once.",
        ASK,
    ),
    "report": (
        "Say what your work has come to. Report done only when all is committed on your branch and "
        "the checks are green; report blocked or failed as soon as you know it.",
        REPORT,
    ),
    "progress": (
        "Tell the lead how far you are, after each part of long work. It ends nothing and needs no "
        "answer.",
        PROGRESS,
    ),
    "judge": (
        "Say your verdict on the commit you were made to judge: once, at the end. It is bound to "
        "that commit. An approval answers every acceptance criterion as met with path:line and "
        "carries no finding that must be mended; “fix after merge” is not a verdict.",
        JUDGE,
    ),
    "reply": (
        "Answer one comment that the lead made on a line of your diff; it appears beside it.",
        REPLY,
    ),
    "read_brief": (
        "Read your session's task again: scope, acceptance criteria, checks, rules, files of the "
        "brief, questions you asked and their answers, messages on their way to you.",
        NOTHING,
    ),
}
"""Each tool's name with its description and the schema of its arguments."""
