"""Groups and kinds of what the lead sees, each kind with its symbol and its colour of the theme."""

from __future__ import annotations

from enum import StrEnum


class Group(StrEnum):
    """What the lead must do with a session, in the order of the list."""

    NEEDS_YOU = "NEEDS YOU"
    WORKING = "WORKING"
    REVIEW = "REVIEW"
    READY = "READY TO MERGE"
    WAITING = "WAITING"
    MERGED = "MERGED"


class Kind(StrEnum):
    """Why a session stands where it stands; each has a symbol and a colour of the theme."""

    ASKING = "asking"
    LETTER = "letter"
    FAILED = "failed"
    LOST = "lost"
    CONFLICT = "conflict"
    UNMERGED = "unmerged"
    COLLISION = "collision"
    NO_REPORT = "no-report"
    NO_COMMITS = "no-commits"
    NOTICE = "notice"
    WORKING = "working"
    REVIEW = "review"
    JUDGED = "judged"
    READY = "ready"
    QUEUED = "queued"
    MERGING = "merging"
    WAITING = "waiting"
    MERGED = "merged"


SYMBOLS: dict[Kind, str] = {
    Kind.ASKING: "?",
    Kind.LETTER: "✉",
    Kind.FAILED: "✗",
    Kind.LOST: "✗",
    Kind.CONFLICT: "⚠",
    Kind.UNMERGED: "↶",
    Kind.COLLISION: "╳",
    Kind.NO_REPORT: "!",
    Kind.NO_COMMITS: "∅",
    Kind.NOTICE: "✉",
    Kind.WORKING: "●",
    Kind.REVIEW: "✓",
    Kind.JUDGED: "◐",
    Kind.READY: "⇡",
    Kind.QUEUED: "⇢",
    Kind.MERGING: "⇡",
    Kind.WAITING: "○",
    Kind.MERGED: "·",
}


COLOURS: dict[Kind, str] = {
    Kind.ASKING: "$state-asking",
    Kind.LETTER: "$state-failed",
    Kind.FAILED: "$state-failed",
    Kind.LOST: "$state-failed",
    Kind.CONFLICT: "$state-failed",
    Kind.UNMERGED: "$state-failed",
    Kind.COLLISION: "$state-asking",
    Kind.NO_REPORT: "$state-asking",
    Kind.NO_COMMITS: "$state-asking",
    Kind.NOTICE: "$state-asking",
    Kind.WORKING: "$state-working",
    Kind.REVIEW: "$state-review",
    Kind.JUDGED: "$state-working",
    Kind.READY: "$state-ready",
    Kind.QUEUED: "$state-ready",
    Kind.MERGING: "$state-ready",
    Kind.WAITING: "$state-idle",
    Kind.MERGED: "$state-merged",
}
