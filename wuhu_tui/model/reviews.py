"""Reviews: what a session committed, its checks, and the verdicts on exactly one commit."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.reports import Criterion
from wuhu_tui.model.value import EPOCH_START, Value


class VerdictKind(StrEnum):
    """Silence is not a verdict, and "fix after merge" is none either."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    BLOCKED = "blocked"


class Judge(StrEnum):
    """In which part somebody judges: an `arbiter` binds, a `peer` is one voice of a council."""

    LEAD = "lead"
    REVIEWER = "reviewer"
    PEER = "peer"
    ARBITER = "arbiter"


class ReviewPolicy(StrEnum):
    """Whose approval counts; the lead's word counts under each of them."""

    HUMAN = "human"
    REVIEWER = "reviewer"
    COUNCIL = "council"


class Assignment(Value, frozen=True):
    """What a reviewer session has to judge: exactly `base..head` of another session."""

    session: str
    head: str
    base: str
    judge: Judge = Judge.REVIEWER
    round: int = 1
    ground: tuple[str, ...] = ()
    """The repository's hooks and settings at that time, as digests; empty: they were not noted."""


class JudgeAtWork(Value, frozen=True):
    """A session that judges a commit just now."""

    session: str
    name: str
    """As the lead knows it."""
    head: str
    round: int


class Severity(StrEnum):
    """How grave a finding is: wrong or unsafe, costly later, or small; an approval carries no `must`."""

    MUST = "must"
    SHOULD = "should"
    NOTE = "note"


class Finding(Value, frozen=True):
    """One remark on one place of the diff; `severity` as written, read it by `severity_of`."""

    path: str
    line: int
    text: str
    severity: str = Severity.SHOULD.value
    evidence: str = ""


class CheckState(StrEnum):
    """`running`: begun or about to; `broken`: it could not run, which is neither green nor red."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"


class Check(Value, frozen=True):
    """One project check on one commit; `output` is its tail."""

    name: str
    state: CheckState
    exit_code: int | None = None
    seconds: float = 0.0
    output: str = ""


class Verdict(Value, frozen=True):
    """A judgement on exactly one commit; `by` is the lead or a session."""

    kind: VerdictKind
    head: str
    by: str
    at: datetime
    note: str = ""
    findings: tuple[Finding, ...] = ()
    judge: Judge = Judge.LEAD
    criteria: tuple[Criterion, ...] = ()
    """The acceptance criteria as the judge answers them."""
    checks: tuple[Check, ...] = ()
    """What the judge ran itself."""
    round: int = 0
    """Of a council's verdict: the round it was given in, from 1 on."""
    waived: tuple[str, ...] = ()
    """Files outside the session's scope that the lead let pass with this approval."""


class RefusedVerdict(Value, frozen=True):
    """A verdict that does not count, and why: its judge wrote, judged another commit, or the like."""

    verdict: Verdict
    reason: str


class Review(Value, frozen=True):
    """What lies before the lead: exactly `merge_base..head`, its checks and its verdict."""

    head: str
    merge_base: str
    files: int = 0
    added: int = 0
    removed: int = 0
    checks: tuple[Check, ...] = ()
    verdict: Verdict | None = None
    conflicts: tuple[str, ...] = ()
    uncommitted: tuple[str, ...] = ()
    """Files that lay uncommitted in the worktree then: no part of what is judged."""
    outside: tuple[str, ...] = ()
    """Changed files that the session's scope does not mean: only the lead lets them pass."""
    opened_at: datetime = EPOCH_START
    opinions: tuple[Verdict, ...] = ()
    """What reviewers said of this commit, oldest first; the policy says what follows from it."""
    refused: tuple[RefusedVerdict, ...] = ()
    round: int = 1
    """How often this work was put before its judges."""
    earlier: tuple[Verdict, ...] = ()
    """What was said of earlier rounds of this work, oldest first; the newest."""

    @property
    def checks_green(self) -> bool:
        """Whether every check passed; a project without checks counts as green."""
        return all(check.state is CheckState.PASSED for check in self.checks)
