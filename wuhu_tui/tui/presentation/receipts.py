"""Receipts in words: how far a message or an answer has come, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.content import Content

from wuhu_tui.model.board import SessionView
from wuhu_tui.model.receipts import Receipt, ReceiptKind, ReceiptStep
from wuhu_tui.tui.presentation.ages import age, span
from wuhu_tui.tui.presentation.entries import Entry
from wuhu_tui.tui.presentation.rows import MUTED, row, wrapped

KINDS = {
    ReceiptKind.TASK: "task",
    ReceiptKind.STEER: "steer",
    ReceiptKind.FOLLOW_UP: "follow-up",
    ReceiptKind.SYSTEM: "system",
    ReceiptKind.ANSWER: "answer",
}

_LOOKS: dict[ReceiptStep, tuple[str, str, str]] = {
    ReceiptStep.QUEUED: ("○", "queued", MUTED),
    ReceiptStep.DELIVERED: ("◔", "delivered", "$state-working"),
    ReceiptStep.ACCEPTED: ("◑", "accepted", "$state-working"),
    ReceiptStep.ACTED_ON: ("●", "acted on", "$state-ready"),
    ReceiptStep.CANCELLED: ("·", "taken back", MUTED),
    ReceiptStep.UNSURE: ("?", "unsure whether it arrived", "$text-warning"),
    ReceiptStep.REFUSED: ("✗", "refused", "$state-failed"),
}


def settled(view: SessionView) -> list[Receipt]:
    """What was sent and waits no longer, the newest first."""
    waiting = {message.id for message in (*view.waiting, *view.unsure)}
    return [receipt for receipt in reversed(view.receipts) if receipt.id not in waiting]


def receipt_entries(receipts: Iterable[Receipt], now: datetime, width: int) -> tuple[Entry, ...]:
    """One entry a receipt: what became of it and when, then the beginning of its text."""
    return tuple(
        Entry(f"receipt {receipt.id}", receipt_rows(receipt, now, width)) for receipt in receipts
    )


def receipt_rows(receipt: Receipt, now: datetime, width: int) -> tuple[Content, ...]:
    """The rows of one receipt."""
    symbol, word, style = _LOOKS[receipt.step]
    head = Content.assemble(
        " ", (symbol, f"bold {style}"), " ", (KINDS[receipt.kind], MUTED), " ", (word, style)
    )
    when = Content.styled(age(receipt.queued_at, now), MUTED)
    texts = [*wrapped(receipt.text, width - 3, 1), *wrapped(way(receipt), width - 3, 2, MUTED)]
    return row(width, head, when), *(row(width, Content.assemble("   ", part)) for part in texts)


def way(receipt: Receipt) -> str:
    """The steps it took, each with the time since it was queued."""
    if receipt.step is ReceiptStep.QUEUED:
        return stands_in_the_way(receipt)
    steps = (
        ("delivered", receipt.delivered_at),
        ("accepted", receipt.accepted_at),
        ("acted on", receipt.acted_at),
    )
    return " · ".join(f"{word} +{_after(receipt, at)}" for word, at in steps if at)


def stands_in_the_way(receipt: Receipt) -> str:
    """Why a message is not taken: never possible within a turn, or only not now."""
    if receipt.not_supported:
        return "this agent takes none within a turn: it lands when the turn ends"
    if receipt.waits_because:
        return f"not possible now: {receipt.waits_because}"
    return ""


def _after(receipt: Receipt, at: datetime) -> str:
    seconds = (at - receipt.queued_at).total_seconds()
    return f"{seconds:.1f}s" if seconds < 10 else span(at - receipt.queued_at)
