"""Verdicts, checks and merges: what stands between a session's commits and base."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import EPOCH_START, Value


class VerdictKind(StrEnum):
    """Silence is not a verdict, and "fix after merge" is none either."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    BLOCKED = "blocked"


class Finding(Value, frozen=True):
    """One remark on one place of the diff."""

    path: str
    line: int
    text: str
    severity: str = "normal"
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
    """A judgement on exactly one commit."""

    kind: VerdictKind
    head: str
    by: str
    at: datetime
    note: str = ""
    findings: tuple[Finding, ...] = ()


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
    opened_at: datetime = EPOCH_START

    @property
    def checks_green(self) -> bool:
        """Whether every check passed; a project without checks counts as green."""
        return all(check.state is CheckState.PASSED for check in self.checks)


class MergeStep(StrEnum):
    """The pipeline, in order; each step is an event and can be resumed."""

    PREFLIGHT = "preflight"
    LAND = "land"
    VERIFY = "verify"
    CLOSE = "close"
    CLEAN_UP = "clean_up"


class MergeOutcome(StrEnum):
    """How a merge ended, if it has."""

    RUNNING = "running"
    MERGED = "merged"
    CONFLICT = "conflict"
    REFUSED = "refused"
    UNDONE = "undone"


class Merge(Value, frozen=True):
    """One run of the pipeline: approved `head` onto `base_tip`; `result` is the merge commit."""

    id: str
    head: str
    base_branch: str
    base_tip: str = ""
    result: str = ""
    done: tuple[MergeStep, ...] = ()
    outcome: MergeOutcome = MergeOutcome.RUNNING
    detail: str = ""
    files: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    replays: tuple[str, ...] = ()
    """Commits that took an earlier merge of this work back: reverted first, newest first."""
    undo: str = ""
    """Where base goes when this merge is taken back; set before base moves."""
    undo_tip: str = ""
    """Where base stood when that was made ready."""
    at: datetime = EPOCH_START
    by: str = ""
    """Who wanted it; empty: it is not known."""
