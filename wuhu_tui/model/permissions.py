"""Permissions: what an agent wants leave for, and the rules that answer the dull ones."""

from __future__ import annotations

from enum import StrEnum

from wuhu_tui.model.value import Value

ALLOW = "allow"
ALLOW_SESSION = "allow_session"
DENY = "deny"
"""The keys of the options that every permission question has, whatever the agent's protocol calls them."""


EXACTLY_THIS = "exactly this, for the rest of the session"
"""What `ALLOW_SESSION` covers, in words."""


class Decision(StrEnum):
    """What a rule says; `ask` puts the question to the lead."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class PermissionRequest(Value, frozen=True):
    """What an agent wants to do; `kind` is read, edit, execute, fetch or other.

    `tool` is the agent's own name of the tool. Paths are absolute, or relative to the worktree.
    """

    tool: str = ""
    kind: str = "other"
    command: str = ""
    paths: tuple[str, ...] = ()
    sure: bool = True
    """Whether the command is what will be run, and not only what the agent shows of it."""


class PolicyRule(Value, frozen=True):
    """One rule; an empty field matches anything. `reason` is read by the model when it denies."""

    decision: Decision
    tool: str = ""
    kind: str = ""
    path: str = ""
    """A glob, from the worktree's top: `dir/` any depth, `**/` any folders, `*` within one name."""
    command: str = ""
    """Words a command begins with; matched by tokens, never by substring."""
    reason: str = ""
    exact: bool = False
    """Only this very command or path, as the lead saw it; a path is absolute then."""
