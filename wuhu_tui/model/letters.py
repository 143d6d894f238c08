"""Letters: messages as the core owns them, from whom to whom, and how far each has come.

A letter is written down before anything of it is sent. What reaches a session goes into its mailbox
under the letter's id, so that bringing it twice is one message.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from wuhu_tui.model.messages import Lane
from wuhu_tui.model.questions import Answer
from wuhu_tui.model.records import Cursor
from wuhu_tui.model.value import EPOCH_START, Value

LEAD = "lead"
"""The recipient and sender that is the human at the keyboard."""


class LetterKind(StrEnum):
    """What a letter is about; `idle` is the core's word that a turn ended without a report."""

    STEER = "steer"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"
    NOTE = "note"
    DONE = "done"
    BLOCKED = "blocked"
    FAILED = "failed"
    REQUEST = "request"
    ESCALATION = "escalation"
    IDLE = "idle"


LOAD_BEARING = frozenset(LetterKind) - {LetterKind.NOTE, LetterKind.IDLE}
"""Kinds that never die in silence: whoever cannot be reached, the lead sees them."""


ADDRESSED = frozenset({LetterKind.STEER, LetterKind.FOLLOW_UP, LetterKind.ANSWER})
"""What somebody said to a session: the session is brought back for it."""


class LetterState(StrEnum):
    """How far it has come; the last five end it, `escalated` and `dead` stay before the lead.

    `queued`: written down. `deferred`: its recipient cannot take it now, for a typed reason.
    `offered`: in the recipient's lane. `accepted`: the recipient's agent has it. `acked`: the
    recipient went on with it, or the lead has seen it. `escalated`: the lead has to look.
    """

    QUEUED = "queued"
    DEFERRED = "deferred"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACKED = "acked"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"
    ESCALATED = "escalated"
    DEAD = "dead"


ENDED = frozenset({LetterState.ACKED, LetterState.CANCELLED, LetterState.DISCARDED})
"""States of letters that need nobody any more."""

LOUD = frozenset({LetterState.ESCALATED, LetterState.DEAD})
"""States that the lead is shown until something is done about them."""


class DeferralReason(StrEnum):
    """Why a recipient cannot take a letter now; only `target_gone` counts against the letter."""

    TARGET_BUSY = "target_busy"
    HUMAN_DRAFT = "human_draft"
    TARGET_DIALOG = "target_dialog"
    TARGET_PARKED = "target_parked"
    TARGET_GONE = "target_gone"
    COHORT_HELD = "cohort_held"


class Letter(Value, frozen=True):
    """One message on its way; `id` is also the id of the command and the message it becomes."""

    id: str
    kind: LetterKind
    sender: str
    """`lead`, `core`, or a session's id."""
    recipient: str
    """`lead` or a session's id."""
    text: str
    posted_at: datetime
    lane: Lane = Lane.SYSTEM
    about: str = ""
    """The question, job or turn (of `idle`) it is about; empty: none."""
    answer: Answer | None = None
    """What exactly is answered, of an `answer`; `text` says it in words."""
    reported_at: Cursor = Cursor()
    """The record of the sender's journal that it carries on; nothing: it carries none."""
    state: LetterState = LetterState.QUEUED
    since: datetime = EPOCH_START
    """When that state began."""
    reason: DeferralReason | None = None
    detail: str = ""
    """Why it is deferred, escalated or dead, in words."""
    next_try: datetime | None = None
    deferrals: int = 0
    """How often it met a recipient that could not take it then; no failure."""
    failures: int = 0
    """How often its recipient was known to be gone."""
    ended_by: str = ""
    note: str = ""
    """What was said when it was discarded or requeued."""

    @property
    def is_ended(self) -> bool:
        """Whether nobody needs to do anything about it any more."""
        return self.state in ENDED

    @property
    def is_loud(self) -> bool:
        """Whether the lead has to see it."""
        return self.state in LOUD
