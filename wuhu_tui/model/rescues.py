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
    untracked: int = 0
    """How many of them git did not know."""
    size: int = 0
    """Bytes of what it holds of these files."""
    staged: bool = False
    """Whether something was staged otherwise than it lay in the folder."""
    commits: int = 0
    """How many commits only this ref holds."""
    left_out: tuple[str, ...] = ()
    """What git cannot hold, and so is not in it, with the reason: `path: reason`."""
    operation: str = ""
    """The git operation that was half-done; its commits are kept too."""
    in_place: bool = False
    """Whether nothing was removed then: it was written to be safe."""
    restored_to: str = ""
    """The session or branch that it was brought back to; empty: it was not."""


class Stake(Value, frozen=True):
    """What a session's place holds that a removal would take from the disk."""

    session: str
    worktree: str
    branch: str
    head: str
    ref: str
    """Where its uncommitted work would be kept; empty: there is nothing to keep."""
    uncommitted: tuple[str, ...] = ()
    """Files that git knows and that differ from the last commit."""
    untracked: tuple[str, ...] = ()
    ignored: int = 0
    """Files that git ignores; these are not kept."""
    ignored_size: int = 0
    not_on_base: int = 0
    """Commits that base does not have; the branch goes on holding them."""
    unheld: int = 0
    """Commits that no branch holds; the rescue ref will."""
    operation: str = ""
    """The git operation that is half-done there."""
    left_out: tuple[str, ...] = ()
    """What no rescue can hold, with the reason: `path: reason`."""
    in_use_by: tuple[str, ...] = ()
    """Processes that work inside; while they do, nothing is removed."""
    unseen: str = ""
    """Why some of this could not be looked at; empty: all of it was."""
