"""A worker's word on its work, laid into its session's mailbox."""

from __future__ import annotations

from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import MakeReport
from wuhu_tui.model.errors import UsageError
from wuhu_tui.model.messages import EXAMPLES
from wuhu_tui.model.reports import ReportKind
from wuhu_tui.worker.asking import lay_down


def make_report(
    folder: SessionFolder,
    kind: ReportKind,
    summary: str,
    *,
    evidence: str = "",
    name: str = "",
) -> MakeReport:
    """Report; the same `name` twice is one report.

    Raises:
        UsageError: there is no summary, or only the example that the prompt gives.
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
    command = MakeReport(
        id=name or new_id(),
        by=folder.name,
        at=now(),
        kind=kind,
        summary=summary,
        evidence=evidence,
    )
    lay_down(folder, command)
    return command
