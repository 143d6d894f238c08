"""Receipts: what became of each message and answer to a session, with the time of each step."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.value import Value


class ReceiptKind(StrEnum):
    """What was sent."""

    TASK = "task"
    STEER = "steer"
    FOLLOW_UP = "follow_up"
    SYSTEM = "system"
    ANSWER = "answer"


class ReceiptStep(StrEnum):
    """How far it has come, in this order; the last three end it without success.

    `delivered`: handed to the agent's process. `accepted`: the agent said it has it.
    `acted_on`: the agent went on after that. `unsure`: nobody can say; never sent again blindly.
    """

    QUEUED = "queued"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    ACTED_ON = "acted_on"
    CANCELLED = "cancelled"
    UNSURE = "unsure"
    REFUSED = "refused"


class Receipt(Value, frozen=True):
    """One message's or answer's way; times are None until the step was reached."""

    id: str
    kind: ReceiptKind
    text: str
    by: str
    queued_at: datetime
    step: ReceiptStep = ReceiptStep.QUEUED
    delivered_at: datetime | None = None
    accepted_at: datetime | None = None
    acted_at: datetime | None = None
    waits_because: str = ""
    """Why it is not taken now; empty: nothing stands in its way but the boundary."""
    not_supported: bool = False
    """The agent can never take it within a turn, as opposed to: not at this moment."""
    deferrals: int = 0
    """How often its agent did not take it."""
