"""What a lead reads before the diff: the report, what stands against it, checks, the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.evidence import Evidence
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import Check, CheckState, Review, Verdict
from wuhu_tui.tui.presentation import evidence as proof
from wuhu_tui.tui.presentation.sheet import (
    VERDICTS,
    Sheet,
    ago,
    head_row,
    only,
    path_rows,
    text_rows,
)
from wuhu_tui.tui.presentation.transcript_row import Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import crop, width_of
from wuhu_tui.tui.safe import safe_line

_TAIL_ROWS = 40
_TAIL_CHARACTERS = 8_000

_CHECKS: dict[CheckState, Span] = {
    CheckState.RUNNING: ("running", "● "),
    CheckState.PASSED: ("ok", "✔ "),
    CheckState.FAILED: ("failed", "✗ "),
    CheckState.BROKEN: ("failed", "✗ "),
}
_CHECK_WORDS = {
    CheckState.RUNNING: "running",
    CheckState.PASSED: "passed",
    CheckState.FAILED: "failed",
    CheckState.BROKEN: "could not run",
}

_REPORTS: dict[ReportKind, tuple[str, str]] = {
    ReportKind.DONE: ("ok", "✔ reported done"),
    ReportKind.BLOCKED: ("asking", "⚠ reported blocked"),
    ReportKind.FAILED: ("failed", "✗ reported failed"),
    ReportKind.NOTE: ("dim", "· note"),
}


def overview(
    board: Board,
    view: SessionView,
    evidence: Evidence | None,
    now: datetime,
    width: int,
    *,
    whole: bool = False,
    problem: str = "",
) -> Sheet:
    """Everything but the diff, in the order in which it matters; `whole`: with what is in order."""
    sheet = Sheet()
    for section in _sections(board, view, evidence, now, width, whole=whole):
        sheet.section(section)
    if problem:
        sheet.section(only(text_rows(problem, width, "failed")))
    return sheet


def _sections(
    board: Board,
    view: SessionView,
    evidence: Evidence | None,
    now: datetime,
    width: int,
    *,
    whole: bool,
) -> Iterator[Sheet]:
    review = view.review
    report = _report(view, now, width)
    if evidence and view.report and view.report.head and not evidence.report_is_of_head:
        report[1:1] = text_rows("it was made on an earlier commit than this one", width, "asking")
    yield only(report)
    if review:
        yield only(_conflicts(review, view.spec.base_branch, width))
        yield proof.collisions(board, view.id, width)
        yield only(_uncommitted(review, width))
        for check in review.checks:
            if whole or check.state is not CheckState.PASSED:
                yield only(_check_output(check, width))
        if review.verdict:
            yield only(_verdict(review.verdict, now, width))
    if evidence:
        yield from proof.sections(evidence, now, width, whole=whole)
    yield only(_task(view, width))


def _report(view: SessionView, now: datetime, width: int) -> list[Row]:
    report = view.report
    if report is None:
        return [head_row(("asking", "! no report"), ("dim", " · nothing was said about this work"))]
    head = head_row(_REPORTS[report.kind], ("dim", ago(report.at, now)))
    return [
        head,
        *text_rows(report.summary, width, "strong"),
        *text_rows(report.evidence, width, "dim"),
    ]


def _conflicts(review: Review, base: str, width: int) -> list[Row]:
    if not review.conflicts:
        return []
    return [
        head_row(("failed", f"⚠ conflicts with {safe_line(base, 80)}")),
        *path_rows(review.conflicts, width),
    ]


def _uncommitted(review: Review, width: int) -> list[Row]:
    if not review.uncommitted:
        return []
    head = head_row(("asking", "⚠ not committed"), ("dim", " · will not be merged"))
    return [head, *path_rows(review.uncommitted, width)]


def _check_output(check: Check, width: int) -> list[Row]:
    style, mark = _CHECKS[check.state]
    code = f" · exit {check.exit_code}" if check.exit_code else ""
    took = f" · {check.seconds:.1f}s" if check.seconds else ""
    word = f" {_CHECK_WORDS[check.state]}"
    name = crop(safe_line(check.name), max(8, width - 40))
    head = head_row((style, mark), ("strong", name), (style, word), ("dim", code + took))
    return [head, *text_rows(check.output[-_TAIL_CHARACTERS:], width, "output")[-_TAIL_ROWS:]]


def _verdict(verdict: Verdict, now: datetime, width: int) -> list[Row]:
    style, mark, word = VERDICTS[verdict.kind]
    by = f" by {safe_line(verdict.by, 60)} on {verdict.head[:7]}{ago(verdict.at, now)}"
    return [
        head_row((style, f"{mark}{word}"), ("dim", by)),
        *text_rows(verdict.note, width, "text"),
    ]


def _task(view: SessionView, width: int) -> list[Row]:
    rows = text_rows(view.spec.task, width, "dim")
    return [head_row(("dim", "task")), *rows[:8]] if rows else []


def check_rows(review: Review | None, width: int, evidence: Evidence | None = None) -> list[Row]:
    """The checks, what else speaks for or against it, and the verdict, one row each."""
    if review is None:
        return [Row((("dim", " nothing is in review"),))]
    rows = [_check(check, width) for check in review.checks]
    if not rows:
        rows = [Row((("dim", " no checks are configured"),))]
    more = proof.summary(evidence, width) if evidence else []
    return [*rows, *more, _stand(review, width)]


def _check(check: Check, width: int) -> Row:
    style, mark = _CHECKS[check.state]
    took = f"{check.seconds:.1f}s " if check.seconds else ""
    word = "" if check.state is CheckState.PASSED else f" {_CHECK_WORDS[check.state]}"
    room = width - 4 - len(took) - len(word)
    name = crop(safe_line(check.name), max(4, room))
    gap = " " * max(1, room - width_of(name) + 1)
    return Row((("text", " "), (style, mark), ("text", name), (style, word), ("dim", gap + took)))


def _stand(review: Review, width: int) -> Row:
    verdict = review.verdict
    if verdict is None:
        return Row((("text", " "), ("review", "○ "), ("text", "no verdict yet")))
    style, mark, word = VERDICTS[verdict.kind]
    by = crop(f" by {safe_line(verdict.by, 40)}", max(2, width - 4 - len(word)))
    return Row((("text", " "), (style, f"{mark}{word}"), ("dim", by)))
