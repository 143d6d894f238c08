"""What an agent can do, as its adapter found out; recorded with every start."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """One thing that some agents can do and others cannot."""

    STEER = "steer"
    """Takes a message within a turn."""
    RECEIPTS = "receipts"
    """Says itself when it takes a message in."""
    INTERRUPT = "interrupt"
    ASK = "ask"
    """Asks the lead by its own protocol."""
    PERMISSION = "permission"
    DENY_REASON = "deny_reason"
    """Reads the words that come with a denial."""
    RESUME = "resume"
    COST = "cost"
    TOKENS = "tokens"
    CONTEXT = "context"
    THINKING = "thinking"
    PLAN = "plan"
    DIFFS = "diffs"
    MCP = "mcp"
    """Takes MCP servers."""
    MODES = "modes"
    ATTACH = "attach"
    """Has a screen that the lead can type into."""
