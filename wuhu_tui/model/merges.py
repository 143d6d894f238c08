"""Merges: runs of the pipeline that brings an approved commit onto base."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.reviews import Check
from wuhu_tui.model.value import EPOCH_START, Value


class MergeManner(StrEnum):
    """How work gets onto base: a merge commit, one commit of its own, or its commits anew."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


class MergeStep(StrEnum):
    """The pipeline, in order; each step is an event and can be resumed."""

    PREFLIGHT = "preflight"
    LAND = "land"
    VERIFY = "verify"
    PROVE = "prove"
    """The checks that run on base itself once it has moved, where the project has such."""
    PUBLISH = "publish"
    CLOSE = "close"
    CLEAN_UP = "clean_up"


class MergeOutcome(StrEnum):
    """How a merge ended, if it has."""

    RUNNING = "running"
    MERGED = "merged"
    CONFLICT = "conflict"
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"
    """It had landed, base was red with it, and base is as it was before."""
    UNDONE = "undone"


class FileConflict(Value, frozen=True):
    """One file that both sides changed; each side's commits that touch it, newest first."""

    path: str
    kind: str = "content"
    """In git's words: `content`, `add/add`, `modify/delete`, `rename/delete`, …"""
    base_side: tuple[str, ...] = ()
    session_side: tuple[str, ...] = ()


class Merge(Value, frozen=True):
    """One run of the pipeline: approved `head` onto `base_tip`; `result` is what base gets."""

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
    manner: MergeManner = MergeManner.MERGE
    batch: str = ""
    """The batch it is checked and lands with; empty: alone."""
    stack_base: str = ""
    """Of a batch: where base stood below its first member."""
    stack_tip: str = ""
    """Of a batch: the commit that was checked, and that base is moved to."""
    conflicts: tuple[FileConflict, ...] = ()
    resolution: str = ""
    """A merge of `head` and base's tip that the lead made by hand, to be used instead."""
    settling: str = ""
    """The folder in which its conflict is being settled by hand; empty: nowhere."""
    settling_by: str = ""
    remembered: tuple[str, ...] = ()
    """Files in conflict that were settled as they had been once before."""
    pull_request: str = ""
    published: str = ""
    """Where the result was pushed to, in words; empty: nowhere."""
    waived: tuple[str, ...] = ()
    """Files outside the session's scope that the lead let pass with the approval."""
    queued: bool = False
    """Whether it came from the queue: it does not land if its entry is dropped before."""
    done_at: tuple[datetime, ...] = ()
    """When each step of `done` was done."""
    waits: str = ""
    """What elsewhere it waits for before it goes on; empty: nothing."""
