"""Events that make looking back possible: how a worktree looked, and when the lead did."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.events import Event

LOOKS_ONLY = frozenset({"read", "search", "fetch", "think"})
"""Kinds of tool calls that leave files as they are."""


class WorktreeSeen(Event, frozen=True, tag="worktree.seen"):
    """The session's worktree as it stood: all that git would not ignore, as a tree that is kept.

    `commit` holds the tree and is kept alive by the session's history ref; `head` is the branch's
    commit then. `unread` new files were too large and stand there by name alone.
    """

    tree: str
    commit: str
    head: str
    call: str = ""
    """The tool call after which it was looked at; empty: the turn's end, or the start."""
    unread: int = 0


class LeadLooked(Event, frozen=True, tag="lead.looked"):
    """The lead was at the dashboard from `since` until `until`: written when they leave or rest."""

    since: datetime
    until: datetime
    by: str = "lead"


HISTORY_EVENTS: tuple[type[Event], ...] = (LeadLooked,)
"""Those of them that stand in the project's journal."""
