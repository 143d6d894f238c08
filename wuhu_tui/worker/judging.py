"""A reviewer session's verdict and a worker's reply, laid into their session's mailbox."""

from __future__ import annotations

from collections.abc import Sequence

from wuhu_tui.journal.clock import new_id, now
from wuhu_tui.journal.layout import SessionFolder
from wuhu_tui.model.commands import MakeJudgement, ReplyToComment
from wuhu_tui.model.errors import NotFound, NotPossible, UsageError
from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.review_policy import why_it_does_not_count
from wuhu_tui.model.reviews import Assignment, Finding, Verdict, VerdictKind
from wuhu_tui.model.sessions import SessionSpec
from wuhu_tui.worker.asking import lay_down
from wuhu_tui.worker.place import spec_of

USAGE = (
    'wuhu judge approved|changes_requested|blocked --head SHA --note "…" '
    '[--finding "must|should|note:path:line:text"]… [--criterion "N met|unmet path:line"]…'
)
REPLY = 'wuhu reply COMMENT "…"'


MOST_FINDINGS = 200
MOST_WORDS = 8_000
"""Characters of a note or of one finding: somebody has to read them."""


def judges_of(folder: SessionFolder) -> Assignment | None:
    """What the session was made to judge; None: nothing, or there is no session here."""
    try:
        return spec_of(folder).judges
    except NotFound:
        return None


def make_judgement(
    folder: SessionFolder,
    kind: VerdictKind,
    *,
    head: str,
    note: str = "",
    findings: Sequence[Finding] = (),
    criteria: Sequence[Criterion] = (),
    name: str = "",
) -> MakeJudgement:
    """Judge what the session was made for; the same `name` twice is one judgement.

    Raises:
        NotPossible: it has nothing to judge.
        UsageError: it is another commit, or it is no verdict; says what is missing.
        NotFound, JournalError: there is no session here, or the disk refused.
    """
    spec = spec_of(folder)
    judges = _assignment(spec)
    command = MakeJudgement(
        id=name or new_id(),
        by=folder.name,
        at=now(),
        kind=kind,
        head=_whole(judges, head),
        note=note,
        findings=tuple(findings),
        criteria=tuple(criteria),
    )
    reason = _too_much(command)
    reason = reason or why_it_does_not_count(_verdict(command, judges), spec.acceptance)
    if reason:
        raise UsageError(f"this is no verdict: {reason}", remedy=USAGE)
    lay_down(folder, command)
    return command


def make_reply(folder: SessionFolder, comment: str, text: str) -> ReplyToComment:
    """Say something to one of the lead's comments.

    Raises:
        UsageError: it says nothing.
        NotFound, JournalError: there is no session here, or the disk refused.
    """
    if not comment.strip() or not text.strip():
        raise UsageError("a reply needs the comment it answers, and words", remedy=REPLY)
    command = ReplyToComment(
        id=new_id(), by=folder.name, at=now(), comment=comment.strip(), text=text
    )
    lay_down(folder, command)
    return command


def _too_much(command: MakeJudgement) -> str:
    if len(command.findings) > MOST_FINDINGS:
        return f"{len(command.findings)} findings are more than anybody reads; say the worst"
    longest = max(len(text) for text in (command.note, *(one.text for one in command.findings)))
    return f"a text of {longest} characters is too long" if longest > MOST_WORDS else ""


def _assignment(spec: SessionSpec) -> Assignment:
    if spec.judges is None:
        raise NotPossible(
            "this session was not made to judge anything",
            where=spec.id,
            remedy="report how your own work stands: wuhu report",
        )
    return spec.judges


def _whole(judges: Assignment, head: str) -> str:
    """The commit that is to be judged, if that is meant; a shortened name is enough."""
    if len(head) >= 4 and judges.head.startswith(head):
        return judges.head
    said = f"{head} is not the commit you were given" if head else "a verdict names its commit"
    raise UsageError(said, remedy=f"judge exactly --head {judges.head}")


def _verdict(command: MakeJudgement, judges: Assignment) -> Verdict:
    return Verdict(
        kind=command.kind,
        head=command.head,
        by=command.by,
        at=command.at,
        note=command.note,
        findings=command.findings,
        judge=judges.judge,
        criteria=command.criteria,
        round=judges.round,
    )
