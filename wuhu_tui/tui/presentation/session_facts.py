"""Everything known of one session beside its transcript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.attention import look
from wuhu_tui.tui.presentation.inbox import deadline_note, option_rows
from wuhu_tui.tui.presentation.lanes import message_entries, waiting_messages
from wuhu_tui.tui.presentation.reviews import checks_word, size_word
from wuhu_tui.tui.presentation.rows import MUTED, line, wrapped

_STEPS = {"completed": ("✔", "$state-ready"), "in_progress": ("▸", "$state-working")}


def session_facts(view: SessionView, alive: bool, now: datetime, width: int) -> Content:
    """The facts column."""
    blocks = [block for block in _blocks(view, alive, now, width) if block]
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
    yield _waiting(view, now, width)
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
        _fact("agent", view.spec.agent.name),
        _fact("branch", view.spec.branch),
        _fact("base", f"{view.spec.base_branch} {view.spec.base_commit[:7]}"),
    ]
    if view.head:
        rows.append(_fact("head", view.head[:7]))
    rows.append(_fact("turn", str(view.turn)))
    rows.append(_fact("last", f"{age(view.last_event_at, now)} ago"))
    if view.usage.cost or view.usage.input_tokens:
        rows.append(_fact("used", _usage(view)))
    return [text.truncate(width, ellipsis=True) for text in rows]


def _usage(view: SessionView) -> str:
    usage = view.usage
    tokens = usage.input_tokens + usage.output_tokens
    parts = [f"{tokens / 1000:.0f}k tokens"] if tokens else []
    parts += [f"${usage.cost:.2f}"] if usage.cost else []
    if usage.context_size:
        parts.append(f"context {100 * usage.context_used // usage.context_size}%")
    return " · ".join(parts)


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
    entries = message_entries(waiting_messages(view), now, width, most=2)
    return _headed("WAITING", [text for entry in entries for text in entry.rows])
