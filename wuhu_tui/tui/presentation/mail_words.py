"""A message's way in words: from whom, how far it came, what it waits for, when it is tried again."""

from __future__ import annotations

from datetime import datetime

from wuhu_tui.model.board import Board, SessionView
from wuhu_tui.model.letters import LEAD, DeferralReason, Letter, LetterState
from wuhu_tui.model.messages import Lane
from wuhu_tui.model.receipts import Receipt, ReceiptStep
from wuhu_tui.model.states import SessionState
from wuhu_tui.tui.presentation.ages import countdown
from wuhu_tui.tui.presentation.mail import Mail, Stage
from wuhu_tui.tui.presentation.receipts import stands_in_the_way
from wuhu_tui.tui.presentation.rows import line

_S = SessionState

LANE_WORDS = {Lane.SYSTEM: "system", Lane.STEER: "steer", Lane.FOLLOW_UP: "follow-up"}

REASONS: dict[DeferralReason, str] = {
    DeferralReason.TARGET_BUSY: "its recipient is busy",
    DeferralReason.HUMAN_DRAFT: "you are writing there",
    DeferralReason.TARGET_DIALOG: "its recipient waits for an answer first",
    DeferralReason.TARGET_PARKED: "its recipient is at a usage limit",
    DeferralReason.TARGET_GONE: "its recipient is gone",
    DeferralReason.COHORT_HELD: "held until the others are there",
}

STATES: dict[LetterState, str] = {
    LetterState.QUEUED: "written down, not sent yet",
    LetterState.DEFERRED: "deferred",
    LetterState.OFFERED: "offered",
    LetterState.ACCEPTED: "accepted",
    LetterState.ACKED: "acted on",
    LetterState.CANCELLED: "taken back",
    LetterState.DISCARDED: "discarded",
    LetterState.ESCALATED: "nobody took it",
    LetterState.DEAD: "dead",
}

_DOWN = {
    _S.INSTANTIATED: "waits for its start",
    _S.STOPPED: "waits for resume: it is stopped",
    _S.LOST: "waits for resume: its runner died",
    _S.FAILED: "waits for resume: its agent failed",
    _S.HIBERNATED: "waits until it is awake",
    _S.ARCHIVED: "its session has left the board",
    _S.MERGED: "waits for resume: it is merged",
}


def name_of(board: Board, who: str) -> str:
    """Who that is, for the lead: `you`, `wuhu`, or a session's name."""
    if who == LEAD:
        return "you"
    if who == "core":
        return "wuhu"
    view = board.session(who)
    return line(view.spec.shown_name if view else who)


def landing(view: SessionView | None, mail: Mail, now: datetime) -> str:
    """When it lands, or what it waits for."""
    if mail.stage is Stage.UNSURE:
        return "unsure whether it arrived"
    if mail.is_with_agent:
        delivered = mail.receipt is not None and mail.receipt.delivered_at is not None
        return "with the agent, not taken in yet" if delivered else "on its way"
    if deferred := deferral(mail.letter, now):
        return deferred
    if view is None:
        return "its session is not on the board"
    hindered = stands_in_the_way(mail.receipt) if mail.receipt else ""
    return _DOWN.get(view.state) or hindered or f"lands {mail.lands}"


def deferral(letter: Letter | None, now: datetime) -> str:
    """Why a letter cannot be taken now, and when it is tried again; empty when it can."""
    if letter is None or letter.reason is None or letter.state is not LetterState.DEFERRED:
        return ""
    why = line(letter.detail) or REASONS[letter.reason]
    return f"{why} · {next_try(letter, now)}" if letter.next_try else why


def next_try(letter: Letter, now: datetime) -> str:
    """When it is tried again."""
    if letter.next_try is None:
        return ""
    if letter.next_try <= now:
        return "tried again now"
    return f"next try in {countdown(letter.next_try, now)}"


def loud_reason(letter: Letter) -> str:
    """Why a dead or escalated letter lies before the lead."""
    if letter.detail:
        return line(letter.detail)
    if letter.reason is not None:
        return REASONS[letter.reason]
    return "its recipient could not be reached"


def outcome(mail: Mail) -> str:
    """What became of a message that waits no longer."""
    letter = mail.letter
    if letter is not None and letter.state in (LetterState.DISCARDED, LetterState.CANCELLED):
        by = f" by {line(letter.ended_by)}" if letter.ended_by not in ("", "core") else ""
        note = f": {line(letter.note)}" if letter.note else ""
        return f"{STATES[letter.state]}{by}{note}"
    if mail.receipt is not None:
        return STEPS[mail.receipt.step]
    return STATES[letter.state] if letter else ""


STEPS: dict[ReceiptStep, str] = {
    ReceiptStep.QUEUED: "queued",
    ReceiptStep.DELIVERED: "delivered",
    ReceiptStep.ACCEPTED: "accepted",
    ReceiptStep.ACTED_ON: "acted on",
    ReceiptStep.CANCELLED: "taken back",
    ReceiptStep.UNSURE: "unsure whether it arrived",
    ReceiptStep.REFUSED: "refused",
}


def step_times(receipt: Receipt) -> tuple[tuple[str, datetime | None], ...]:
    """Every step with its clock; None where it was not reached."""
    return (
        ("queued", receipt.queued_at),
        ("delivered", receipt.delivered_at),
        ("accepted", receipt.accepted_at),
        ("acted on", receipt.acted_at),
    )
