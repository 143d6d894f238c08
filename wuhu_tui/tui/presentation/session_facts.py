"""Everything known of one session beside its transcript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.budgets import Resources
from wuhu_tui.model.freshness_words import freshness_words
from wuhu_tui.tui.presentation.ages import age, delay_words
from wuhu_tui.tui.presentation.attention import look
from wuhu_tui.tui.presentation.inbox import deadline_note, option_rows
from wuhu_tui.tui.presentation.lanes import message_entries
from wuhu_tui.tui.presentation.receipts import receipt_rows, settled
from wuhu_tui.tui.presentation.reviews import checks_word, size_word
from wuhu_tui.tui.presentation.rows import MUTED, line, wrapped
from wuhu_tui.tui.presentation.usage import (
    budget_words,
    context_words,
    resources_words,
    usage_words,
)

_STEPS = {"completed": ("✔", "$state-ready"), "in_progress": ("▸", "$state-working")}


def session_facts(
    view: SessionView,
    alive: bool,
    now: datetime,
    width: int,
    resources: Resources | None = None,
    *,
    family: list[Content] | None = None,
    way: list[Content] | None = None,
) -> Content:
    """The facts column.

    `family` are the rows that tell who made it and whom it made, `way` those of its way to base.
    """
    blocks = [block for block in _blocks(view, alive, now, width) if block]
    blocks[1:1] = [_headed("ON ITS WAY TO BASE", way)] if way else []
    blocks[1:1] = [_headed("FAMILY", family)] if family else []
    used = _used(view, resources or Resources(), width)
    blocks[1:1] = [used] if used else []
    rows: list[Content] = []
    for block in blocks:
        rows += ([Content("")] if rows else []) + block
    return Content("\n").join(rows)


def _blocks(view: SessionView, alive: bool, now: datetime, width: int) -> Iterator[list[Content]]:
    yield _standing(view, alive, now, width)
    yield _headed("TASK", wrapped(view.spec.task, width, 6))
    yield _plan(view, width)
    yield _questions(view, now, width)
    yield _report(view, width)
    yield _review(view, width)
    yield _beside(view, now, width)
    yield _waiting(view, now, width)
    yield _sent(view, now, width)
    yield _headed(
        "WARNINGS", [row for text in view.warnings[-3:] for row in wrapped(text, width, 2)]
    )


def _headed(title: str, rows: list[Content]) -> list[Content]:
    return [Content.styled(title, f"bold {MUTED}"), *rows] if rows else []


def _fact(name: str, value: str, style: str = "") -> Content:
    return Content.assemble((f"{name:>8}  ", MUTED), (line(value), style))


def _standing(view: SessionView, alive: bool, now: datetime, width: int) -> list[Content]:
    seen = look(view, alive, now)
    rows = [
        _fact("session", view.spec.shown_name, "bold"),
        _fact("state", f"{seen.symbol} {seen.word} {age(view.since, now)}", seen.style),
        _fact("agent", view.agent_version or view.spec.agent.name),
        _fact("branch", view.spec.branch),
        _fact("base", f"{view.spec.base_branch} {view.spec.base_commit[:7]}"),
    ]
    if view.freshness and (view.freshness.behind or view.freshness.advanced):
        rows.append(_fact("", freshness_words(view.freshness), "$text-warning"))
    if view.head:
        rows.append(_fact("head", view.head[:7]))
    rows.append(_fact("turn", str(view.turn)))
    rows.append(_fact("last", f"{age(view.last_event_at, now)} ago"))
    if view.delay:
        rows.append(_fact("waits", delay_words(view.delay, now), "$text-warning"))
    if view.guess:
        rows.append(_fact("a guess", f"{view.guess.state}: {view.guess.line}", "$text-warning"))
    return [text.truncate(width, ellipsis=True) for text in rows]


def _used(view: SessionView, resources: Resources, width: int) -> list[Content]:
    facts = (
        ("model", view.model),
        ("turn", usage_words(view.turn_usage)),
        ("session", usage_words(view.usage)),
        ("context", context_words(view.usage)),
        ("budget", budget_words(view.usage, view.raised_budget) if view.raised_budget else ""),
        ("memory", resources_words(resources)),
    )
    rows = [_fact(name, value).truncate(width, ellipsis=True) for name, value in facts if value]
    return _headed("USED", rows)


def _beside(view: SessionView, now: datetime, width: int) -> list[Content]:
    rows = [
        Content.assemble(
            ("⇉ ", "$state-working"), line(task.title), (f"  {age(task.since, now)}", MUTED)
        ).truncate(width, ellipsis=True)
        for task in view.background
    ]
    return _headed("BESIDE THE TURN", rows)


def _sent(view: SessionView, now: datetime, width: int) -> list[Content]:
    rows = [part for receipt in settled(view)[:3] for part in receipt_rows(receipt, now, width)]
    return _headed("SENT", rows)


def _plan(view: SessionView, width: int) -> list[Content]:
    rows: list[Content] = []
    for step in view.plan:
        symbol, style = _STEPS.get(step.status, ("○", MUTED))
        first, *rest = wrapped(step.text, width - 2, 2) or [Content("")]
        rows.append(Content.assemble((symbol, style), " ", first))
        rows += [Content.assemble("  ", part) for part in rest]
    return _headed("PLAN", rows)


def _questions(view: SessionView, now: datetime, width: int) -> list[Content]:
    rows: list[Content] = []
    for question in view.questions:
        rows += wrapped(question.text, width, 4, "bold $state-asking")
        rows += wrapped(question.context, width, 4, MUTED)
        rows += option_rows(question, width)
        rows += wrapped(deadline_note(question, now), width, 1, "$text-warning")
    return _headed("ASKS", rows)


def _report(view: SessionView, width: int) -> list[Content]:
    if view.report is None:
        return []
    rows = wrapped(view.report.summary, width, 5)
    rows += wrapped(view.report.evidence, width, 4, MUTED)
    return _headed(f"REPORTED {view.report.kind.value.upper()}", rows)


def _review(view: SessionView, width: int) -> list[Content]:
    review = view.review
    if review is None:
        return []
    verdict = review.verdict.kind.value.replace("_", " ") if review.verdict else "no verdict yet"
    rows = [Content.assemble(size_word(review), "  ", checks_word(review))]
    rows.append(Content.styled(verdict, MUTED))
    if review.conflicts:
        rows += wrapped("conflicts: " + ", ".join(review.conflicts), width, 3, "$state-failed")
    return _headed(f"REVIEW {review.head[:7]}", rows)


def _waiting(view: SessionView, now: datetime, width: int) -> list[Content]:
    entries = message_entries(view, now, width, most=2)
    return _headed("WAITING", [text for entry in entries for text in entry.rows])
