"""A worker's word on its work, laid into its session's mailbox."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import MakeReport
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.messages import EXAMPLES
from wuhu_tui.model.reports import Criterion, ReportKind
from wuhu_tui.worker.asking import lay_down
from wuhu_tui.worker.judging import USAGE as JUDGE
from wuhu_tui.worker.judging import judges_of


def make_report(
    folder: SessionFolder,
    kind: ReportKind,
    summary: str,
    *,
    evidence: str = "",
    name: str = "",
    criteria: Sequence[Criterion] = (),
) -> MakeReport:
    """Report; the same `name` twice is one report.

    Raises:
        UsageError: there is no summary, or only the example that the prompt gives; or the session
            was made to judge, and a report is no verdict.
        NotFound: there is no session here.
        JournalError: the disk refused; nothing was reported.
    """
    if not summary.strip():
        raise UsageError(
            "a report needs a summary",
            remedy='wuhu report done|blocked|failed|note --summary "…" [--evidence "…"]',
        )
    if summary.strip() in EXAMPLES:
        raise UsageError(
            f"“{summary.strip()}” is the example of the prompt, not a report",
            remedy="say in words of your own how the work stands",
        )
    _check_is_no_verdict(folder, kind)
    command = MakeReport(
        id=name or new_id(),
        by=folder.name,
        at=now(),
        kind=kind,
        summary=summary,
        evidence=evidence,
        criteria=tuple(criteria),
    )
    lay_down(folder, command)
    return command


def _check_is_no_verdict(folder: SessionFolder, kind: ReportKind) -> None:
    """A reviewer is done with its verdict, and a report is none."""
    judges = judges_of(folder) if kind is ReportKind.DONE else None
    if judges is not None:
        raise UsageError(
            "you were made to judge, and a report is no verdict",
            remedy=f"say it with: {JUDGE.replace('SHA', judges.head)}",
        )
