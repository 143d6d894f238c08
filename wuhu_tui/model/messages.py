"""Messages to a session: lanes, boundaries, and what became of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import Value


class Lane(StrEnum):
    """Which boundary a message waits for: `system` and `steer` a tool's end, `follow_up` the turn's."""

    SYSTEM = "system"
    STEER = "steer"
    FOLLOW_UP = "follow_up"


class Boundary(StrEnum):
    """A moment, told by the agent's own protocol, at which a message can land."""

    TOOL_END = "tool_end"
    TURN_END = "turn_end"
    AWAITING_INPUT = "awaiting_input"


HOW_TO_REPORT = "How to report:"
"""How the paragraph begins that wuhu adds to a first prompt; panes fold it away."""

DONE_EXAMPLE = "what you did, in one or two sentences"
BLOCKED_EXAMPLE = "what you need"
FAILED_EXAMPLE = "why"
EXAMPLES = frozenset({DONE_EXAMPLE, BLOCKED_EXAMPLE, FAILED_EXAMPLE, "…"})
"""What stands in the prompts where a report's own words belong; said as they stand, they say nothing."""

TASK = "task"
"""The id of the message that carries a session's task."""

ANSWER = "answer-"
"""How the ids of messages begin that carry an answer whose asker did not wait for it."""

NUDGE = "nudge-"
"""How the ids of the core's reminders to report begin."""


SCREEN_ASKS = "its screen seems to ask: words would answer that; attach and answer there"
"""Why nothing is typed into a screen that shows a question."""

DRAFT_STANDS = (
    "you are typing into its screen: what you began there is not touched; "
    "send it with Enter, or clear the line with Ctrl+U"
)
"""Why nothing is typed into a screen where the lead has begun to write."""


def answer_message(question: str) -> str:
    """The id of the one message that carries the answer to this question."""
    return f"{ANSWER}{question}"


def nudge_id(session: str, epoch: int, turn: int) -> str:
    """The id of the one reminder that belongs to this turn."""
    return f"{NUDGE}{session}-{epoch}-{turn}"


def nudged_turn(command: str) -> int:
    """The turn a reminder belongs to; -1 for any other command."""
    turn = command.rpartition("-")[2]
    is_turn = command.startswith(NUDGE) and turn.isdecimal() and len(turn) < 10
    return int(turn) if is_turn else -1


class MessageState(StrEnum):
    """`unsure`: handed to an agent that died before it said whether it took it; never re-sent blindly."""

    QUEUED = "queued"
    OFFERED = "offered"
    UNSURE = "unsure"


class Message(Value, frozen=True):
    """One message to a session; `id` makes delivery idempotent, `sequence` orders it in its lane."""

    id: str
    lane: Lane
    text: str
    by: str
    sequence: int
    queued_at: datetime
    state: MessageState = MessageState.QUEUED
    offered_at: Boundary | None = None
    """At which boundary its agent was given it last; None: at none yet."""
