"""Rescues: what was uncommitted before something was removed, kept under a ref of its own."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.value import Value

RESCUE_REFS = "refs/wuhu/rescue/"
"""Where rescues lie: then the session's id, then a moment."""


class Rescue(Value, frozen=True):
    """A commit that holds the tracked and untracked files of a worktree as they were."""

    ref: str
    session: str
    commit: str
    branch: str
    head: str
    """The commit the worktree stood on."""
    reason: str
    by: str
    at: datetime
    files: int = 0
    """How many files differ from `head`."""
    restored_to: str = ""
    """The session or branch that it was brought back to; empty: it was not."""
