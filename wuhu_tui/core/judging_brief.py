"""What a session is told that judges another's work: the commit, the range, and what is known of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.findings import severity_of
from wuhu_tui.model.reviews import Finding, Judge, Review, Verdict

_PARTS = {
    Judge.REVIEWER: "You judge work that you did not write. What you say binds.",
    Judge.PEER: (
        "You are the peer in a council: judge independently of what its author says of it. What "
        "you ask for goes back to the author."
    ),
    Judge.ARBITER: (
        "You are the arbiter of a council: author and peer did not come to an end. Judge the "
        "commit as it is now and weigh what was said; your word binds."
    ),
}

_RULES = (
    "Your place is a checkout of exactly that commit. Change nothing in it: no edits, no commits, "
    "no fixes. Run what you like that writes elsewhere. What you write is undone, and your verdict "
    "does not count then."
)


def judging_task(judged: SessionView, review: Review, judge: Judge) -> str:
    """The task of a session that judges exactly this review."""
    parts = (
        _PARTS.get(judge, _PARTS[Judge.REVIEWER]),
        _commit(judged, review),
        _RULES,
        _titled("Its task was:", judged.spec.task),
        _listed("It was to change nothing outside:", judged.spec.scope),
        _listed("Checks on this commit:", _checks(review)),
        _titled("Its author reports:", _report(judged)),
        _listed("Files it left uncommitted, no part of what you judge:", review.uncommitted),
        _listed("Would conflict with base:", review.conflicts),
        _titled("What was said of it before:", "\n\n".join(map(told, _said(review)))),
    )
    return "\n\n".join(part for part in parts if part)


def _commit(judged: SessionView, review: Review) -> str:
    start, head = review.merge_base, review.head
    size = f"{review.files} files, +{review.added} −{review.removed}"
    return (
        f"Judge commit {head} of {judged.id} ({judged.spec.shown_name}), round {review.round}: "
        f"{size} against {judged.spec.base_branch or 'base'}.\nThe diff: git diff {start}..{head}"
    )


def _checks(review: Review) -> Iterable[str]:
    return (f"{check.name}: {check.state.value}" for check in review.checks)


def _report(judged: SessionView) -> str:
    report = judged.report
    if report is None:
        return "nothing: it made no report."
    answers = [
        f"- {'met' if one.met else 'not met'}: {one.text} ({', '.join(one.evidence) or 'no evidence'})"
        for one in report.criteria
    ]
    return "\n".join(filter(None, (report.summary, report.evidence, *answers)))


def _said(review: Review) -> tuple[Verdict, ...]:
    return (*review.earlier, *review.opinions)


def told(verdict: Verdict) -> str:
    """A verdict with its findings, for whoever has to go on from it."""
    head = f"{verdict.by} on {verdict.head[:12]}: {verdict.kind.value.replace('_', ' ')}"
    lines = [finding_line(finding) for finding in verdict.findings]
    return "\n".join(filter(None, (head, verdict.note.strip(), *lines)))


def finding_line(finding: Finding) -> str:
    """A finding as one line of a list."""
    severity = severity_of(finding.severity).value
    line = f"- {severity} {finding.path}:{finding.line} {finding.text}"
    return f"{line}\n  evidence: {finding.evidence}" if finding.evidence else line


def _titled(title: str, text: str) -> str:
    return f"{title}\n{text.strip()}" if text.strip() else ""


def _listed(title: str, lines: Iterable[str]) -> str:
    listed = "\n".join(f"- {line}" for line in lines)
    return f"{title}\n{listed}" if listed else ""
