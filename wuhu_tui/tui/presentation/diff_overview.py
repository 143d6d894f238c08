"""What a lead reads before the diff: the report, what stands against it, checks, the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.model.reviews import Check, CheckState, Review, Verdict, VerdictKind
from wuhu_tui.tui.presentation.ages import age
from wuhu_tui.tui.presentation.transcript import MARGIN
from wuhu_tui.tui.presentation.transcript_row import BLANK, Row, Span
from wuhu_tui.tui.presentation.transcript_wrap import crop, width_of, wrap
from wuhu_tui.tui.safe import revealed_line, safe_line, safe_text

_TEXT_CHARACTERS = 8_000
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

_VERDICTS: dict[VerdictKind, tuple[str, str, str]] = {
    VerdictKind.APPROVED: ("ok", "✔ ", "approved"),
    VerdictKind.CHANGES_REQUESTED: ("asking", "↩ ", "changes requested"),
    VerdictKind.BLOCKED: ("failed", "✗ ", "blocked"),
}

_REPORTS: dict[ReportKind, tuple[str, str]] = {
    ReportKind.DONE: ("ok", "✔ reported done"),
    ReportKind.BLOCKED: ("asking", "⚠ reported blocked"),
    ReportKind.FAILED: ("failed", "✗ reported failed"),
    ReportKind.NOTE: ("dim", "· note"),
}


def overview_rows(view: SessionView, now: datetime, width: int) -> list[Row]:
    """Everything but the diff, in the order in which it matters."""
    rows: list[Row] = []
    for section in _sections(view, now, width):
        if section:
            rows += [*section, BLANK]
    return rows


def _sections(view: SessionView, now: datetime, width: int) -> Iterator[list[Row]]:
    review = view.review
    yield _report(view, now, width)
    if review:
        yield _conflicts(review, view.spec.base_branch, width)
        yield _uncommitted(review, width)
        for check in review.checks:
            if check.state is not CheckState.PASSED:
                yield _check_output(check, width)
        if review.verdict:
            yield _verdict(review.verdict, now, width)
    yield _task(view, width)


def _text(text: str, width: int, style: str, margin: int = 3) -> list[Row]:
    shown = safe_text(text[:_TEXT_CHARACTERS]).strip("\n")
    lines = shown.split("\n") if shown.strip() else []
    rows = [row for line in lines for row in wrap(line, width - margin - MARGIN)]
    if len(text) > _TEXT_CHARACTERS:
        rows.append(f"… {len(text) - _TEXT_CHARACTERS} more characters")
    return [Row((("text", " " * margin), (style, row))) for row in rows]


def _head(mark: Span, *more: Span) -> Row:
    return Row((("text", " " * MARGIN), mark, *more))


def _report(view: SessionView, now: datetime, width: int) -> list[Row]:
    report = view.report
    if report is None:
        return [_head(("asking", "! no report"), ("dim", " · nothing was said about this work"))]
    head = _head(_REPORTS[report.kind], ("dim", _ago(report.at, now)))
    return [
        head,
        *_text(report.summary, width, "strong"),
        *_text(report.evidence, width, "dim"),
    ]


def _ago(at: datetime, now: datetime) -> str:
    told = age(at, now)
    return f" · {told} ago" if told else ""


def _conflicts(review: Review, base: str, width: int) -> list[Row]:
    if not review.conflicts:
        return []
    return [
        _head(("failed", f"⚠ conflicts with {safe_line(base, 80)}")),
        *_paths(review.conflicts, width),
    ]


def _uncommitted(review: Review, width: int) -> list[Row]:
    if not review.uncommitted:
        return []
    head = _head(("asking", "⚠ not committed"), ("dim", " · will not be merged"))
    return [head, *_paths(review.uncommitted, width)]


def _paths(paths: tuple[str, ...], width: int, most: int = 12) -> list[Row]:
    shown = [crop(revealed_line(path[:4000]), width - 3 - MARGIN) for path in paths[:most]]
    if len(paths) > most:
        shown.append(f"… and {len(paths) - most} more")
    return [Row((("text", f"   {path}"),)) for path in shown]


def _check_output(check: Check, width: int) -> list[Row]:
    style, mark = _CHECKS[check.state]
    code = f" · exit {check.exit_code}" if check.exit_code else ""
    took = f" · {check.seconds:.1f}s" if check.seconds else ""
    word = f" {_CHECK_WORDS[check.state]}"
    name = crop(safe_line(check.name), max(8, width - 40))
    head = _head((style, mark), ("strong", name), (style, word), ("dim", code + took))
    return [head, *_text(check.output[-_TAIL_CHARACTERS:], width, "output")[-_TAIL_ROWS:]]


def _verdict(verdict: Verdict, now: datetime, width: int) -> list[Row]:
    style, mark, word = _VERDICTS[verdict.kind]
    by = f" by {safe_line(verdict.by, 60)} on {verdict.head[:7]}{_ago(verdict.at, now)}"
    rows = [_head((style, f"{mark}{word}"), ("dim", by)), *_text(verdict.note, width, "text")]
    for finding in verdict.findings:
        place = f"{revealed_line(finding.path[:400])}:{finding.line}"
        rows += _text(f"{place}  {finding.text}", width, "text")
    return rows


def _task(view: SessionView, width: int) -> list[Row]:
    rows = _text(view.spec.task, width, "dim")
    return [_head(("dim", "task")), *rows[:8]] if rows else []


def check_rows(review: Review | None, width: int) -> list[Row]:
    """The checks and the verdict, one row each."""
    if review is None:
        return [Row((("dim", " nothing is in review"),))]
    rows = [_check(check, width) for check in review.checks]
    if not rows:
        rows = [Row((("dim", " no checks are configured"),))]
    return [*rows, _stand(review, width)]


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
    style, mark, word = _VERDICTS[verdict.kind]
    by = crop(f" by {safe_line(verdict.by, 40)}", max(2, width - 4 - len(word)))
    return Row((("text", " "), (style, f"{mark}{word}"), ("dim", by)))
